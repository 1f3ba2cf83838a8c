"""The project of a file: the nearest one above it, whichever way the file is named."""

from pathlib import Path

import pytest

from penstock.project.locating import project_of, remappings_for
from penstock.project.settings import Project, ProjectError
from penstockc.remappings import Remapping

FILE = "pyproject.toml"
TABLE = '[tool.penstock]\ntarget = "btc"\n'


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop" / "contracts" / "deep").mkdir(parents=True)
    (tmp_path / "shop" / FILE).write_text(TABLE)
    monkeypatch.chdir(tmp_path)


def test_folders_above_are_searched() -> None:
    for place in ("shop", "shop/contracts", "shop/contracts/deep/none.scrypt", "shop/nowhere/../contracts"):
        assert project_of(Path(place)) == Project(Path("shop"), target="btc"), place
    assert project_of(Path()) is None
    assert project_of(Path("shop/..")) is None


def test_the_root_is_named_as_the_path_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert project_of(Path("shop/contracts").absolute()) == Project(tmp_path / "shop", target="btc")
    monkeypatch.chdir("shop/contracts")
    assert project_of(Path("deep")) == Project(Path(".."), target="btc")
    monkeypatch.chdir("..")
    assert project_of(Path("contracts")) == Project(Path(), target="btc")


def test_the_first_file_with_the_table_counts() -> None:
    inner = Path("shop/contracts") / FILE
    for text in ("", "[tool.ruff]\n", '[project]\nname = "penstock"\n', "this is not TOML"):
        inner.write_text(text)
        assert project_of(Path("shop/contracts/deep")) == Project(Path("shop"), target="btc")
    inner.write_text("[tool.penstock]\n")
    assert project_of(Path("shop/contracts/deep")) == Project(Path("shop/contracts"))


def test_a_folder_of_that_name_is_passed_over() -> None:
    (Path("shop/contracts") / FILE).mkdir()
    assert project_of(Path("shop/contracts")) == Project(Path("shop"), target="btc")
    assert project_of(Path("shop") / FILE) == Project(Path("shop"), target="btc")


def test_files_that_cannot_be_read_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    (Path("shop") / FILE).write_bytes(b"[tool.penstock]\n# \xff")
    with pytest.raises(ProjectError, match=r"pyproject\.toml is not UTF-8 text: invalid start byte at byte 18$"):
        project_of(Path("shop"))
    (Path("shop") / FILE).unlink()
    (Path("shop") / FILE).symlink_to(FILE)
    with pytest.raises(ProjectError, match=r"pyproject\.toml cannot be read: "):
        project_of(Path("shop"))


def test_a_link_leads_to_the_project_in_which_it_is() -> None:
    Path("far/deep").mkdir(parents=True)
    Path("shop/link").symlink_to(Path("far/deep").absolute())
    assert project_of(Path("shop/link")) == Project(Path("shop"), target="btc")
    real = project_of(Path("shop/link/.."))  # which is far
    assert real is None


def test_remappings_are_relative_to_the_real_folder_of_the_file() -> None:
    project = Project(Path("shop"), remappings=(Remapping("@a", "libraries/a"), Remapping("@b", "../b")))
    assert remappings_for(None, Path("shop/x.scrypt")) == ()
    assert [each.folder for each in remappings_for(project, Path("shop/contracts/deep/x.scrypt"))] == [
        *("../../libraries/a", "../../../b")
    ]
    assert [each.folder for each in remappings_for(project, Path("shop/x.scrypt"))] == ["libraries/a", "../b"]
    Path("far/deep/er").mkdir(parents=True)
    Path("shop/link").symlink_to(Path("far/deep/er").absolute())
    assert remappings_for(project, Path("shop/link/x.scrypt"))[0] == Remapping("@a", "../../../shop/libraries/a")
    assert Path("shop/link/../../../shop").samefile("shop")
