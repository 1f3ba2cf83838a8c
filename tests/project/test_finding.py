"""The files that paths stand for."""

from pathlib import Path

import pytest

from penstock.project.finding import FoundFile, NoContracts, contracts_of, find_contracts, project_here
from penstock.project.settings import Project


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        *("c/b.scrypt", "c/a/z.scrypt", "c/a/b/y.scrypt", "c/x.txt", "d/b.scrypt", "empty/x.txt", "[odd].scrypt"),
        *("c/.hidden/n.scrypt", "c/node_modules/n.scrypt", "c/.n.scrypt"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "c" / "folder.scrypt").mkdir()
    monkeypatch.chdir(tmp_path)


def below(files: list[FoundFile]) -> list[tuple[str, str]]:
    """Each file and its path from its base."""
    return [(file.path.as_posix(), file.below.as_posix()) for file in files]


def found(*paths: str) -> list[tuple[str, str]]:
    return below(find_contracts([Path(path) for path in paths]))


FOLDER = [
    ("c/.n.scrypt", ".n.scrypt"),
    ("c/a/b/y.scrypt", "a/b/y.scrypt"),
    ("c/a/z.scrypt", "a/z.scrypt"),
    ("c/b.scrypt", "b.scrypt"),
]


def test_folders() -> None:
    assert found("c") == FOLDER
    assert found("c/a", "d") == [
        ("c/a/b/y.scrypt", "b/y.scrypt"),
        ("c/a/z.scrypt", "z.scrypt"),
        ("d/b.scrypt", "b.scrypt"),
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("c/*.scrypt", [FOLDER[0], FOLDER[3]]),
        ("c/**/*.scrypt", FOLDER),
        ("./c/a/**", [("c/a/b/y.scrypt", "b/y.scrypt"), ("c/a/z.scrypt", "z.scrypt")]),
        ("*/b.scrypt", [("c/b.scrypt", "c/b.scrypt"), ("d/b.scrypt", "d/b.scrypt")]),
        ("c/../d/?.scrypt", [("c/../d/b.scrypt", "b.scrypt")]),
    ],
)
def test_patterns(pattern: str, expected: list[tuple[str, str]]) -> None:
    assert found(pattern) == expected


def test_named_files_are_taken_as_they_are() -> None:
    files = find_contracts([Path("c/x.txt"), Path("nowhere.scrypt"), Path("[odd].scrypt")])
    assert [(file.path.name, file.below.name, file.named) for file in files] == [
        ("x.txt", "x.txt", True),
        ("nowhere.scrypt", "nowhere.scrypt", True),
        ("[odd].scrypt", "[odd].scrypt", True),
    ]


def test_each_file_once_and_named_if_it_is_named_anywhere() -> None:
    files = find_contracts([Path("c"), Path("c/b.scrypt"), Path("c/a")])
    assert [file.path for file in files] == [Path(name) for name, _ in FOLDER]
    assert [file.named for file in files] == [False, False, False, True]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("empty", "no .scrypt files in the folder empty"),
        ("c/*.sol", "no .scrypt files match c/*.sol"),
        ("none/**", "no .scrypt files match none/**"),
        ("c/*.txt", "no .scrypt files match c/*.txt"),
    ],
)
def test_paths_that_stand_for_nothing(path: str, message: str) -> None:
    with pytest.raises(NoContracts) as caught:
        found(path)
    assert str(caught.value) == str(Path(message)) or str(caught.value) == message


def test_the_contracts_of_a_project() -> None:
    assert below(contracts_of(Project(Path(), ("c",)))) == FOLDER
    assert below(contracts_of(Project(Path(), ("d", "c/a", "c")))) == [
        (name, name) for name in ("d/b.scrypt", "c/a/b/y.scrypt", "c/a/z.scrypt", "c/.n.scrypt", "c/b.scrypt")
    ]
    for folder, message in [("none", "none is not a folder: name those"), ("empty", "no .scrypt files in the folder")]:
        with pytest.raises(NoContracts, match=message):
            contracts_of(Project(Path(), ("c", folder)))


def test_the_project_of_this_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoContracts, match=r"no FILE is given, and neither this folder nor one above has a pyproject"):
        project_here()
    Path("pyproject.toml").write_text("[tool.penstock]")
    monkeypatch.chdir("c")
    assert project_here() == Project(Path(".."))
