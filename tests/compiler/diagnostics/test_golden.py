"""Contracts with mistakes, in the folder of the code that they get, and the text that the user gets.

Each kind has an example in the catalogue, held by `test_catalogue`; here are those with more to them.

`<code>/<name>.scrypt` is compiled for bsv, `<code>/<name>.btc.scrypt` for btc; imports come from the same folder. The
rendered diagnostics are next to it in `<name>.txt`, written by `pytest --update-golden`.
"""

from functools import cache
from pathlib import Path

import pytest

from penstockc.diagnostics import render_all
from penstockc.pipeline import Checked, check_source
from penstockc.reading import load_from
from tests.support.compiling.error_kinds import kinds
from tests.support.golden import Golden

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/*.scrypt"))


@cache
def check(path: Path) -> Checked:
    target = "btc" if path.name.endswith(".btc.scrypt") else "bsv"
    return check_source(path.read_bytes().decode(), name=path.name, target=target, load=load_from(path.parent))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_text_is_as_expected(path: Path, golden: Golden) -> None:
    checked = check(path)
    golden.check(path.with_suffix(".txt"), render_all(checked.diagnostics, checked.sources))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_mistake_of_the_folder_is_among_them(path: Path) -> None:
    assert path.parent.name in {found.code for found in check(path).diagnostics}


def test_no_two_kinds_share_a_code() -> None:
    codes = [kind.code for kind in kinds()]
    assert sorted(codes) == sorted(set(codes))


def test_each_folder_is_of_a_kind() -> None:
    assert {path.parent.name for path in CASES} <= {kind.code for kind in kinds()}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_line_endings_and_a_byte_order_mark_change_nothing(path: Path) -> None:
    """CR LF at each end of line, and U+FEFF in front: the same mistakes at the same places."""
    windows = check_source(
        "\ufeff" + path.read_bytes().decode().replace("\n", "\r\n"),
        name=path.name,
        target="btc" if path.name.endswith(".btc.scrypt") else "bsv",
        load=load_from(path.parent),
    )

    def places(checked: Checked) -> list[tuple[str, str, tuple[int, int]]]:
        found = [(one, checked.sources.find(one.span.start)) for one in checked.diagnostics]
        return [(one.code, source.name, source.position(one.span.start)) for one, source in found]

    assert places(windows) == places(check(path))
