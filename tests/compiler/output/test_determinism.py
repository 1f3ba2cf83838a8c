"""The same contract gives the same artifact to the byte: on every machine, in every folder, under every name."""

import hashlib
import json
from pathlib import Path

import pytest

import penstock
from tests.support.fresh_python import run_fresh

MAIN = """
import "lib/fees.scrypt";

contract Toll {
    Fees fees;
    PubKey owner;

    public function pay(int units, bytes note) {
        require(units * this.fees.each > Fees.LEAST || len(note) == 0);
    }

    public function close(Sig sig) {
        require(checkSig(sig, this.owner));
    }
}
"""
FEES = "library Fees { static const int LEAST = 500; int each; }"


def checkout(folder: Path) -> Path:
    """Lay the contract and its library into a folder."""
    (folder / "lib").mkdir(parents=True)
    (folder / "lib" / "fees.scrypt").write_text(FEES)
    main = folder / "toll.scrypt"
    main.write_text(MAIN)
    return main


def test_folders_leave_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = checkout(tmp_path / "one"), checkout(tmp_path / "an" / "other")
    text = penstock.compile_file(one).to_json()
    assert penstock.compile_file(other).to_json() == text
    monkeypatch.chdir(one.parent)
    assert penstock.compile_file("toll.scrypt").to_json() == text
    assert str(tmp_path) not in text


@pytest.mark.parametrize("folder", ["", "contracts/", "./", "/home/somebody/contracts/", "../"])
def test_neither_does_a_name_with_folders(folder: str) -> None:
    def load(_importing: str, path: str) -> str:
        return {"lib/fees.scrypt": FEES}[path]

    artifact = penstock.compile_source(MAIN, name=f"{folder}toll.scrypt", load=load)
    assert artifact.to_json() == penstock.compile_source(MAIN, name="toll.scrypt", load=load).to_json()
    assert artifact.file == "toll.scrypt"
    assert json.loads(artifact.to_json())["sourceMap"]["sources"] == ["toll.scrypt", "lib/fees.scrypt"]


def test_another_process_with_another_hash_seed_gives_the_same() -> None:
    program = """
import hashlib
import penstock
digest = hashlib.sha256()
for name in ("streaming", "escrow", "multisig", "pay_word"):
    digest.update(penstock.compile_file(penstock.bundled(name)).to_json().encode())
print(digest.hexdigest())
"""
    here = hashlib.sha256()
    for name in ("streaming", "escrow", "multisig", "pay_word"):
        here.update(penstock.compile_file(penstock.bundled(name)).to_json().encode())
    for seed in ("0", "1", "4711"):
        done = run_fresh(program, PYTHONHASHSEED=seed)
        assert (done.stdout.strip(), done.stderr) == (here.hexdigest(), "")
