"""The bundled contracts are found by name, in a checkout and in an installed package."""

from pathlib import Path

import pytest

import penstock
from penstock.contract import bundled as home


def test_the_contracts_of_the_readme_are_there() -> None:
    assert {"streaming", "p2pkh", "hash_lock", "multisig"} <= set(penstock.bundled_names())


@pytest.mark.parametrize("name", penstock.bundled_names())
def test_every_name_is_a_file(name: str) -> None:
    path = penstock.bundled(name)
    assert path.is_absolute()
    assert path.name == f"{name}.scrypt"
    assert "contract " in path.read_text("utf-8")


def test_unknown_names_list_those_there_are() -> None:
    with pytest.raises(penstock.PenstockError, match=r"^no bundled contract 'netflix'; .*streaming") as caught:
        penstock.bundled("netflix")
    assert isinstance(caught.value, LookupError)


@pytest.mark.parametrize("name", ["../pyproject", "streaming.scrypt", ""])
def test_names_are_no_paths(name: str) -> None:
    with pytest.raises(penstock.PenstockError):
        penstock.bundled(name)


def test_an_installed_package_has_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "mine.scrypt").write_text("contract Mine {}")
    monkeypatch.setattr(home, "_PACKAGE", tmp_path)
    assert penstock.bundled_names() == ("mine",)
    assert penstock.bundled("mine") == tmp_path / "contracts" / "mine.scrypt"
