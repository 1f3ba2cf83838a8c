"""Tests of the article's contract: every line of it, both ways, with valid, wrong and empty signatures.

pytest examples/test_streaming.py --contract-coverage
"""

from hashlib import sha256

import penstock
from penstock.testing import Chain, ContractCoin, key, refuses

ALICE, BOB, MALLORY = key("alice"), key("bob"), key("mallory")
CHUNK = b"the next chunk of the movie"


def coin_in(chain: Chain) -> ContractCoin:
    """A coin in the contract, for the next chunk."""
    digest = sha256(CHUNK).digest()
    return chain.fund(chain.contract(penstock.bundled("streaming"), alice=ALICE, bob=BOB, hash=digest), 1000)


def test_one_way_bob_shows_the_chunk(chain: Chain) -> None:
    """1-way."""
    assert chain.spend(coin_in(chain), "unlock", CHUNK, BOB).to(BOB, 900).send()


def test_two_way_alice_signs_in_its_place(chain: Chain) -> None:
    """2-way."""
    assert chain.spend(coin_in(chain), "unlock", ALICE.sig(), BOB).to(BOB, 900).send()


def test_another_chunk_is_no_signature_of_alice(chain: Chain) -> None:
    """Neither a chunk, nor a signature of another, nor nothing."""
    for data in (MALLORY.sig(), b""):
        with refuses("checkSig(Sig(dataOrSig), this.alice)"):
            chain.spend(coin_in(chain), "unlock", data, BOB).to(BOB, 900).send()


def test_only_bob_is_paid(chain: Chain) -> None:
    """The chunk alone, which others may have seen, is not enough."""
    for signature in (MALLORY, ALICE, b""):
        with refuses(signature="bobSig"):
            chain.spend(coin_in(chain), "unlock", CHUNK, signature).to(MALLORY, 900).send()
