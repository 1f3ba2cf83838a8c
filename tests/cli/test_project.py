"""Commands in a project: its target, its remappings, and many files at once."""

import json
from pathlib import Path

import pytest

import penstock
from penstock.artifact.artifact import Artifact
from tests.support.command_line import ALICE_KEY, BROKEN, SUM, Run, printed

SETTINGS = """
[tool.penstock]
target = "bsv"

[tool.penstock.targets]
"contracts/locked/*.scrypt" = "btc"

[tool.penstock.remappings]
"@sums" = "libraries/sums"
"""
LOCKED = """import "@sums/adding.scrypt";
import "../kinds.scrypt";

contract Locked {
    PubKey owner;

    public function open(Sig sig, Pair pair) {
        require(checkLockTime(800000));
        require(Adding.add(pair.x, pair.y) == 5);
        require(checkSig(sig, this.owner));
    }
}
"""
FILES = {
    "pyproject.toml": SETTINGS,
    "contracts/sum.scrypt": SUM,
    "contracts/kinds.scrypt": "struct Pair { int x; int y; }",
    "contracts/locked/locked.scrypt": LOCKED,
    "libraries/sums/adding.scrypt": "library Adding { static function add(int a, int b) : int { return a + b; } }",
}
SUM_LINE, LOCKED_LINE = "Sum for bsv, functions unlock", "Locked for btc, functions open"


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a project."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return invoke


def lines(*paths_and_texts: tuple[str, str]) -> str:
    return "".join(f"{Path(path)}: {text}\n" for path, text in paths_and_texts)


# compile --------------------------------------------------------------------------------------------------------------


def test_the_project_is_compiled_to_its_folder_from_wherever(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = lines(("artifacts/locked/locked.json", LOCKED_LINE), ("artifacts/sum.json", SUM_LINE))
    assert printed(run("compile")) == both + "2 contracts compiled\n"
    assert Artifact.from_json((tmp_path / "artifacts/locked/locked.json").read_text()).target == "btc"
    assert not list(tmp_path.rglob("kinds.json"))
    monkeypatch.chdir(tmp_path / "contracts")
    assert printed(run("compile")).startswith(str(Path("../artifacts/locked/locked.json")))
    assert printed(run("compile", "-o", "out")).startswith(str(Path("out/locked/locked.json")))


def test_folders_are_mirrored_and_named_files_are_not(run: Run, tmp_path: Path) -> None:
    printed(run("compile", "contracts", "-o", "one"))
    printed(run("compile", "contracts/**/l*.scrypt", "-o", "two"))
    printed(run("compile", "contracts/locked/locked.scrypt", "contracts/sum.scrypt", "-o", "three"))
    written = {str(path.relative_to(tmp_path).as_posix()) for path in tmp_path.rglob("*.json")}
    assert written == {
        *("one/locked/locked.json", "one/sum.json", "two/locked/locked.json", "three/locked.json", "three/sum.json")
    }


def test_two_files_for_one_artifact_are_refused_before_any_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "contracts/locked/sum.scrypt").write_text(SUM)
    result = run("compile", "contracts/sum.scrypt", "contracts/locked/sum.scrypt", "-o", "out")
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = Path("contracts/sum.scrypt"), Path("contracts/locked/sum.scrypt")
    assert f"error: {Path('out/sum.json')} would be the artifact of {first} and of {second}" in result.stderr
    assert not (tmp_path / "out").exists()


def test_errors_in_some_leave_the_others_compiled(run: Run, tmp_path: Path) -> None:
    (tmp_path / "contracts/broken.scrypt").write_text(BROKEN)
    result = run("compile")
    assert result.exit_code == 1
    assert result.stdout == lines(("artifacts/locked/locked.json", LOCKED_LINE), ("artifacts/sum.json", SUM_LINE))
    assert "broken.scrypt:3:" in result.stderr
    assert result.stderr.endswith("2 contracts compiled, 1 contract with errors\n")
    assert not (tmp_path / "artifacts/broken.json").exists()


