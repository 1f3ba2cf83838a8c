"""Each transaction of each closing on btc in the pool and the blocks of a node; forged, stale, early ones are refused.

The node is npm's bcoin, of 2018, which knows no version 3: payments are of version 2, whose change waits for a block.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import pytest

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.bumping import bumped_claim
from penstock.channel.safe.transactions.claim import claim, claimed, with_coins_signed
from penstock.channel.safe.transactions.funding import funding_outpoint
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.channel.safe.transactions.payment import payment, payment_output, settlement, signed_by_both
from penstock.channel.safe.transactions.refunds import delayed_change, refunded
from penstock.ledger.coins import Coin
from penstock.ledger.fees import FeeRate
from penstock.script.chains import BTC
from penstock.script.hashes import hash160
from penstock.tx.address import p2pkh_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.channels.safe_stage import (
    FORMS,
    MALLORY,
    PAYEE,
    PAYER,
    SOLD,
    one_way,
    refunded_funding,
    refunded_payment,
    signed_payment,
    state_of,
    two_way,
)
from tests.support.engines.bcoin_node import ACTIVE_FROM, MISSING, BcoinNode, running
from tests.support.spending.signing import high_s

pytestmark = pytest.mark.long

FORM: Final = FORMS["btc v2"]
DELAY: Final = 4
LIFE: Final = 10
SUBSIDY: Final = 50 * 100_000_000
MINER: Final = key_script(FORM, PAYER.public.payout)
SPENT: Final = "bad-txns-inputs-spent"
FORGED: Final = "mandatory-script-verify-flag"
TOO_EARLY, TOO_YOUNG = "non-final", "non-BIP68-final"


@dataclass
class Stage:
    """A node, with coins of the payer's that are mature."""

    node: BcoinNode
    address: str
    coins: Iterator[OutPoint]

    def mine(self, blocks: int = 1) -> None:
        self.node.mine(blocks, self.address)

    def mined(self, *transactions: Transaction) -> None:
        """Mine a block, and make sure that these are in it."""
        (block,) = self.node.mine(1, self.address)
        assert {tx.txid[::-1].hex() for tx in transactions} <= set(block["tx"])

    def offered(self, *transactions: Transaction) -> list[str | None]:
        return [self.node.refusal(each) for each in transactions]

    def takes_for_forged(self, transaction: Transaction) -> bool:
        """Offer a transaction whose script has to fail, and return whether it did."""
        return FORGED in (self.node.refusal(transaction) or "")

    def terms(self, **changes: int) -> ChannelTerms:
        """Terms whose T comes soon."""
        return replace(replace(FORM, expiry=self.node.height + LIFE, delay=DELAY), **changes)  # type: ignore[arg-type] # numbers of it

    def funding(self, terms: ChannelTerms, signer: PrivateKey = PAYER.payout) -> Transaction:
        """The payer's transaction F: one coin, the capacity, and her change."""
        rest = SUBSIDY - terms.capacity - 1_000
        outputs = (funding_output(terms), TxOut(rest, MINER))
        bare = Transaction(2, (TxIn(next(self.coins), b"", 0xFFFFFFFD),), outputs)
        code = p2pkh_script(hash160(PAYER.public.payout))
        signature = sign(bare, 0, code, SUBSIDY, signer, "ALL", BTC, SignatureVersion.SEGWIT_V0)
        return bare.with_witness(0, (signature, PAYER.public.payout))

    def funded(self, terms: ChannelTerms) -> OutPoint:
        funding = self.funding(terms)
        assert self.offered(funding) == [None]
        self.mined(funding)
        return funding_outpoint(terms, funding)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running(tmp_path_factory.mktemp("bcoin")) as node:
        address = node.address(MINER)
        blocks = node.mine(ACTIVE_FROM, address)
        coins = (OutPoint(bytes.fromhex(block["tx"][0])[::-1], 0) for block in blocks[:149])
        yield Stage(node, address, coins)


def test_the_funding(stage: Stage) -> None:
    terms = stage.terms()
    forged = stage.funding(terms, MALLORY)
    assert stage.takes_for_forged(forged)
    stage.funded(terms)


