"""The commands, each through click: output, files, refusals."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

import penstock
from penstock.artifact.artifact import Artifact
from penstock.cli.root import ROWS
from penstock.service.store.store import Store
from penstockc.layouts import LAYOUTS
from tests.support.command_line import ALICE, BROKEN, SUM, Run, fill, fraud_proof, printed, saved_call, standard_payment
from tests.support.films import COMMITTED, film


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a folder with a few contracts and artifacts."""
    fill(tmp_path)
    return invoke


# The list of commands -------------------------------------------------------------------------------------------------


def test_the_help_lists_every_command_and_the_exit_codes(run: Run) -> None:
    text = printed(run("--help"))
    assert all(row.name in text and row.summary in text for row in ROWS)
    assert "Exit codes:" in text


@pytest.mark.parametrize("name", [row.name for row in ROWS])
def test_every_command_has_help_with_an_example(run: Run, name: str) -> None:
    text = printed(run(name, "--help"))
    assert f"penstock {name}" in text
    assert "Example" in text or name == "version"


def test_unknown_commands_and_options_are_usage_errors(run: Run) -> None:
    for arguments in (["comple"], ["compile", "--colour", "sum.scrypt"], ["show", "sum.scrypt"]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "Error: " in result.stderr


def test_the_version(run: Run) -> None:
    assert printed(run("--version")) == f"penstock {penstock.__version__}\n"
    assert printed(run("version")).startswith(f"penstock {penstock.__version__} (Python 3.")
    assert json.loads(printed(run("version", "--json")))["penstock"] == penstock.__version__


# compile --------------------------------------------------------------------------------------------------------------


def test_compile_writes_the_artifact_here_or_where_it_is_told(run: Run, tmp_path: Path) -> None:
    assert printed(run("compile", "sum.scrypt")) == "sum.json: Sum for bsv, functions unlock\n"
    artifact = Artifact.from_json((tmp_path / "sum.json").read_text())
    assert artifact == penstock.compile_file(tmp_path / "sum.scrypt")
    printed(run("compile", "sum.scrypt", "-o", "deep/folder", "--target", "btc"))
    assert Artifact.from_json((tmp_path / "deep/folder/sum.json").read_text()).target == "btc"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_compile_takes_a_layout(run: Run, tmp_path: Path, layout: str) -> None:
    printed(run("compile", "sum.scrypt", "--layout", layout))
    artifact = Artifact.from_json((tmp_path / "sum.json").read_text())
    assert artifact == penstock.compile_file(tmp_path / "sum.scrypt", layout=layout)
    assert artifact.layout == layout


@pytest.mark.parametrize("view", ["json", "asm", "hex"])
def test_compile_shows_one_view_and_writes_nothing(run: Run, tmp_path: Path, view: str) -> None:
    artifact = penstock.compile_file(tmp_path / "sum.scrypt")
    expected = {"json": artifact.to_json(), "asm": f"{artifact.asm}\n", "hex": f"{artifact.hex}\n"}
    assert printed(run("compile", "sum.scrypt", f"--{view}")) == expected[view]
    assert not (tmp_path / "sum.json").exists()


def test_compile_shows_and_writes_when_asked_for_both(run: Run, tmp_path: Path) -> None:
    result = run("compile", "sum.scrypt", "--hex", "-o", ".")
    assert result.stdout == f"{penstock.compile_file(tmp_path / 'sum.scrypt').hex}\n"
    assert result.stderr == "sum.json: Sum for bsv, functions unlock\n"
    assert (tmp_path / "sum.json").exists()


@pytest.mark.parametrize("views", [["--json", "--asm"], ["--asm", "--hex"], ["--hex", "--json", "--asm"]])
def test_compile_shows_no_two_views_at_once(run: Run, tmp_path: Path, views: list[str]) -> None:
    result = run("compile", "sum.scrypt", "-o", ".", *views)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "use one at a time" in result.stderr
    assert not (tmp_path / "sum.json").exists()


@pytest.mark.parametrize("command", [["compile"], ["check"], ["inspect"], ["run"]])
def test_mistakes_are_shown_where_they_can_be_found_from_here(run: Run, tmp_path: Path, command: list[str]) -> None:
    """In the compiled file and in an imported one, by paths that an editor can open."""
    (tmp_path / "contracts" / "deep").mkdir(parents=True)
    (tmp_path / "contracts" / "deep" / "main.scrypt").write_text(f'import "../lib.scrypt";\n{BROKEN}')
    (tmp_path / "contracts" / "lib.scrypt").write_text("library L { static function f() : int { return x; } }")
    result = run(*command, "contracts/deep/main.scrypt", *(["f"] if command == ["run"] else []))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"--> {Path('contracts/deep/main.scrypt')}:4:" in result.stderr
    assert f"--> {Path('contracts/lib.scrypt')}:1:" in result.stderr
    if command == ["check"]:
        found = json.loads(run("check", "contracts/deep/main.scrypt", "--json").stdout)
        assert {Path(entry["file"]) for entry in found} == {
            Path("contracts/deep/main.scrypt"),
            Path("contracts/lib.scrypt"),
        }


def test_paths_through_a_link_stay_as_they_are(run: Run, tmp_path: Path) -> None:
    """Without `link/..` they would lead to another file."""
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "far" / "lib.scrypt").write_text("library L { static function f() : int { return x; } }")
    (tmp_path / "far" / "deep" / "main.scrypt").write_text(f'import "../lib.scrypt";\n{SUM}')
    (tmp_path / "link").symlink_to(tmp_path / "far" / "deep")
    assert f"--> {Path('link/../lib.scrypt')}:1:" in run("check", "link/main.scrypt").stderr
    assert f"--> {Path('far/lib.scrypt')}:1:" in run("check", "far/deep/main.scrypt").stderr


