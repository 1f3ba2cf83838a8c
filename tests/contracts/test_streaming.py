"""streaming.scrypt: Bob is paid for the chunk or for Alice's signature, and for nothing else."""

import hashlib

import pytest

from penstock import Spend
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    BSV,
    EVERYWHERE,
    HASH_TYPES,
    MALLORY,
    UNMET,
    Maker,
    Place,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
)

CHUNK = b"the first of many chunks"
ALICE_LINE = "require(checkSig(Sig(dataOrSig), this.alice));"
BOB_LINE = "require(checkSig(bobSig, this.bob));"


def streaming(place: Place, chunk: bytes = CHUNK) -> Spend:
    digest = hashlib.sha256(chunk).digest()
    return spend_of("streaming", place, alice=ALICE.public_key, bob=BOB.public_key, hash=digest)


@pytest.fixture(params=EVERYWHERE, ids=str)
def spend(request: pytest.FixtureRequest) -> Spend:
    return streaming(request.param)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
class TestAccepted:
    def test_the_chunk_with_bobs_signature(self, spend: Spend, hash_type: str) -> None:
        assert judge(spend, "unlock", CHUNK, spend.sign(BOB, hash_type))

    def test_both_signatures(self, spend: Spend, hash_type: str) -> None:
        assert judge(spend, "unlock", spend.sign(ALICE, hash_type), spend.sign(BOB, hash_type))


def test_bobs_signature_is_the_same_either_way(spend: Spend) -> None:
    """The malleation of the article: the unlocking data changes, the signed data does not."""
    bob_signature = spend.sign(BOB)
    one_way = spend.contract.call("unlock", CHUNK, bob_signature)
    two_way = spend.contract.call("unlock", spend.sign(ALICE), bob_signature)
    assert one_way.items[1] == two_way.items[1]
    assert spend.judge(one_way)
    assert spend.judge(two_way)


@pytest.mark.parametrize("chunk", [b"", b"\x00", bytes(520)], ids=["empty", "a zero", "520 zeros"])
@pytest.mark.parametrize("place", EVERYWHERE, ids=str)
def test_chunks_of_any_size(place: Place, chunk: bytes) -> None:
    spend = streaming(place, chunk)
    assert judge(spend, "unlock", chunk, spend.sign(BOB))


def test_a_large_chunk_on_bsv() -> None:
    chunk = bytes(1 << 20)
    spend = streaming(BSV, chunk)
    assert judge(spend, "unlock", chunk, spend.sign(BOB))


@pytest.mark.parametrize("place", EVERYWHERE[1:], ids=str)
def test_a_chunk_above_520_bytes_on_btc(place: Place) -> None:
    chunk = bytes(521)
    spend = streaming(place, chunk)
    assert judge(spend, "unlock", chunk, spend.sign(BOB)).error == "PUSH_SIZE"


class TestRefusedForAlice:
    @bad_signatures
    def test_a_bad_signature(self, spend: Spend, error: str, forge: Maker) -> None:
        verdict = judge(spend, "unlock", forge(spend, ALICE), spend.sign(BOB))
        assert_refused(verdict, error, ALICE_LINE)

    @pytest.mark.parametrize("chunk", [CHUNK[:-1], CHUNK + b"\x00", b"another chunk"])
    def test_a_wrong_chunk(self, spend: Spend, chunk: bytes) -> None:
        assert_refused(judge(spend, "unlock", chunk, spend.sign(BOB)), "SIG_DER", ALICE_LINE)

    def test_nothing(self, spend: Spend) -> None:
        assert_refused(judge(spend, "unlock", b"", spend.sign(BOB)), UNMET, ALICE_LINE)

    def test_bobs_signature_twice(self, spend: Spend) -> None:
        assert_refused(judge(spend, "unlock", spend.sign(BOB), spend.sign(BOB)), "NULLFAIL", ALICE_LINE)

    def test_the_two_in_the_wrong_order(self, spend: Spend) -> None:
        verdict = judge(spend, "unlock", spend.sign(BOB), spend.sign(ALICE))
        assert_refused(verdict, "NULLFAIL", ALICE_LINE, BOB_LINE)  # both are wrong


class TestRefusedForBob:
    @bad_signatures
    def test_a_bad_signature(self, spend: Spend, error: str, forge: Maker) -> None:
        assert_refused(judge(spend, "unlock", CHUNK, forge(spend, BOB)), error, BOB_LINE)

    def test_no_signature(self, spend: Spend) -> None:
        assert_refused(judge(spend, "unlock", CHUNK, b""), UNMET, BOB_LINE)

    def test_alices_signature(self, spend: Spend) -> None:
        assert_refused(judge(spend, "unlock", CHUNK, spend.sign(ALICE)), "NULLFAIL", BOB_LINE)

    def test_a_viewer_with_the_chunk_alone(self, spend: Spend) -> None:
        assert_refused(judge(spend, "unlock", CHUNK, spend.sign(MALLORY)), "NULLFAIL", BOB_LINE)


class TestItems:
    def test_one_more(self, spend: Spend) -> None:
        items = items_of(spend, "unlock", CHUNK, spend.sign(BOB))
        assert_refused(judge_items(spend, [b"\x01", *items]), "CLEANSTACK", None)

    def test_one_missing(self, spend: Spend) -> None:
        assert judge_items(spend, [spend.sign(BOB)]).error == "INVALID_STACK_OPERATION"

    def test_none(self, spend: Spend) -> None:
        assert judge_items(spend, []).error == "INVALID_STACK_OPERATION"
