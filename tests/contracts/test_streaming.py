"""streaming.scrypt: Bob is paid for the chunk or for Alice's signature, and for nothing else."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, key, refuses
from tests.contracts.bindings.streaming import Streaming, StreamingCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, everywhere, forgeries, judge_items

pytestmark = everywhere
ALICE, BOB, MALLORY = key("alice"), key("bob"), key("mallory")
CHUNK = b"the first of many chunks"
BY_ALICE = "checkSig(Sig(dataOrSig), this.alice)"
BY_BOB = "checkSig(bobSig, this.bob)"


def stream(chain: Chain, chunk: bytes = CHUNK) -> StreamingCoin:
    return Streaming(ALICE, BOB, sha256(chunk).digest()).fund(chain, 2000)


@pytest.fixture
def coin(chain: Chain) -> StreamingCoin:
    return stream(chain)


@forgeries
def test_a_forged_signature_of_alice(coin: StreamingCoin, forgery: Forgery) -> None:
    with refuses(BY_ALICE, rule=forgery.rule):
        coin.unlock(forgery.of(ALICE), BOB).to(BOB, 1900).send()


@pytest.mark.parametrize("chunk", [CHUNK[:-1], CHUNK + b"\x00", b"another chunk", b""])
def test_a_wrong_chunk(coin: StreamingCoin, chunk: bytes) -> None:
    with refuses(BY_ALICE):
        coin.unlock(chunk, BOB).to(BOB, 1900).send()


def test_bob_in_alices_place(coin: StreamingCoin) -> None:
    for bob in (BOB, ALICE):
        with refuses(BY_ALICE, rule="NULLFAIL"):
            coin.unlock(BOB.sig(), bob).to(BOB, 1900).send()


@forgeries
def test_a_forged_signature_of_bob(coin: StreamingCoin, forgery: Forgery) -> None:
    for chunk in (CHUNK, ALICE.sig()):
        with refuses(BY_BOB, signature="bobSig", rule=forgery.rule):
            coin.unlock(chunk, forgery.of(BOB)).to(MALLORY, 1900).send()


def test_the_chunk_without_bob(coin: StreamingCoin) -> None:
    for stranger in (MALLORY, ALICE, b""):
        with refuses(BY_BOB):
            coin.unlock(CHUNK, stranger).to(MALLORY, 1900).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_one_way_with_the_chunk(coin: StreamingCoin, hash_type: str) -> None:
    assert coin.unlock(CHUNK, BOB.sig(hash_type)).to(BOB, 1900).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_two_way_with_both_signatures(coin: StreamingCoin, hash_type: str) -> None:
    assert coin.unlock(ALICE.sig(hash_type), BOB.sig(hash_type)).to(BOB, 1900).send()


def test_bobs_signature_is_the_same_either_way(coin: StreamingCoin) -> None:
    """The malleation of the article: the unlocking data changes, the signed data does not."""
    one_way, two_way = (coin.unlock(data, BOB).to(BOB, 1900) for data in (CHUNK, ALICE.sig()))
    (first,), (second,) = one_way.filled().calls, two_way.filled().calls
    assert first.items[0] != second.items[0]
    assert first.items[1] == second.items[1]
    assert one_way.filled().spends[0].verify("unlock", second.items[0], first.items[1])


@pytest.fixture
def blocks(chain: Chain) -> Chain:
    """The chain by the rules of blocks: nodes do not relay items of more than 80 bytes in a witness."""
    return type(chain)(chain.target, wrap=chain.wrap, rules=f"{chain.target}-consensus")


@pytest.mark.parametrize("chunk", [b"", b"\x00", bytes(520)], ids=["empty", "a zero", "520 zeros"])
def test_chunks_of_any_size(blocks: Chain, chunk: bytes) -> None:
    assert stream(blocks, chunk).unlock(chunk, BOB).to(BOB, 1000).send()


def test_a_chunk_of_more_than_520_bytes(blocks: Chain) -> None:
    chunk = bytes(1 << 20 if blocks.target == "bsv" else 521)
    sent = stream(blocks, chunk).unlock(chunk, BOB).to(BOB, 900).try_send()
    assert sent.rule == (None if blocks.target == "bsv" else "PUSH_SIZE")


def test_items_too_many_and_too_few(coin: StreamingCoin) -> None:
    draft = coin.unlock(CHUNK, BOB).to(BOB, 1900)
    assert judge_items(draft, lambda items: [b"\x01", *items]).error == "CLEANSTACK"
    assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
    assert judge_items(draft, lambda _: []).error == "INVALID_STACK_OPERATION"
