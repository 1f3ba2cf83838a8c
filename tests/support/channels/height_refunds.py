"""Refunds after a height on bsv, where the script checks the lock time in its preimage: too early, void, and forged."""

from collections.abc import Callable
from typing import Final, Protocol

import pytest

from penstock.bindings import Sig, SigHashPreimage
from penstock.script.consensus import FINAL_SEQUENCE as FINAL
from penstock.testing import PREIMAGE, Chain, Draft, Key, key, refuses
from tests.support.spending.judged_chain import Forgery

EXPIRY: Final = 300
"""The height after which the contracts of these tests are refunded."""
_HOME: Final = key("home")
_FIRST_TIME: Final = 500_000_000
_REACHED, _NOT_FINAL = "within(SigHash.nLocktime(preimage), this.expiry, FIRST_TIME)", "nSequence(preimage) < FINAL"
_CHECKED, _BY_PAYER = "Tx.checkPreimage(preimage)", "checkSig(payerSig, this.payer)"

too_early = pytest.mark.parametrize(
    ("lock_time", "sequence", "demand"),
    [
        pytest.param(EXPIRY - 1, FINAL - 1, _REACHED, id="a block early"),
        pytest.param(0, FINAL - 1, _REACHED, id="no lock time"),
        pytest.param(_FIRST_TIME, FINAL - 1, _REACHED, id="the first second"),
        pytest.param(1_500_000_000, FINAL - 1, _REACHED, id="seconds, reached years ago"),
        pytest.param(EXPIRY, FINAL, _NOT_FINAL, id="a lock time that is void"),
    ],
)
"""Refunds that the script refuses although the chain has passed the height."""


class Refundable(Protocol):
    """A coin of a contract with such a refund."""

    def refund(self, payerSig: Sig, preimage: SigHashPreimage) -> Draft:  # noqa: N803 - as in the contracts
        """Return a draft with the refund."""


def passed(chain: Chain) -> Chain:
    """Return the chain after the height, and after the times in seconds of `too_early`."""
    return chain.at(height=EXPIRY + 1)


def refund(coin: Refundable, payer: Sig, lock_time: int = EXPIRY, sequence: int = FINAL - 1) -> Draft:
    """Return a refund of a coin with 1000 satoshis."""
    return coin.refund(payer, PREIMAGE).to(_HOME, 900).lock(lock_time).sequence(sequence)


def check_finality(chain: Chain, make: Callable[[], Refundable], payer: Key) -> None:
    """The height itself is a block too early: the first block that takes the refund is the one after it."""
    coin = make()
    chain.at(height=EXPIRY - 1)
    with refuses(rule="NotFinal"):
        refund(coin, payer).send()
    chain.at(height=EXPIRY)
    assert refund(coin, payer).send()
    chain.mine()
    assert chain.ledger.blocks[-1].height == EXPIRY + 1


def check_forgeries(coin: Refundable, payer: Key, others: tuple[Key, ...], forgery: Forgery) -> None:
    """Only the payer's own signature of this transaction opens it."""
    with refuses(_BY_PAYER, signature="payerSig", rule=forgery.rule):
        refund(coin, forgery.of(payer)).send()
    wrong: tuple[Sig, ...] = (*others, b"")
    for other in wrong:
        with refuses(_BY_PAYER, signature="payerSig"):
            refund(coin, other).send()


def check_preimages(coin: Refundable, payer: Key) -> None:
    """Preimages of other transactions, of other hash types, and no preimage."""
    late, early = refund(coin, payer), refund(coin, payer, EXPIRY - 1)
    (spend,) = late.filled().spends
    foreign: list[SigHashPreimage] = [spend.preimage(each) for each in ("NONE", "SINGLE", "ALL|ANYONECANPAY")]
    foreign += [early.filled().spends[0].preimage(), b""]
    for preimage in foreign:
        with refuses(_CHECKED):
            coin.refund(payer, preimage).to(_HOME, 900).lock(EXPIRY).sequence(FINAL - 1).send()
    with refuses(_CHECKED):  # the preimage of a refund that is final in time, for one that is not
        coin.refund(payer, spend.preimage()).to(_HOME, 900).lock(EXPIRY - 1).sequence(FINAL - 1).send()
