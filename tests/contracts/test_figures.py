"""Size limits of the article's contract and its neighbours: bytes of the locking script with its values filled in.

The figures are those of scripts written by hand. A larger script costs every user more.
"""

from hashlib import sha256

import pytest

import penstock
from penstock.artifact.artifact import Parameter
from penstock.script.hashes import hash160

KEYS = [penstock.PrivateKey.from_bytes(bytes([number]) * 32).public_key for number in (1, 2, 3)]
INTEGERS = {"expiry": 850_000, "delay": 144, "allowance": 3}
CHOICE = """
contract Choice {
    bytes h;
    PubKey payee;
    PubKey payer;

    public function unlock(Sig sig, bytes x) {
        require(checkSig(sig, sha256(x) == this.h ? this.payee : this.payer));
    }
}
"""


def value_for(parameter: Parameter, place: int) -> bytes | int:
    """Return a value of the parameter's type and exact length; plain bytes are a SHA-256."""
    match parameter.type:
        case "PubKey":
            return KEYS[place % len(KEYS)]
        case "Ripemd160":
            return hash160(KEYS[0])
        case "Sha256" | "bytes":
            return sha256(KEYS[0]).digest()
        case "int":
            return INTEGERS[parameter.name]
        case other:
            raise AssertionError(other)


def filled_size(artifact: penstock.Artifact) -> int:
    values = [value_for(parameter, place) for place, parameter in enumerate(artifact.constructor.params)]
    return len(artifact.instantiate(*values).locking_script)


@pytest.mark.parametrize("target", ["bsv", "btc"])
@pytest.mark.parametrize(
    ("name", "figure"), [("streaming", 110), ("p2pkh", 25), ("hash_lock_choice", 107), ("multisig", 108)]
)
def test_bundled_contracts_weigh_no_more(name: str, figure: int, target: str) -> None:
    assert filled_size(penstock.compile_file(penstock.bundled(name), target=target)) <= figure


@pytest.mark.parametrize(
    ("name", "target", "figure"),
    [
        ("channel_funding_btc", "btc", 85),
        ("channel_funding_bsv", "bsv", 267),
        ("paid_key_btc", "btc", 128),
        ("paid_key_bsv", "bsv", 311),
        ("safe_streaming", "bsv", 307),
        ("paid_key_open", "bsv", 524),
        ("delayed_change", "btc", 38),
    ],
)
def test_contracts_of_the_safe_channel_weigh_no_more(name: str, target: str, figure: int) -> None:
    assert filled_size(penstock.compile_file(penstock.bundled(name), target=target)) <= figure


@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_a_key_that_is_chosen_is_checked_once(target: str) -> None:
    """Neither the signature nor the check is repeated in both arms."""
    artifact = penstock.compile_source(CHOICE, target=target)
    assert filled_size(artifact) <= 107
    assert artifact.asm.count("OP_CHECKSIG") == 1


def test_the_streaming_contract_is_nine_opcodes_and_three_pushes() -> None:
    words = penstock.compile_file(penstock.bundled("streaming")).asm.split()
    assert [len([word for word in words if word.startswith(start)]) for start in ("OP_", "<")] == [9, 3]