def test_a_settlement(stage: Stage) -> None:
    terms = stage.terms()
    funding = stage.funded(terms)
    spend = settlement(terms, funding, state_of(terms).amount)
    mine = spend.sign(PAYER.funding)
    for pair in ((mine, b""), (mine, mine), (mine, spend.sign(MALLORY))):
        assert stage.takes_for_forged(signed_by_both(spend, *pair))
    settled = signed_by_both(spend, mine, spend.sign(PAYEE.funding))
    assert stage.offered(settled, signed_payment(terms, funding=funding).tx) == [None, SPENT]
    stage.mined(settled)
    assert stage.offered(signed_payment(terms, funding=funding).tx) == [MISSING]


def test_a_forced_close_with_the_key(stage: Stage) -> None:
    terms = stage.terms()
    paid = signed_payment(terms, funding=stage.funded(terms)).tx
    good = one_way(terms, payment_output(paid))
    assert stage.offered(paid) == [None]
    wrong = claimed(terms, good.spend, bytes(32), good.spend.sign(PAYEE.claim))
    stolen = claimed(terms, good.spend, SOLD, good.spend.sign(MALLORY))
    for forged in (wrong, stolen):
        assert stage.takes_for_forged(forged)
    assert stage.offered(good.tx) == [None]  # on top of a payment that is not mined
    stage.mined(paid, good.tx)


def test_a_claim_waits_for_its_payment(stage: Stage) -> None:
    terms = stage.terms()
    paid = signed_payment(terms, funding=stage.funded(terms)).tx
    assert stage.offered(one_way(terms, payment_output(paid)).tx) == [MISSING]


def test_a_close_2_way(stage: Stage) -> None:
    terms = stage.terms()
    paid = signed_payment(terms, funding=stage.funded(terms)).tx
    assert stage.offered(paid) == [None]
    stage.mined(paid)
    one, two = one_way(terms, payment_output(paid)).tx, two_way(terms, payment_output(paid)).tx
    assert stage.offered(two) == [None]
    waiting = stage.node.raw(two.txid[::-1].hex())
    assert SOLD not in waiting.witnesses[0]
    assert one.txid == two.txid  # the node has the one with her signature
    stage.mined(two)


def test_an_older_payment(stage: Stage) -> None:
    """She has no signature of the payee for it; if she had one, the newer payment would keep it out."""
    terms = stage.terms()
    funding = stage.funded(terms)
    older = payment(terms, funding, state_of(terms, 1))
    newer = signed_payment(terms, state_of(terms, 9), funding).tx
    assert stage.takes_for_forged(signed_by_both(older, older.sign(PAYER.funding), older.sign(PAYER.funding)))
    signed = signed_by_both(older, older.sign(PAYER.funding), older.sign(PAYEE.funding))
    assert stage.offered(newer, signed) == [None, SPENT]
    stage.mined(newer)
    assert stage.offered(signed) == [MISSING]


def test_the_refund_of_the_funding(stage: Stage) -> None:
    """It waits at the height T, and is mined in the block after it."""
    terms = stage.terms()
    refund = refunded_funding(terms, stage.funded(terms)).tx
    stage.mine(terms.expiry - 1 - stage.node.height)
    assert stage.offered(refund) == [TOO_EARLY]
    stage.mine()
    assert stage.offered(refund) == [None]
    stage.mined(refund)
    assert stage.node.height == terms.expiry + 1


def test_the_refund_of_a_payment(stage: Stage) -> None:
    terms = stage.terms()
    paid = signed_payment(terms, funding=stage.funded(terms)).tx
    output = payment_output(paid)
    refund, late = refunded_payment(terms, output), one_way(terms, output).tx
    hasty = refunded(replace(refund.spend, sequence=DELAY - 1), PAYER.claim)
    assert stage.offered(paid) == [None]
    assert stage.offered(refund.tx) == [TOO_YOUNG]
    stage.mined(paid)
    stage.mine(DELAY - 2)
    assert stage.offered(refund.tx) == [TOO_YOUNG]
    assert stage.takes_for_forged(hasty)
    stage.mine()
    assert stage.offered(refund.tx, late) == [None, SPENT]
    stage.mined(refund.tx)
    assert stage.offered(late) == [MISSING]


