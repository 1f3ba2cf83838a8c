"""Each pass, shown: a script before it and after it.

`passes/<pass>/<what>.txt` has both, with the line `becomes` between them, and behind the line `becomes on btc` what the
pass makes of it there, where that is something else. Write the first part and the line `becomes`, then run
`pytest tests/compiler/ir/test_passes.py --update-golden` and read the rest.
"""

from pathlib import Path

import pytest

from penstockc.ir.nodes import Script
from penstockc.ir.passes import PASSES, Pass
from penstockc.ir.text import script_text
from penstockc.ir.verify import verify
from penstockc.targets import TARGETS, Target
from tests.support.compiling.ir_parser import read_script
from tests.support.golden import Golden

BSV, BTC = TARGETS["bsv"], TARGETS["btc"]

FOLDER = Path(__file__).parent / "passes"
BETWEEN = "becomes\n"
BETWEEN_ON_BTC = "becomes on btc\n"
BY_NAME: dict[str, Pass] = {each.__name__: each for group in PASSES for each in group}
CASES = sorted(FOLDER.glob("*/*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_script_becomes_what_is_shown(path: Path, golden: Golden) -> None:
    before = read_script(path.read_text("utf-8").partition(BETWEEN)[0])
    verify(before)
    shown, on_btc = (after(before, path.parent.name, target) for target in (BSV, BTC))
    other = "" if on_btc == shown else f"{BETWEEN_ON_BTC}{on_btc}"
    golden.check(path, f"{script_text(before)}{BETWEEN}{shown}{other}")


def after(before: Script, name: str, target: Target) -> str:
    script = BY_NAME[name](before, target)
    verify(script)
    return script_text(script)


def test_every_pass_is_shown_doing_something() -> None:
    texts = [(path.parent.name, path.read_text("utf-8").partition(BETWEEN)) for path in CASES]
    shown = {name for name, (before, _, rest) in texts if before != rest.partition(BETWEEN_ON_BTC)[0]}
    assert shown == set(BY_NAME)