def test_compile_warns_and_goes_on(run: Run, tmp_path: Path) -> None:
    text = "contract C { public function f(int x) { int y = x; { int y = 2; require(y == x); } require(y == 2); } }"
    (tmp_path / "shadow.scrypt").write_text(text)
    result = run("compile", "shadow.scrypt", "--asm")
    assert (result.exit_code, result.stdout) == (0, "OP_2 OP_NUMEQUAL\n")
    assert result.stderr.startswith("warning[unguarded-function]: `f` can accept without a signature")
    assert "warning[shadowed-name]: `y` hides another variable" in result.stderr
    assert printed(run("run", "shadow.scrypt", "f", "2")).startswith("accepted")


def test_check_can_deny_warnings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "sum.scrypt").write_text("contract C { public function f(int x) { require(x == 1); } }")
    (tmp_path / "lock.scrypt").write_text("contract C { public function f(bytes x) { require(sha256(x) == b'00'); } }")
    (tmp_path / "fine.scrypt").write_text(
        "contract C { Sha256 hash; public function f(bytes x) { require(sha256(x) == this.hash); } }"
    )
    assert run("check", "sum.scrypt").exit_code == 0
    denied = run("check", "sum.scrypt", "--deny", "warnings")
    assert (denied.exit_code, denied.stdout) == (1, "sum.scrypt: no errors\n")
    assert denied.stderr.startswith("warning[unguarded-function]: `f` can accept without a signature")
    assert run("check", "fine.scrypt", "sum.scrypt", "--deny", "warnings").exit_code == 1
    assert run("check", "fine.scrypt", "--deny", "warnings").exit_code == 0
    found = json.loads(run("check", "lock.scrypt", "--json").stdout)
    assert [(entry["code"], entry["severity"]) for entry in found] == [("always-false", "warning")]
    assert run("check", "fine.scrypt", "--deny", "errors").exit_code == 2


def test_compile_errors_are_shown_with_their_lines(run: Run) -> None:
    result = run("compile", "broken.scrypt")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "broken.scrypt:3:" in result.stderr
    assert "require(x + true);" in result.stderr


@pytest.mark.parametrize("command", [["compile"], ["check"], ["inspect"], ["run"]])
def test_files_that_cannot_be_read_are_named(run: Run, command: list[str]) -> None:
    more = ["f"] if command == ["run"] else []
    result = run(*command, "nowhere.scrypt", *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere.scrypt" in result.stderr
    assert "No such file or directory" in result.stderr


def test_files_that_are_no_text_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "film.scrypt").write_bytes(b"\xff\xfe\x00")
    result = run("compile", "film.scrypt")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "film.scrypt" in result.stderr
    assert "utf-8" in result.stderr.lower()


# check ----------------------------------------------------------------------------------------------------------------


def test_check_says_nothing_is_wrong(run: Run) -> None:
    assert printed(run("check", "sum.scrypt")) == "sum.scrypt: no errors\n"


def test_check_lists_every_mistake_of_every_file(run: Run) -> None:
    result = run("check", "sum.scrypt", "broken.scrypt")
    assert result.exit_code == 1
    assert result.stdout == "sum.scrypt: no errors\n"
    assert result.stderr.count("error[") == 2
    assert "broken.scrypt:3:" in result.stderr
    assert "broken.scrypt:4:" in result.stderr