def test_the_payers_change_pins_nothing(stage: Stage) -> None:
    terms = stage.terms()
    paid = signed_payment(terms, funding=stage.funded(terms)).tx
    change = refunded(delayed_change(terms, OutPoint(paid.txid, 1), paid.outputs[1].value), PAYER.payout)
    assert stage.offered(paid, change) == [None, TOO_YOUNG]
    stage.mined(paid)
    assert stage.offered(change) == [None]
    stage.mined(change)


def test_version_3_is_not_for_this_node(stage: Stage) -> None:
    terms = stage.terms(payment_version=3)
    assert stage.offered(signed_payment(terms, funding=stage.funded(terms)).tx) == ["version"]


@pytest.mark.parametrize("number", [0x00, 0x04, 0x41])
def test_another_hash_type_is_not_relayed(stage: Stage, number: int) -> None:
    terms = stage.terms()
    spend = payment(terms, stage.funded(terms), state_of(terms))
    tx = signed_by_both(spend, spend.sign(PAYER.funding, number), spend.sign(PAYEE.funding))
    assert stage.takes_for_forged(tx)


def test_a_high_s_is_not_relayed(stage: Stage) -> None:
    terms = stage.terms()
    spend = payment(terms, stage.funded(terms), state_of(terms))
    good = spend.sign(PAYER.funding), spend.sign(PAYEE.funding)
    assert stage.takes_for_forged(signed_by_both(spend, high_s(good[0]), good[1]))
    assert stage.offered(signed_by_both(spend, *good)) == [None]


def test_the_least_rate_is_relayed(stage: Stage) -> None:
    """Each transaction, at 1,000 satoshis per 1,000 virtual bytes by our sizes."""
    terms = stage.terms(payment_rate=1_000, claim_rate=1_000)
    paid = signed_payment(terms, funding=stage.funded(terms)).tx
    output = payment_output(paid)
    spend = claim(terms, output, state_of(terms), shown=72)
    free = replace(spend, outputs=((state_of(terms).amount, (spend.outputs or ())[0][1]),))
    signature = free.sign(PAYEE.claim)
    assert stage.offered(paid, claimed(terms, free, SOLD, signature)) == [None, "insufficient priority"]
    assert stage.offered(one_way(terms, output).tx) == [None]
    stage.mined(paid)


def test_a_claim_with_coins_pays_for_both(stage: Stage) -> None:
    """Twenty times the agreed rate; the coin is one that is mined, of another key than the payout."""
    terms, rate = stage.terms(), FeeRate(100_000)
    paid = signed_payment(terms, funding=stage.funded(terms)).tx
    coin = Coin(next(stage.coins), TxOut(SUBSIDY, MINER))
    spend = bumped_claim(terms, payment_output(paid), state_of(terms), [coin], rate, shown=32)
    bare = claimed(terms, spend, SOLD, spend.sign(PAYEE.claim))
    assert stage.offered(paid) == [None]
    assert stage.takes_for_forged(with_coins_signed(bare, spend, MALLORY))
    good = with_coins_signed(bare, spend, PAYER.payout)
    assert stage.offered(good) == [None]
    stage.mined(paid, good)


def test_a_close_that_is_undone_is_mined_again(stage: Stage) -> None:
    """After a reorganisation the payment is published again, and her refund is too early still."""
    terms = stage.terms()
    funding = stage.funded(terms)
    paid = signed_payment(terms, funding=funding).tx
    taken = one_way(terms, payment_output(paid)).tx
    assert stage.offered(paid, taken) == [None, None]
    stage.mined(paid, taken)
    stage.mine()
    stage.node.undo(2)
    assert not stage.node.pool
    assert stage.offered(refunded_funding(terms, funding).tx) == [TOO_EARLY]
    assert stage.offered(paid, taken) == [None, None]
    stage.mined(paid, taken)


def test_a_late_close_that_is_undone_is_lost_to_the_refund(stage: Stage) -> None:
    """That is why the payee closes before T - M."""
    terms = stage.terms()
    funding = stage.funded(terms)
    paid = signed_payment(terms, funding=funding).tx
    stage.mine(terms.expiry - stage.node.height)
    assert stage.offered(paid) == [None]
    stage.mined(paid)
    stage.node.undo(1)
    refund = refunded_funding(terms, funding).tx
    assert stage.offered(refund, paid) == [None, SPENT]
    stage.mined(refund)
    assert stage.offered(paid) == [MISSING]
