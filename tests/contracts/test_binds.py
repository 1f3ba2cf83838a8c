"""Openings of bundled contracts to anyone: none but those that are written down here, with signatures for everything.

The contracts of channels say so in their own tests.
"""

from collections.abc import Callable
from hashlib import sha256

import pytest

from penstock import HashedMap
from penstock.channel.agreement.merkle import MerkleTree
from penstock.script.hashes import hash160
from penstock.script.numbers import encode_number
from penstock.testing import PREIMAGE, Chain, Draft, binds, key
from tests.contracts.bindings.chunk_sale import ChunkSale
from tests.contracts.bindings.coin_toss import CoinToss
from tests.contracts.bindings.counter import Counter
from tests.contracts.bindings.escrow import Escrow
from tests.contracts.bindings.guest_list import GuestList, Step
from tests.contracts.bindings.hash_lock import HashLock
from tests.contracts.bindings.hash_lock_choice import HashLockChoice
from tests.contracts.bindings.licence import Licence
from tests.contracts.bindings.meter import Meter
from tests.contracts.bindings.multisig import MultiSig
from tests.contracts.bindings.p2pkh import P2PKH
from tests.contracts.bindings.pay_word import PayWord
from tests.contracts.bindings.shares import Holding, Shares
from tests.contracts.bindings.streaming import Streaming
from tests.contracts.bindings.vault import Vault

ALICE, BOB, CAROL = key("alice"), key("bob"), key("carol")
SECRET = b"open sesame".ljust(32, b".")
HASH = sha256(SECRET).digest()
TREE = MerkleTree.from_leaves(sha256(bytes([number])).digest() for number in range(16))
RECORD = bytes([2, 0x10]) + (10).to_bytes(3, "little") + ALICE.public_key
SALT = bytes(range(16))
TERM = 50

Make = Callable[[Chain], Draft]


def guest(chain: Chain) -> Draft:
    """A house in which each neighbour is a hash of zeros."""
    node, steps = sha256(b"\x00" + sha256(ALICE.public_key).digest()).digest(), [Step(bytes(32), isLeft=False)] * 10
    for _ in steps:
        node = sha256(b"\x01" + node + bytes(32)).digest()
    return GuestList(node).fund(chain, 1000).enter(ALICE, ALICE, steps)


def sale(chain: Chain) -> Draft:
    return ChunkSale(TREE.root, 3, ALICE, BOB).fund(chain, 1000).deliver(b"\x03", list(TREE.proof(3).path), ALICE)


def meter(chain: Chain) -> Draft:
    seal = sha256(encode_number(200) + SALT).digest()
    return Meter(7, 100, 1000, seal, ALICE, BOB).fund(chain, 1000).collect(200, SALT, BOB)


def counted(chain: Chain) -> Draft:
    coin = Counter(5).fund(chain, 1000)
    return coin.increment(PREIMAGE).to(coin.next(), 1000)


def issued(chain: Chain) -> Draft:
    coin, sig = Shares(ALICE, 100, TERM, HashedMap(), 0).fund(chain, 1000), ALICE.sig("SINGLE|ANYONECANPAY")
    holding = Holding(HashedMap[bytes, int]().item(BOB.public_key_hash), 0)
    return coin.issue(holding, 5, sig, PREIMAGE).to(coin.next(), 1000)


def closed(chain: Chain) -> Draft:
    coin = Shares(ALICE, 100, TERM, HashedMap(), 0).fund(chain.at(height=TERM + 9), 1000)
    return coin.close(ALICE, PREIMAGE).to(ALICE, 900).lock(TERM)


