"""Output of a user's own test: a verdict in an assertion, and for an error the user's line, not Penstock's."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import penstock
from penstock.vm.judging.verdict import Verdict

SOURCE = """contract Lock {
    int code;

    public function open(int x, bytes proof) {
        require(x == this.code);
        require(sha256(proof) != b'00');
        require(x > 1000 || x < 100 || sha256(sha256(sha256(sha256(sha256(sha256(sha256(proof))))))) != b'0001020304');
    }
}
"""
LOCK = penstock.compile_source(SOURCE, name="lock.scrypt").instantiate(5)


def test_a_verdict_that_accepts_says_so() -> None:
    assert repr(penstock.Spend(LOCK).verify("open", 5, b"")) == "accepted"


def test_one_that_refuses_says_where_and_by_which_rule() -> None:
    refused = penstock.Spend(LOCK).verify("open", 6, b"")
    assert refused.location == "lock.scrypt:5"
    assert repr(refused) == f"refused at lock.scrypt:5 require(x == this.code): {refused.error}"


def test_without_a_source_it_says_at_which_opcode_of_which_script() -> None:
    tx = penstock.Spend(LOCK).transaction()

    def judged(unlocking: bytes, locking: bytes) -> Verdict:
        return penstock.verify(unlocking, locking, tx=tx, input_index=0, value=1)

    assert repr(judged(b"\x51", b"\x52\x88")) == "refused at opcode 1 of the locking script: EQUALVERIFY"
    assert repr(judged(b"\x51", b"\x51\x63")) == "refused in the locking script: UNBALANCED_CONDITIONAL"


class LinesAlone:
    """A third-party artifact with source lines and without files."""

    def source_line(self, opcode_index: int) -> str:
        return f"line {opcode_index}"


def test_an_artifact_that_has_source_lines_alone_is_shown_without_a_place() -> None:
    tx = penstock.Spend(LOCK).transaction()
    alone: Any = LinesAlone()
    verdict = penstock.verify(b"\x51", b"\x52\x88", tx=tx, input_index=0, value=1, artifact=alone)
    assert verdict.source_line == "line 1"
    assert verdict.location is None
    assert repr(verdict) == "refused at opcode 1 of the locking script: EQUALVERIFY"


def test_a_long_source_line_is_cut() -> None:
    long = SOURCE.replace("x == this.code", f"x == this.code || {' || '.join(['x == 77'] * 20)}")
    lock = penstock.compile_source(long, name="lock.scrypt").instantiate(5)
    shown = repr(penstock.Spend(lock).verify("open", 6, b""))
    assert shown.startswith("refused at lock.scrypt:5 require(x == this.code || x == 77")
    assert "…: " in shown
    assert len(shown) < 160


WRONG = """import penstock

contract = penstock.compile_source('''%s''', name="lock.scrypt")
lock = contract.instantiate(5)
spend = penstock.Spend(lock)
key = penstock.PrivateKey.generate()


def test_instantiate_count():
    contract.instantiate(1, 2)


def test_instantiate_type():
    contract.instantiate("a")


def test_call_name():
    lock.call("close")


def test_call_count():
    lock.call("open", 1)


def test_verify_count():
    spend.verify("open", 1)


def test_verify_type():
    spend.verify("open", 1, "text")


def test_verify_preimage():
    spend.verify("open", penstock.PREIMAGE, b"")


def test_verify_rules():
    spend.verify("open", 1, b"", rules="regtest")


def test_sign():
    spend.sign(b"short")


def test_hash_type():
    spend.sign(key, "ALL|SOME")


def test_spend():
    penstock.Spend(lock, value=-1)


def test_outputs():
    penstock.Spend(lock, outputs=[3])


def test_with_state():
    lock.with_state(x=1)


def test_following():
    spend.following(lock.call("open", 1, b""))


def test_machine():
    penstock.verify(b"", b"", tx=b"", input_index=0, value=0)


def test_compile():
    penstock.compile_source("contract Sample { }")


def test_syntax():
    penstock.compile_source("contract Sample {")


def test_target():
    penstock.compile_source("contract Sample { }", target="doge")


def test_file():
    penstock.compile_file("nowhere.scrypt")


def test_artifact():
    penstock.Artifact.from_json("{}")
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The output of pytest for each test in `WRONG`."""
    folder = tmp_path_factory.mktemp("user")
    (folder / "test_user.py").write_text(WRONG % SOURCE)
    options = ["-q", "-p", "no:cacheprovider", "--rootdir", str(folder), "-c", "/dev/null"]
    command = [sys.executable, "-m", "pytest", *options, str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    parts = re.split(r"^_+ (test_\w+) _+$", ran.stdout, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


NAMES = re.findall(r"^def (test_\w+)", WRONG, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_an_error_of_the_user_shows_the_line_of_the_user(shown: dict[str, str], name: str) -> None:
    text = shown[name].partition("=====")[0]
    places = re.findall(r"^(\S+\.py):\d+: ", text, re.MULTILINE)
    ours = [place for place in places if "penstock" in Path(place).parts or "penstockc" in Path(place).parts]
    assert ours == []
    assert any(Path(place).name == "test_user.py" for place in places)


def test_a_fault_of_ours_would_be_shown_whole() -> None:
    from penstock.contract import spend  # noqa: PLC0415
    from penstock.contract.values import arguments  # noqa: PLC0415

    with pytest.raises(penstock.PenstockError) as of_the_user:
        penstock.Spend(3)  # type: ignore[arg-type]  # as users do
    with pytest.raises(ZeroDivisionError) as of_ours:
        _ = 1 // 0
    for module in (arguments, spend):
        hides = module.__tracebackhide__
        assert hides(of_the_user)
        assert not hides(of_ours)
