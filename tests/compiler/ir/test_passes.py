"""Each pass, shown: a script before it and after it.

`passes/<pass>/<what>.txt` has both, with the line `becomes` between them, and behind the line `becomes on btc` what the
pass makes of it there, where that is something else. Write the first part and the line `becomes`, then run
`pytest tests/compiler/ir/test_passes.py --update-golden` and read the rest.
"""

from pathlib import Path

import pytest

from penstockc.ir import nodes
from penstockc.ir.passes import ORDERS, PASSES, Order, Pass
from penstockc.ir.text import script_text
from penstockc.ir.verify import verify
from penstockc.targets import Target
from tests.support.compiling.ir_parser import read_script
from tests.support.compiling.targets import TARGETS
from tests.support.golden import Golden

BSV, BTC = TARGETS["bsv"], TARGETS["btc"]

FOLDER = Path(__file__).parent / "passes"
BETWEEN = "becomes\n"
BETWEEN_ON_BTC = "becomes on btc\n"
EVERY_PASS: list[Pass] = list(dict.fromkeys(each for group in PASSES for each in group))
BY_NAME: dict[str, Pass] = {each.__name__: each for group in PASSES for each in group}
CASES = sorted(FOLDER.glob("*/*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_script_becomes_what_is_shown(path: Path, golden: Golden) -> None:
    before = read_script(path.read_text("utf-8").partition(BETWEEN)[0])
    verify(before)
    shown, on_btc = (after(before, path.parent.name, target) for target in (BSV, BTC))
    other = "" if on_btc == shown else f"{BETWEEN_ON_BTC}{on_btc}"
    golden.check(path, f"{script_text(before)}{BETWEEN}{shown}{other}")


def after(before: nodes.Script, name: str, target: Target) -> str:
    script = BY_NAME[name](before, target)
    verify(script)
    return script_text(script)


def test_every_pass_is_shown_doing_something() -> None:
    texts = [(path.parent.name, path.read_text("utf-8").partition(BETWEEN)) for path in CASES]
    shown = {name for name, (before, _, rest) in texts if before != rest.partition(BETWEEN_ON_BTC)[0]}
    assert shown == set(BY_NAME)


def misordered(groups: tuple[tuple[Pass, ...], ...]) -> list[Order]:
    """The constraints that an order of passes breaks."""
    order = [each for group in groups for each in group]
    return [each for each in ORDERS if order.index(each.first) > order.index(each.then)]


def test_the_passes_keep_the_declared_order() -> None:
    assert not misordered(PASSES)


@pytest.mark.parametrize("constraint", ORDERS, ids=lambda each: f"{each.first.__name__} {each.then.__name__}")
def test_an_order_that_breaks_a_constraint_is_noticed(constraint: Order) -> None:
    order = [each for each in EVERY_PASS if each is not constraint.first]
    at = order.index(constraint.then) + 1
    assert constraint in misordered(((*order[:at], constraint.first, *order[at:]),))


def test_every_pass_has_a_declared_order() -> None:
    assert {each for constraint in ORDERS for each in (constraint.first, constraint.then)} == set(EVERY_PASS)
