"""Each pass, shown: a script before it and after it.

`passes/<pass>/<what>.txt` has both, with the line `becomes` between them. Write the first half and that line, then
run `pytest tests/compiler/ir/test_passes.py --update-golden` and read the second.
"""

from pathlib import Path

import pytest
from golden import Golden

from penstockc.ir.passes import PASSES, Pass
from penstockc.ir.reading import read_script
from penstockc.ir.text import script_text
from penstockc.ir.verify import verify
from penstockc.targets import BSV

FOLDER = Path(__file__).parent / "passes"
BETWEEN = "becomes\n"
BY_NAME: dict[str, Pass] = {each.__name__: each for group in PASSES for each in group}
CASES = sorted(FOLDER.glob("*/*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_script_becomes_what_is_shown(path: Path, golden: Golden) -> None:
    before = read_script(path.read_text("utf-8").partition(BETWEEN)[0])
    verify(before)
    after = BY_NAME[path.parent.name](before, BSV)
    verify(after)
    golden.check(path, f"{script_text(before)}{BETWEEN}{script_text(after)}")


def test_every_pass_is_shown_doing_something() -> None:
    texts = [(path.parent.name, path.read_text("utf-8").partition(BETWEEN)) for path in CASES]
    assert {name for name, (before, _, after) in texts if before != after} == set(BY_NAME)
