"""Accounts of a channel from the ledger: Alice's payment, and Bob's earnings.

In: a ledger and an agreement. Out: satoshis and chunks. The two guarantees of the article's channel, and its two
weaknesses, are statements about these numbers.
"""

from dataclasses import dataclass

from penstock.channel.agreement.agreement import CONTRACT_OUTPUT, Agreement
from penstock.ledger.ledger import Ledger
from penstock.tx.transaction import OutPoint, Transaction


@dataclass(frozen=True, slots=True)
class Accounts:
    """The final state of a channel.

    Attributes:
        payment: TX_n, if it is on the ledger.
        claim: TX_p, if it is.
        price: satoshis for a chunk.
        chunks: number of chunks that Alice has, including the free one.
        locked: satoshis that TX_n put into the contract.
    """

    payment: Transaction | None
    claim: Transaction | None
    price: int
    chunks: int
    locked: int


def settle(agreement: Agreement, ledger: Ledger, chunks: int) -> Accounts:
    """Return the accounts of a channel from the ledger.

    Args:
        agreement: the channel's agreement.
        ledger: the ledger that has its transactions, if they were broadcast.
        chunks: number of chunks that Alice has.
    """
    spender = ledger.spender(agreement.funding[0].outpoint)
    contract = spender.outputs[CONTRACT_OUTPUT] if spender else None
    if spender is None or contract is None or agreement.artifact.match(contract.script) is None:
        return Accounts(None, None, agreement.terms.price, chunks, 0)
    claim = ledger.spender(OutPoint(spender.txid, CONTRACT_OUTPUT))
    return Accounts(spender, claim, agreement.terms.price, chunks, contract.value)
