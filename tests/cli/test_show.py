"""`show`: each stage of one contract, as people and programs get it."""

import json
from pathlib import Path

import pytest

import penstock
from penstockc.showing import Stage
from tests.support.command_line import SUM, Run, fill, printed
from tests.support.golden import Golden

EXPECTED = Path(__file__).parent / "show"
VAULT = """import "limits.scrypt";

contract Vault {
    PubKey owner;
    Sha256 hash;

    function fits(bytes secret) : bool {
        return len(secret) < Limits.LONGEST || sha256(secret) == this.hash;
    }

    public function open(bytes secret, Sig sig) {
        bytes twice = b'';
        loop (2) {
            twice = twice + secret;
        }
        if (len(twice) > 2 * 3) {
            require(this.fits(secret));
        }
        require(checkSig(sig, this.owner));
    }
}
"""


@pytest.fixture
def run(invoke: Run, tmp_path: Path) -> Run:
    """Run a command in a folder with a few contracts and artifacts."""
    fill(tmp_path)
    (tmp_path / "vault.scrypt").write_text(VAULT)
    (tmp_path / "limits.scrypt").write_text("library Limits { static const int LONGEST = 5 * 8; }")
    (tmp_path / "long.scrypt").write_text(SUM.replace("a > 0", f"a > {1 << 40}"))
    (tmp_path / "packed.scrypt").write_text(SUM.replace("a > 0", "sha256(pack(a)) == b'00'"))
    return invoke


@pytest.mark.parametrize("stage", Stage)
def test_each_stage(run: Run, golden: Golden, stage: Stage) -> None:
    golden.check(EXPECTED / f"{stage}.txt", printed(run("show", "vault.scrypt", "--stage", stage.value)))


@pytest.mark.parametrize("stage", [Stage.LOWERED, Stage.IR, Stage.ASM])
def test_the_official_layout(run: Run, golden: Golden, stage: Stage) -> None:
    shown = printed(run("show", "vault.scrypt", "--stage", stage.value, "--layout", "official"))
    golden.check(EXPECTED / "official" / f"{stage}.txt", shown)


@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_asm_is_what_is_compiled(run: Run, tmp_path: Path, target: str) -> None:
    shown = printed(run("show", "packed.scrypt", "--stage", "asm", "--target", target))
    assert shown.split() == penstock.compile_file(tmp_path / "packed.scrypt", target).asm.split()


def test_the_usual_target_is_bsv(run: Run) -> None:
    """Numbers from outside are made canonical by an opcode that btc lacks."""
    usual, bsv, btc = (
        printed(run("show", "packed.scrypt", "--stage", "asm", *more))
        for more in ([], ["--target", "bsv"], ["--target", "btc"])
    )
    assert usual == bsv != btc


def test_json(run: Run) -> None:
    shown = json.loads(printed(run("show", "sum.scrypt", "--stage", "ir", "--target", "btc", "--json")))
    text = shown.pop("text")
    assert shown == {"file": "sum.scrypt", "stage": "ir", "target": "btc", "layout": "smallest"}
    assert text == printed(run("show", "sum.scrypt", "--stage", "ir", "--target", "btc"))


def test_later_stages_are_not_run(run: Run) -> None:
    """A contract with a wrong type has a syntax tree, one that asks too much of its target an intermediate form."""
    assert printed(run("show", "broken.scrypt", "--stage", "syntax")).startswith("(Module\n")
    refused = run("show", "broken.scrypt", "--stage", "typed")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--> broken.scrypt:3:" in refused.stderr
    printed(run("show", "long.scrypt", "--stage", "ir", "--target", "btc"))
    refused = run("show", "long.scrypt", "--stage", "asm", "--target", "btc")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "error[number-too-long]" in refused.stderr


def test_mistakes_in_an_imported_file_are_shown_where_they_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "main.scrypt").write_text(f'import "../lib.scrypt";\n{SUM}')
    (tmp_path / "lib.scrypt").write_text("library L { static function f() : int { return x } }")
    refused = run("show", "deep/main.scrypt", "--stage", "syntax")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"--> {Path('lib.scrypt')}:1:" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sum.scrypt", "--stage", "tokens"], "'tokens' is not one of 'syntax', 'typed', 'lowered', 'ir', 'asm'"),
        (["sum.scrypt"], "Missing option '--stage'. Choose from:"),
        (["nowhere.scrypt", "--stage", "ir"], "nowhere.scrypt cannot be read: No such file or directory"),
        (["film.scrypt", "--stage", "ir"], "film.scrypt is not UTF-8 text"),
        (["p2pkh.json", "--stage", "ir"], "error: p2pkh.json is an artifact, and a source is needed"),
        (["--stage", "ir"], "error: no FILE is given, and neither this folder nor one above has a pyproject.toml"),
    ],
)
def test_what_cannot_be_shown(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "film.scrypt").write_bytes(b"\xff\xfe\x00")
    result = run("show", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
