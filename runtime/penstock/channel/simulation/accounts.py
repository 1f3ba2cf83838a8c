"""Accounts of a channel, as the ledger has them: what Alice paid, and what reached Bob.

A ledger and an agreement in, satoshis and chunks out. The two promises of the article's channel,
and the two holes in it, are statements about these numbers.
"""

from dataclasses import dataclass

from penstock.channel.agreement.agreement import CONTRACT_OUTPUT, Agreement
from penstock.ledger.ledger import Ledger
from penstock.tx.transaction import OutPoint, Transaction


@dataclass(frozen=True, slots=True)
class Accounts:
    """The state of a channel after everything that will happen has happened.

    Attributes:
        payment: TX_n, if it is on the ledger.
        claim: TX_p, if it is.
        price: satoshis for a chunk.
        chunks: how many chunks Alice has, the free one counted.
        locked: satoshis that TX_n put into the contract.
    """

    payment: Transaction | None
    claim: Transaction | None
    price: int
    chunks: int
    locked: int


def settle(agreement: Agreement, ledger: Ledger, chunks: int) -> Accounts:
    """Read a channel's accounts off the ledger.

    Args:
        agreement: of the channel.
        ledger: where its transactions went, if they did.
        chunks: how many chunks Alice has.
    """
    spender = ledger.spender(agreement.funding[0].outpoint)
    contract = spender.outputs[CONTRACT_OUTPUT] if spender else None
    if spender is None or contract is None or agreement.artifact.match(contract.script) is None:
        return Accounts(None, None, agreement.terms.price, chunks, 0)
    claim = ledger.spender(OutPoint(spender.txid, CONTRACT_OUTPUT))
    return Accounts(spender, claim, agreement.terms.price, chunks, contract.value)
