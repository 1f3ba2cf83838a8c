"""Endings of a simulated channel: each from the same moment, on a ledger of its own, so that they can be compared.

* cooperative: both sign a settlement straight from the funding;
* 2-way: the payer is away until TX_n is mined, then her signature takes the place of the key in the claim;
* 1-way: the payer is away; at the margin before T the payee publishes TX_n, and claims it with the key;
* refund: the payee is away; after T the payer takes back the whole funding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.protocol.events import Finish
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.simulation.conversation import Conversation
from penstock.channel.safe.simulation.transcript import Party, Transcript
from penstock.channel.safe.transactions.outputs import change_script, key_script
from penstock.ledger.ledger import Ledger
from penstock.tx.transaction import OutPoint, Transaction

_PATIENCE: Final = 6
"""Blocks for which the payee waits for the payer's signature."""


class SafeClosing(StrEnum):
    """A way in which a safe channel ends."""

    COOPERATIVE = "cooperative"
    TWO_WAY = "2-way"
    ONE_WAY = "1-way"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class OnChain:
    """A transaction of the channel that was mined.

    Attributes:
        name: its name.
        transaction: the transaction.
        height: the height of its block.
        fee: satoshis.
    """

    name: str
    transaction: Transaction
    height: int
    fee: int

    @property
    def size(self) -> int:
        """Bytes that cost fees: virtual bytes on chains with witnesses."""
        return self.transaction.virtual_size


@dataclass(frozen=True, slots=True)
class SafeEnding:
    """One ending.

    Attributes:
        closing: how the channel was closed.
        transactions: those after the funding, in their order.
        to_payee: satoshis that reached the payee.
        to_payer: satoshis that went back to the payer.
        is_closed: whether both sides that are there see the funding spent.
        transcript: the lines of this ending.
        faults: refused messages and transactions; empty if both are honest.
    """

    closing: SafeClosing
    transactions: tuple[OnChain, ...]
    to_payee: int
    to_payer: int
    is_closed: bool
    transcript: Transcript
    faults: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of all its transactions that cost fees."""
        return sum(each.size for each in self.transactions)

    @property
    def fee(self) -> int:
        """Satoshis of all fees."""
        return sum(each.fee for each in self.transactions)


def ended(channel: Conversation, closing: SafeClosing) -> SafeEnding:
    """Return an ending of a channel, which is left as it is."""
    twin = channel.fork()
    _WAYS[closing](twin)
    terms, ledger = twin.payer_state.terms, twin.ledger
    outputs = [
        (OutPoint(transaction.txid, index), output)
        for transaction in twin.published
        for index, output in enumerate(transaction.outputs)
    ]
    unspent = [output for outpoint, output in outputs if ledger.coin(outpoint) is not None]
    payers = {key_script(terms, terms.payer.payout), change_script(terms)}
    names = [line.text for line in twin.transcript if not isinstance(line, int) and line.height is not None]
    phases = {Party.PAYER: twin.payer_state.phase, Party.PAYEE: twin.payee_state.phase}
    return SafeEnding(
        closing=closing,
        transactions=tuple(on_chain(ledger, *pair) for pair in zip(names, twin.published, strict=True)),
        to_payee=sum(each.value for each in unspent if each.script == key_script(terms, terms.payee.payout)),
        to_payer=sum(each.value for each in unspent if each.script in payers),
        is_closed=all(phase is Phase.CLOSED for party, phase in phases.items() if party is not twin.away),
        transcript=twin.transcript,
        faults=tuple(twin.faults),
    )


def on_chain(ledger: Ledger, name: str, transaction: Transaction) -> OnChain:
    """Return a mined transaction with its height and fee."""
    height = next(block.height for block in reversed(ledger.blocks) if transaction in block.transactions)
    spent = (ledger.find(each.outpoint.txid) for each in transaction.inputs)
    paid = sum(
        source.outputs[each.outpoint.index].value
        for source, each in zip(spent, transaction.inputs, strict=True)
        if source is not None
    )
    return OnChain(name, transaction, height, paid - sum(output.value for output in transaction.outputs))


def last_payment_height(channel: Conversation) -> int:
    """Return T - M, the height at which the payee publishes his payment at the latest."""
    return channel.payee_state.terms.expiry - channel.payee.margins.margin


def refund_heights(terms: ChannelTerms) -> tuple[int, int | None]:
    """Return the first block that takes a refund of the funding, and of a payment (bsv; None if its age counts)."""
    by_age = terms.rules.chain.newest.relative_locks
    return terms.expiry + 1, None if by_age else terms.paid_key_expiry + 1


def _cooperative(channel: Conversation) -> None:
    channel.tell(Party.PAYER, Finish())
    channel.deliver()
    channel.mine()


def _one_way(channel: Conversation) -> None:
    channel.away = Party.PAYER
    channel.mine(last_payment_height(channel) - channel.ledger.height)
    channel.mine(2)  # the payment, and its claim


def _two_way(channel: Conversation) -> None:
    channel.payee = replace(channel.payee, patience=_PATIENCE)
    channel.away = Party.PAYER
    channel.mine(last_payment_height(channel) - channel.ledger.height)
    channel.mine()
    channel.away = None
    channel.look()
    channel.mine()


def _refund(channel: Conversation) -> None:
    channel.away = Party.PAYEE
    channel.mine(channel.payer_state.terms.expiry - channel.ledger.height)
    channel.mine()


_WAYS: Final[Mapping[SafeClosing, Callable[[Conversation], None]]] = {
    SafeClosing.COOPERATIVE: _cooperative,
    SafeClosing.TWO_WAY: _two_way,
    SafeClosing.ONE_WAY: _one_way,
    SafeClosing.REFUND: _refund,
}