def test_views_of_several(run: Run, tmp_path: Path) -> None:
    result = run("compile", "--json")
    assert result.exit_code == 0
    assert result.stderr == "2 contracts compiled\n"
    shown = json.loads(result.stdout)
    assert [Path(each["file"]) for each in shown] == [
        Path("contracts/locked/locked.scrypt"),
        Path("contracts/sum.scrypt"),
    ]
    artifact = penstock.compile_in_project(tmp_path / "contracts/locked/locked.scrypt")
    assert Artifact.from_json(json.dumps(shown[0]["artifact"])) == artifact
    assert not (tmp_path / "artifacts").exists()
    asm = run("compile", "contracts", "--asm").stdout.splitlines()
    assert asm[:2] == [f"# {Path('contracts/locked/locked.scrypt')}", artifact.asm]
    assert run("compile", "contracts", "--hex").stdout.splitlines()[1] == artifact.hex
    both = run("compile", "--hex", "-o", "out")
    assert LOCKED_LINE in both.stderr
    assert (tmp_path / "out/sum.json").exists()


def test_one_file_of_types_is_refused_and_found_ones_are_passed_over(run: Run) -> None:
    for command in (["compile"], ["show", "--stage", "ir"], ["check"]):
        refused = run(*command, "contracts/kinds.scrypt")
        assert (refused.exit_code, refused.stdout) == (1, ""), command
        assert "error[nothing-to-compile]" in refused.stderr
        assert ("kinds" in run(*command).output) is (command == ["check"])  # which lists every file without errors
    assert run("compile", "contracts/kinds.scrypt", "contracts/sum.scrypt", "-o", "out").exit_code == 1


# The settings ---------------------------------------------------------------------------------------------------------


def test_an_explicit_target_is_used(run: Run) -> None:
    assert ": Sum for btc," in run("compile", "--target", "btc").stdout
    refused = run("compile", "contracts/locked/locked.scrypt", "--target", "bsv")
    assert refused.exit_code == 1
    assert "checkLockTime" in refused.stderr


def test_every_command_reads_the_settings(run: Run) -> None:
    file = "contracts/locked/locked.scrypt"
    assert printed(run("check", file)) == f"{Path(file)}: no errors\n"
    assert json.loads(run("show", file, "--stage", "asm", "--json").stdout)["target"] == "btc"
    assert "Locked for btc" in printed(run("inspect", file))
    called = run(
        *("run", file, "open", f"sig:{ALICE_KEY}", "{x=2, y=3}", "--set", f"owner=pub:{ALICE_KEY}", "--evaluate"),
        *("--lock-time", "800000", "--sequence", "0", "--json"),
    )
    found = json.loads(called.stdout)
    assert (called.exit_code, found["accepted"], found["evaluated"]["accepted"]) == (0, True, True)
    verified = ["verify", found["transaction"], "--value", "1000", "--script", found["locking_script"]]
    as_btc = run(*verified, "--artifact", file, "--json")
    assert (as_btc.exit_code, json.loads(as_btc.stdout)["rules"]) == (0, "btc")


def test_the_evaluator_keeps_to_the_projects_target(run: Run) -> None:
    refused = run("run", "contracts/locked/locked.scrypt", "open", "--evaluate", "--rules", "bsv")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--evaluate uses the target's own rules" in refused.stderr


def test_check_without_files_checks_the_project(run: Run) -> None:
    expected = "".join(f"{Path('contracts', name)}: no errors\n" for name in FILES_CHECKED)
    assert printed(run("check")) == printed(run("check", "contracts/**/*.scrypt")) == expected
    assert json.loads(printed(run("check", "--json"))) == []


FILES_CHECKED = ("kinds.scrypt", "locked/locked.scrypt", "sum.scrypt")


def test_a_pattern_that_matches_nothing_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        SETTINGS.replace('"contracts/locked/*', '"vault.scrypt" = "btc"\n"contracts/locked/*')
    )
    for command in (["check"], ["compile"], ["show", "--stage", "asm"]):
        result = run(*command)
        assert result.exit_code == 0
        assert "warning: pyproject.toml: tool.penstock.targets: no contract matches 'vault.scrypt'\n" in result.stderr
    assert run("check", "contracts").stderr == ""


