"""`bindings`: modules are written, compared and cleared away; other people's files are left alone."""

from pathlib import Path

import pytest

from tests.support.command_line import BROKEN, SUM, Run, printed

TYPES = "struct Point { int x; }\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[tool.penstock]\n")
    (tmp_path / "contracts/More-of").mkdir(parents=True)
    (tmp_path / "contracts/Sum.scrypt").write_text(SUM)
    (tmp_path / "contracts/More-of/sum.scrypt").write_text(SUM)
    (tmp_path / "contracts/types.scrypt").write_text(TYPES)
    return tmp_path


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_folders_are_mirrored_in_names_that_python_imports(invoke: Run, project: Path) -> None:
    told = printed(invoke("bindings", "-o", "made"))
    assert files(project / "made") == {"__init__.py", "sum.py", "more_of/__init__.py", "more_of/sum.py"}
    assert told.endswith("2 contracts, 4 files changed\n")
    assert f"{Path('made/more_of/sum.py')}: written\n" in told
    text = (project / "made/more_of/sum.py").read_text()
    assert text.split("\n")[1] == "#     penstock bindings -o made"
    assert '"../../contracts/More-of/sum.scrypt"' in text
    assert printed(invoke("bindings", "-o", "made")) == "2 contracts, 0 files changed\n"


def test_the_command_is_the_same_from_every_folder(invoke: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed(invoke("bindings", "contracts/Sum.scrypt", "-o", "a b", "--target", "btc"))
    line = (project / "a b/sum.py").read_text().split("\n")[1]
    assert line == "#     penstock bindings contracts/Sum.scrypt -o 'a b' --target btc"
    monkeypatch.chdir(project / "contracts")
    assert printed(invoke("bindings", "Sum.scrypt", "-o", "../a b", "--target", "btc", "--check")).endswith(
        "0 files to change\n"
    )


def test_check_names_what_differs_and_writes_nothing(invoke: Run, project: Path) -> None:
    result = invoke("bindings", "-o", "made", "--check")
    assert result.exit_code == 1
    assert f"{Path('made/sum.py')}: missing\n" in result.stdout
    assert not (project / "made").exists()
    printed(invoke("bindings", "-o", "made"))
    assert printed(invoke("bindings", "-o", "made", "--check")) == "2 contracts, 0 files to change\n"
    (project / "made/sum.py").write_text((project / "made/sum.py").read_text() + "x = 1\n")
    (project / "made/more_of/sum.py").unlink()
    (project / "contracts/More-of/sum.scrypt").rename(project / "contracts/other.scrypt")
    (project / "made/mine.py").write_text("mine = 1\n")
    result = invoke("bindings", "-o", "made", "--check")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        f"{Path('made/sum.py')}: differs",
        f"{Path('made/other.py')}: missing",
        f"{Path('made/more_of/__init__.py')}: left over",
        "2 contracts, 3 files to change",
    ]
    assert f"{Path('made/more_of/__init__.py')}: left over\n" in printed(invoke("bindings", "-o", "made"))
    assert files(project / "made") == {"__init__.py", "sum.py", "other.py", "mine.py"}


def test_files_of_others_are_left_alone(invoke: Run, project: Path) -> None:
    (project / "made").mkdir()
    (project / "made/__init__.py").write_text("mine = 1\n")
    printed(invoke("bindings", "contracts/Sum.scrypt", "-o", "made"))
    assert (project / "made/__init__.py").read_text() == "mine = 1\n"
    printed(invoke("bindings", "contracts/More-of", "-o", "made"))
    assert files(project / "made") == {"__init__.py", "sum.py"}
    (project / "made/sum.py").write_text("mine = 1\n")
    result = invoke("bindings", "-o", "made")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"error: {Path('made/sum.py')} was not made by `penstock bindings`: use another folder, or move it\n"
    )


def test_files_that_differ_in_case_only_need_folders_of_their_own(invoke: Run, project: Path) -> None:
    (project / "contracts/sum.scrypt").write_text(SUM)
    result = invoke("bindings", "-o", "made")
    assert result.exit_code == 2
    one, two = Path("contracts/Sum.scrypt"), Path("contracts/sum.scrypt")
    told = f"error: {Path('made/sum.py')} would be the module of {one} and of {two}"
    assert result.stderr == f"{told}: rename one of them, or use two folders\n"


def test_contracts_with_errors_change_nothing(invoke: Run, project: Path) -> None:
    printed(invoke("bindings", "-o", "made"))
    before = {path: (project / "made" / path).read_text() for path in files(project / "made")}
    (project / "contracts/Sum.scrypt").write_text(BROKEN)
    for options in ([], ["--check"]):
        result = invoke("bindings", "-o", "made", *options)
        assert result.exit_code == 1
        assert "error[operands-mismatch]" in result.stderr
        assert "1 contract with errors\n" in result.stderr
    assert {path: (project / "made" / path).read_text() for path in files(project / "made")} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing option '-o'"),
        (["missing.scrypt", "-o", "made"], "missing.scrypt"),
        (["types.json", "-o", "made"], "types.json is an artifact, and a source is needed"),
        (["-o", "pyproject.toml"], "'pyproject.toml' is a file"),
    ],
)
def test_what_is_refused(invoke: Run, project: Path, arguments: list[str], message: str) -> None:
    result = invoke("bindings", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (project / "made").exists()


def test_the_same_contracts_named_in_another_way_make_no_difference(invoke: Run, project: Path) -> None:
    printed(invoke("bindings", "contracts", "-o", "made"))
    printed(invoke("bindings", "-o", "made", "--check"))
    file = next(path for path in sorted((project / "made").glob("*.py")) if path.name != "__init__.py")
    whole = file.read_text()
    for damaged in (f"{whole}\n", whole.partition("\n")[0]):
        file.write_text(damaged)
        assert invoke("bindings", "-o", "made", "--check").exit_code == 1
