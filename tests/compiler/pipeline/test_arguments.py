"""Arguments that cannot be read as a contract are named, without a trace of inner errors."""

from pathlib import Path
from typing import Any

import pytest

import penstock
from penstockc.pipeline import UnknownTarget, check_source
from penstockc.reading import UnreadableSource

GOOD = "contract Good { public function f(int x) { require(x == 1); } }"


@pytest.mark.parametrize("text", [None, GOOD.encode(), 5])
def test_a_contract_is_text(text: Any) -> None:
    for ask in (penstock.compile_source, check_source):
        with pytest.raises(UnreadableSource, match=f"^good.scrypt is {type(text).__name__}, not text"):
            ask(text, name="good.scrypt")


@pytest.mark.parametrize("target", ["bch", "BSV", "", None])
def test_targets_go_by_name(target: Any) -> None:
    with pytest.raises(UnknownTarget, match="choose one of bsv, btc"):
        penstock.compile_source(GOOD, target=target)


def test_files_that_are_none(tmp_path: Path) -> None:
    latin = tmp_path / "latin.scrypt"
    latin.write_bytes("contract Caf\u00e9".encode("latin-1"))
    for path, message in [
        (tmp_path / "nowhere.scrypt", "cannot be read: No such file or directory"),
        (tmp_path, "cannot be read: Is a directory"),
        (latin, "is not UTF-8 text: unexpected end of data at byte 12"),
    ]:
        with pytest.raises(UnreadableSource) as caught:
            penstock.compile_file(path)
        assert str(caught.value) == f"{path} {message}"
        assert isinstance(caught.value, penstock.PenstockError)