@pytest.mark.parametrize("command", [["compile"], ["check"], ["show", "--stage", "ir"], ["inspect"], ["run"]])
def test_wrong_settings_stop_every_command(run: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.penstock]\ntarget = "bch"\n')
    result = run(*command, "contracts/sum.scrypt", *(["unlock"] if command == ["run"] else []))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert 'pyproject.toml: tool.penstock.target: write "bsv" or "btc", not \'bch\'' in result.stderr


@pytest.mark.parametrize("command", [["compile"], ["check"], ["show", "--stage", "ir"]])
def test_without_a_project_a_file_is_needed(invoke: Run, command: list[str]) -> None:
    result = invoke(*command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "error: no FILE is given" in result.stderr
    assert "name a file or folder" in result.stderr


# show -----------------------------------------------------------------------------------------------------------------


def test_show_several(run: Run) -> None:
    shown = printed(run("show", "--stage", "asm"))
    one = printed(run("show", "contracts/locked/locked.scrypt", "--stage", "asm"))
    assert shown.startswith(f"# {Path('contracts/locked/locked.scrypt')}\n{one}\n# {Path('contracts/sum.scrypt')}\n")
    found = json.loads(printed(run("show", "contracts", "--stage", "asm", "--json")))
    assert (found[0]["target"], found[0]["text"]) == ("btc", one)
    assert len(found) == 2
    assert len(json.loads(printed(run("show", "contracts", "--stage", "syntax", "--json")))) == 3


def test_show_goes_on_after_errors(run: Run, tmp_path: Path) -> None:
    (tmp_path / "contracts/broken.scrypt").write_text(BROKEN)
    result = run("show", "--stage", "asm", "--json")
    assert result.exit_code == 1
    assert "broken.scrypt:3:" in result.stderr
    assert len(json.loads(result.stdout)) == 2


# The cache ------------------------------------------------------------------------------------------------------------

SHADOW = """contract Shadow {
    PubKey owner;

    public function f(int x, Sig sig) {
        int y = x;
        { int y = 2; require(y == x); }
        require(y == 2);
        require(checkSig(sig, this.owner));
    }
}
"""


@pytest.fixture
def cached(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with a cache of its own, and a contract with warnings."""
    monkeypatch.setenv("PENSTOCK_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "contracts/shadow.scrypt").write_text(SHADOW)
    return run


def count(tmp_path: Path) -> int:
    return len(list((tmp_path / "cache").rglob("entry-*")))


@pytest.mark.parametrize(
    "command",
    [
        ["compile", "-o", "out"],
        ["compile", "contracts", "--json"],
        ["compile", "contracts/shadow.scrypt", "--asm"],
        ["check"],
        ["check", "--json"],
        ["check", "--deny", "warnings"],
        ["inspect", "contracts/shadow.scrypt"],
        ["run", "contracts/shadow.scrypt", "f", "2", f"sig:{ALICE_KEY}", "--set", f"owner=pub:{ALICE_KEY}"],
        ["verify", "51", "--value", "1", "--script", "51", "--artifact", "contracts/shadow.scrypt"],
    ],
    ids=" ".join,
)
def test_a_second_run_says_the_same_from_the_cache(cached: Run, tmp_path: Path, command: list[str]) -> None:
    fresh = cached(*command, "--no-cache")
    assert count(tmp_path) == 0
    first = cached(*command)
    assert count(tmp_path) == (1 if "contracts/shadow.scrypt" in command else 3)
    second = cached(*command)
    assert fresh.output == first.output == second.output
    assert fresh.exit_code == first.exit_code == second.exit_code


def test_the_evaluator_never_reads_the_cache(cached: Run, tmp_path: Path) -> None:
    call = ["run", "contracts/shadow.scrypt", "f", "2", f"sig:{ALICE_KEY}", "--set", f"owner=pub:{ALICE_KEY}"]
    first = cached(*call, "--evaluate")
    assert first.exit_code == 0
    assert count(tmp_path) == 1
    assert cached(*call, "--evaluate").output == first.output


def test_the_environment_turns_it_off(cached: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PENSTOCK_NO_CACHE", "1")
    assert cached("compile").exit_code == 0
    assert not (tmp_path / "cache").exists()
