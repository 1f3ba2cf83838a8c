"""Size limits of the article's contract and its neighbours: bytes of the locking script with its values filled in.

The figures are those of scripts written by hand. A larger script costs every user more.
"""

import pytest

import penstock
from tests.support.compiling.filled_contracts import filled_size

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
