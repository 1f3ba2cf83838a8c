"""A new project: its tests pass, and notice whatever is taken out of its contract."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import penstock
from penstock.project.settings import ProjectError, read_project
from penstock.project.starting import project_files, start_project
from penstock.script.chains import CHAINS
from penstockc.pipeline import check_source

CONTRACT = "contracts/payment.scrypt"
NO_WARNINGS = ("-W", "ignore::penstock.CompileWarning")
REQUIRES = {
    target: re.findall(r"^ +require\(.*\n", project_files("shop", target)[CONTRACT], re.MULTILINE) for target in CHAINS
}


def run_tests(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a project, as its user does; other plugins that happen to be installed are not loaded."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "penstock.testing.plugin",
        "PYTEST_ADDOPTS": "",
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("target", CHAINS)
def test_the_tests_of_a_new_project_pass(tmp_path: Path, target: str) -> None:
    start_project(tmp_path / "shop", target)
    done = run_tests(tmp_path / "shop", "--contract-coverage")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^\d passed in", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^all +100 %$", done.stdout, re.MULTILINE), done.stdout
    assert "missing" not in done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("target", "require"),
    [(target, require) for target, requires in REQUIRES.items() for require in requires],
    ids=lambda text: text.strip(),
)
def test_they_fail_without_any_of_the_requires(tmp_path: Path, target: str, require: str) -> None:
    """Some of them: they would all fail on the warnings, which are turned off here."""
    start_project(tmp_path / "shop", target)
    file = tmp_path / "shop" / CONTRACT
    whole = file.read_text()
    assert whole.count(require) == 1
    file.write_text(whole.replace(require, ""))
    done = run_tests(tmp_path / "shop", *NO_WARNINGS)
    assert done.returncode == 1, done.stdout
    assert re.search(r"^1 failed, 1 passed", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new"),
    [("this.seller", "this.buyer"), (", this.buyer", ", this.seller"), ("SECRET_SIZE = 32", "SECRET_SIZE = 33")],
)
@pytest.mark.parametrize("target", CHAINS)
def test_they_fail_with_another_contract(tmp_path: Path, target: str, old: str, new: str) -> None:
    start_project(tmp_path / "shop", target)
    file = tmp_path / "shop" / CONTRACT
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    assert run_tests(tmp_path / "shop", *NO_WARNINGS).returncode == 1


def test_they_fail_on_a_warning(tmp_path: Path) -> None:
    start_project(tmp_path / "shop")
    file = tmp_path / "shop" / CONTRACT
    file.write_text(file.read_text().replace("require(len(secret)", "int unused = 1;\n        require(len(secret)"))
    done = run_tests(tmp_path / "shop")
    assert done.returncode == 1
    assert "unused-local" in done.stdout


@pytest.mark.parametrize("target", CHAINS)
def test_the_files(target: str, tmp_path: Path) -> None:
    files = project_files("shop", target)
    assert check_source(files[CONTRACT], target=target).diagnostics == ()
    project = read_project(files["pyproject.toml"])
    assert project is not None
    assert (project.target, project.contracts) == (target, ("contracts",))
    assert files["pyproject.toml"].startswith("# shop: ")
    assert not [text for text in files.values() if "{{" in text or "{%" in text or not text.endswith("\n")]
    assert not [
        line for text in files.values() for line in text.splitlines() if len(line) > 120 or line != line.rstrip()
    ]
    written = start_project(tmp_path / "shop", target)
    assert {path.relative_to(tmp_path / "shop").as_posix() for path in written} == set(files)
    assert all(path.read_text("utf-8") == files[path.relative_to(tmp_path / "shop").as_posix()] for path in written)


def test_the_code_is_as_ruff_would_have_it(tmp_path: Path) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    if not ruff.exists():
        pytest.skip("ruff is not installed")
    for target in CHAINS:
        start_project(tmp_path / target, target)
        for command in (["check", "--select", "E,F,I,UP,B,RET,SIM"], ["format", "--check"]):
            done = subprocess.run(
                [ruff, *command, "--line-length", "120", "--isolated", tmp_path / target],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["shop", "Shop-2.0_x", "a"])
def test_names(tmp_path: Path, name: str) -> None:
    assert start_project(tmp_path / "deep" / name)[0].parts[-3:] == (name, "contracts", "payment.scrypt")


@pytest.mark.parametrize("name", ["-x", ".shop", "a b", "läden", "a.", "a\nb", 'a"', "x" * 300 + "!"])
def test_names_that_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="is not a name for a project: use letters"):
        start_project(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / ".git").mkdir()
    assert start_project(tmp_path / "shop")  # as a new repository is
    (tmp_path / "shop" / CONTRACT).write_text("mine")
    with pytest.raises(ProjectError, match="shop is not empty: name a new folder"):
        start_project(tmp_path / "shop")
    assert (tmp_path / "shop" / CONTRACT).read_text() == "mine"
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".hidden").touch()
    with pytest.raises(ProjectError, match="other is not empty"):
        start_project(tmp_path / "other")


def test_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    assert start_project(Path())[0] == Path(CONTRACT)
    assert Path("pyproject.toml").read_text().startswith("# shop: ")
    assert penstock.compile_in_project(CONTRACT).contract == "Payment"