def test_check_writes_json(run: Run) -> None:
    result = run("check", "broken.scrypt", "sum.scrypt", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    found = json.loads(result.stdout)
    assert [(entry["file"], entry["line"], entry["severity"]) for entry in found] == [
        ("broken.scrypt", 3, "error"),
        ("broken.scrypt", 4, "error"),
    ]
    assert all(entry["code"] and entry["message"] and entry["column"] > 0 for entry in found)
    assert json.loads(printed(run("check", "sum.scrypt", "--json"))) == []


def test_check_takes_every_contract_below_a_folder(run: Run, tmp_path: Path) -> None:
    for place, text in {
        "all/b.scrypt": SUM,
        "all/a/z.scrypt": 'import "../kinds.scrypt"; library Z { static function f(Pair p) : int { return p.x; } }',
        "all/a/sums.scrypt": SUM,
        "all/kinds.scrypt": "struct Pair { int x; int y; }",
        "all/notes.txt": "contract",
        "all/.cache/old.scrypt": BROKEN,
        "all/node_modules/package/c.scrypt": BROKEN,
    }.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)
    (tmp_path / "all/folder.scrypt").mkdir()
    names = ["all/a/sums.scrypt", "all/a/z.scrypt", "all/b.scrypt", "all/kinds.scrypt"]
    expected = [f"{Path(name)}: no errors" for name in names]
    assert printed(run("check", "all")).splitlines() == expected
    assert printed(run("check", "sum.scrypt", "all", "all/b.scrypt")).splitlines() == [
        "sum.scrypt: no errors",
        *expected,
    ]
    assert json.loads(printed(run("check", "all", "--json"))) == []
    assert "error[nothing-to-compile]" in run("check", "all/kinds.scrypt").stderr
    (tmp_path / "all/a/bad.scrypt").write_text(BROKEN)
    result = run("check", ".")
    assert result.exit_code == 1
    assert f"--> {Path('all/a/bad.scrypt')}:3:" in result.stderr
    assert "sum.scrypt: no errors" in result.stdout


def test_a_folder_without_contracts_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    result = run("check", "sum.scrypt", "papers")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "error: no .scrypt files in the folder papers\n")


# Damaged artifacts, and examples --------------------------------------------------------------------------------------


def test_damaged_artifacts_are_named_by_their_field(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"version": 9, "contract": "A", "hex": "7", "abi": []}')
    for arguments in (["inspect", "bad.json"], ["run", "bad.json", "f"]):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == (
            "error: bad.json: artifact field hex: '7' is neither whole bytes in hexadecimal nor a placeholder\n"
        )


@pytest.mark.long
def test_the_examples_of_the_help_work_one_after_the_other(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder with the bundled contracts, a movie, films, a secret, a key, and a store of channels."""
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", "a passphrase")
    Store.open(tmp_path / "channels.db", create=True).close()
    shutil.copytree(penstock.bundled("streaming").parent, tmp_path / "contracts")
    for_btc = ("channel_funding_btc", "delayed_change", "paid_key_btc", "vault")
    settings = "".join(f'"contracts/{name}.scrypt" = "btc"\n' for name in for_btc)
    (tmp_path / "pyproject.toml").write_text(f"[tool.penstock.targets]\n{settings}")
    (tmp_path / "secret").write_bytes(b"open sesame")
    (tmp_path / "key").write_text(ALICE.wif())
    shutil.copy(COMMITTED, tmp_path / "film.mp4")
    film(tmp_path / "low.mp4", seconds=24, key_frames=20, size="32x24")
    (tmp_path / "movie.mp4").write_bytes(b"".join(number.to_bytes(4, "big") for number in range(50_000)))
    raw, spent = standard_payment()
    (tmp_path / "tx.hex").write_text(raw.hex())
    (tmp_path / "case.json").write_text(saved_call())
    (tmp_path / "fraud.cbor").write_bytes(fraud_proof())
    (tmp_path / "spent.json").write_text(json.dumps([{"value": spent.value, "script": spent.script.hex()}]))
    for row in ROWS:
        examples = re.findall(r"^    (penstock .*)$", run(row.name, "--help").stdout, re.MULTILINE)
        assert len(examples) >= 2 or row.name == "version"
        for example in examples:
            command, *_what_it_does = re.split(r" {2,}", example)
            done = run(*shlex.split(command)[1:])
            assert (done.exit_code, done.stderr) == (0, ""), example