PAID: list[tuple[str, Make]] = [
    ("chunk_sale.deliver", sale),
    ("chunk_sale.cancel", lambda chain: ChunkSale(TREE.root, 3, ALICE, BOB).fund(chain, 1000).cancel(ALICE, BOB)),
    ("coin_toss.take", lambda chain: CoinToss(ALICE, BOB, HASH, HASH).fund(chain, 1000).take(SECRET, SECRET, ALICE)),
    ("escrow.settle", lambda chain: Escrow(ALICE, BOB, CAROL).fund(chain, 1000).settle(ALICE, BOB)),
    ("escrow.release", lambda chain: Escrow(ALICE, BOB, CAROL).fund(chain, 1000).release(BOB, CAROL)),
    ("escrow.refund", lambda chain: Escrow(ALICE, BOB, CAROL).fund(chain, 1000).refund(ALICE, CAROL)),
    ("guest_list.enter", guest),
    ("licence.collect", lambda chain: Licence(hash160(RECORD), 10).fund(chain, 1000).collect(RECORD, ALICE)),
    ("meter.collect", meter),
    ("meter.settle", lambda chain: Meter(7, 100, 1000, HASH, ALICE, BOB).fund(chain, 1000).settle(ALICE, BOB)),
    ("multisig.unlock", lambda chain: MultiSig(ALICE, BOB, CAROL).fund(chain, 1000).unlock(ALICE, BOB)),
    ("p2pkh.unlock", lambda chain: P2PKH(ALICE).fund(chain, 1000).unlock(ALICE, ALICE)),
    ("pay_word.redeem", lambda chain: PayWord(ALICE, BOB, HASH, 1).fund(chain, 1000).redeem(SECRET, 1, BOB)),
    ("pay_word.settle", lambda chain: PayWord(ALICE, BOB, HASH, 1).fund(chain, 1000).settle(ALICE, BOB)),
    ("streaming.unlock 1-way", lambda chain: Streaming(ALICE, BOB, HASH).fund(chain, 1000).unlock(SECRET, BOB)),
    ("streaming.unlock 2-way", lambda chain: Streaming(ALICE, BOB, HASH).fund(chain, 1000).unlock(ALICE.sig(), BOB)),
    ("hash_lock_choice.unlock", lambda chain: HashLockChoice(ALICE, BOB, HASH).fund(chain, 1000).unlock(ALICE, SECRET)),
]
"""Calls whose signers sign everything: nothing is open to anyone."""


SPELLED = {"guest_list.enter", "meter.collect", "pay_word.redeem"}
"""Those with numbers or truth values, which can be written in other ways: the transaction has another id then."""


@pytest.mark.parametrize(("name", "make"), PAID, ids=[name for name, _ in PAID])
def test_nothing_is_open(chain: Chain, name: str, make: Make) -> None:
    with binds("everything", except_="spellings" if name in SPELLED else []):
        make(chain).to(ALICE, 900).send()


@pytest.mark.parametrize("chain", ["btc p2sh", "btc p2wsh"], indirect=True)
@binds("everything")
def test_a_vault_is_not_open(chain: Chain) -> None:
    coin = Vault(ALICE, BOB, TERM).fund(chain.at(height=TERM + 9), 1000)
    coin.withdraw(ALICE).to(ALICE, 900).lock(TERM).send()
    Vault(ALICE, BOB, TERM).fund(chain, 1000).emergency(ALICE, BOB).to(ALICE, 900).send()


@binds("arguments")
def test_a_secret_without_a_signature_is_open_to_all_who_see_it(chain: Chain) -> None:
    HashLock(HASH).fund(chain, 1000).unlock(SECRET).to(ALICE, 900).send()


@pytest.mark.parametrize("make", [counted, issued], ids=["counter.increment", "shares.issue"])
@binds("state", "arguments", "signatures", "lock time", "sequence")
def test_the_next_instance_is_bound(chain: Chain, make: Make) -> None:
    """Others may join in: a signature and a preimage for SINGLE|ANYONECANPAY cover the contract's own output."""
    make(chain).send()


@binds("everything")
def test_the_end_of_the_register_is_bound(chain: Chain) -> None:
    closed(chain).send()
