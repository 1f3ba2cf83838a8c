"""Losses of a channel at its end: chunks that were paid for and are gone, satoshis beyond the stated fees."""

from dataclasses import dataclass

from penstock.channel.safe.messages.kinds import Key
from penstock.channel.safe.protocol.events import FundingSeen, FundingSpent
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.tx.transaction import OutPoint
from tests.support.channels.safe_machines import PRICE
from tests.support.channels.stored_stage import StoredStage


@dataclass(frozen=True)
class Losses:
    """Losses of both sides.

    Attributes:
        chunks: keys that the payer holds, and whose chunk she has not.
        payee: satoshis that the payee has got too little for the keys that have left him, with the fee of a claim.
        payer: satoshis that she has paid for more than the keys that she holds, or that the chain shows her.
    """

    chunks: int
    payee: int
    payer: int

    def __bool__(self) -> bool:
        return bool(self.chunks or self.payee or self.payer)


def owed(stage: StoredStage, state: int) -> int:
    """Return the satoshis that the payee has to get for the keys up to a state."""
    return stage.b.terms.base + state * PRICE if state else 0


def sold(stage: StoredStage) -> int:
    """Return the highest state whose key has left the payee."""
    return max((each.state for each in stage.bob.sent if isinstance(each, Key)), default=0)


def losses(stage: StoredStage, owned: set[int]) -> Losses:
    """Return the losses once the channel is closed.

    Args:
        stage: the stage, whose funding is spent.
        owned: the chunks that the payer has.
    """
    terms = stage.b.terms
    got = stage.value_of(key_script(terms, terms.payee.payout))
    left = sold(stage)
    fee = claim_fee(terms, 72) if stage.b.settling is None and got else 0
    shown = stage.a.newest if stage.b.shown else stage.a.held
    fair = terms.base + max(shown, left) * PRICE
    return Losses(max(stage.a.held - len(owned), 0), max(owed(stage, left) - fee - got, 0), max(got - fair, 0))


def watch(stage: StoredStage, funding: OutPoint) -> None:
    """Tell both sides what stands on the chain, as a watcher of the chain does after their start."""
    output = funding_output(stage.a.terms)
    seen = FundingSeen(funding, output, 100)
    stage.look()
    for block in stage.ledger.blocks:
        for transaction in block.transactions:
            if any(each.outpoint == funding for each in transaction.inputs):
                for tell in (stage.tell_payer, stage.tell_payee):
                    tell(FundingSpent(transaction, block.height))
                return
    stage.tell_payer(seen)
    stage.tell_payee(seen)
    stage.run()
