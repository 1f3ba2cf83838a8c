"""Conversation of both machines in one process: messages as bytes, a ledger, and what each machine asks for.

A side that is away gets no message, sees no block and sends nothing. Nothing is written to a disk: `Save` is confirmed
at once.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self

from penstock.channel.safe.messages.kinds import Message
from penstock.channel.safe.messages.wire import from_wire, to_wire
from penstock.channel.safe.protocol.events import (
    Accuse,
    Action,
    Deliver,
    Event,
    FundingSeen,
    FundingSpent,
    Height,
    PaymentSpent,
    Publish,
    Received,
    Refuse,
    Save,
    Saved,
    Send,
)
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import PayeeState, PayerState
from penstock.channel.safe.simulation.transcript import Party, SentLine, Transcript, describe
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.channel.sealed.manifest import Manifest
from penstock.ledger.ledger import Ledger
from penstock.ledger.reasons import AlreadyKnown
from penstock.tx.transaction import OutPoint, Transaction

OnChunk = Callable[[int, bytes], object]


@dataclass(slots=True)
class Conversation:
    """One channel between both machines.

    Attributes:
        payer: her machine.
        payee: his machine.
        payer_state: her state.
        payee_state: his state.
        ledger: the chain.
        on_chunk: called with the index and the bytes of each chunk that was paid for and is open.
        transcript: the lines of what was sent and published.
        published: transactions that the ledger has taken, oldest first.
        faults: refused messages and transactions; empty if both are honest.
        away: a side that is away.
    """

    payer: Payer
    payee: Payee
    payer_state: PayerState
    payee_state: PayeeState
    ledger: Ledger
    on_chunk: OnChunk
    transcript: Transcript
    published: list[Transaction] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    away: Party | None = None
    _mail: deque[tuple[Party, bytes]] = field(default_factory=deque)
    _delivered: Deliver | None = None

    def fork(self) -> Self:
        """Return a conversation with the same past and a future of its own."""
        return replace(
            self,
            ledger=self.ledger.fork(),
            on_chunk=lambda _index, _data: None,
            transcript=Transcript(),
            published=[],
            faults=[],
            _mail=deque(),
        )

    # Events -----------------------------------------------------------------------------------------------------------

    def tell(self, party: Party, event: Event) -> None:
        """Tell one side of an event, and carry out what it asks for; a side that is away is not told."""
        if party is self.away:
            return
        if party is Party.PAYER:
            self.payer_state, actions = self.payer.step(self.payer_state, event)
        else:
            self.payee_state, actions = self.payee.step(self.payee_state, event)
        self.carry_out(party, actions)

    def carry_out(self, party: Party, actions: tuple[Action, ...]) -> None:
        """Carry out the actions of one side, in their order."""
        for action in actions:
            match action:
                case Send(message=message):
                    self._send(party, message)
                case Publish(transaction=transaction):
                    self._publish(party, transaction)
                case Deliver(chunk=chunk, plaintext=plaintext):
                    self._delivered = action
                    self.on_chunk(chunk, plaintext)
                case Refuse(reason=reason):
                    self.faults.append(f"the {party} refused: {reason}")
                case Accuse():
                    self.faults.append("the publisher has signed for a chunk that does not open")
                case Save():
                    pass
        if any(isinstance(action, Save) for action in actions):
            self.tell(party, Saved())

    def deliver(self) -> None:
        """Deliver messages until none is left."""
        while self._mail:
            receiver, raw = self._mail.popleft()
            self.tell(receiver, Received(from_wire(raw)))

    # Users of both sides -------------------------------------------------------------------------------------------

    def fund(self, transaction: Transaction) -> None:
        """Publish the payer's funding transaction, mine it, and show it to both."""
        output = funding_output(self.payer_state.terms)
        outpoint = OutPoint(transaction.txid, transaction.outputs.index(output))
        self._publish(Party.PAYER, transaction)
        self.tell(Party.PAYER, FundingSeen(outpoint, output, 0))
        self.deliver()
        self.mine(self.payee.depth)
        self.tell(Party.PAYEE, FundingSeen(outpoint, output, self.payee.depth))
        self.deliver()

    def quote(self, movie: bytes, price: int, until: int) -> None:
        """Let the payee quote a price for a movie."""
        self.payee_state, actions = self.payee.quote(self.payee_state, movie, price, until)
        self.carry_out(Party.PAYEE, actions)
        self.deliver()

    def buy(self, manifest: Manifest, chunk: int) -> Deliver | None:
        """Let the payer ask for a chunk, and both go on; return what she gets, None if she gets nothing."""
        self._delivered = None
        self.payer_state, actions = self.payer.ask(self.payer_state, manifest, chunk)
        self.carry_out(Party.PAYER, actions)
        self.deliver()
        return self._delivered

    # The chain --------------------------------------------------------------------------------------------------------

    def mine(self, blocks: int = 1) -> None:
        """Mine blocks, and tell both sides of each."""
        for _ in range(blocks):
            self.ledger.mine()
            self.look()

    def look(self) -> None:
        """Tell both sides of the newest block, as one does that comes back."""
        block, funding = self.ledger.blocks[-1], self.payer_state.funding
        for transaction in block.transactions[1:]:
            spent = {each.outpoint for each in transaction.inputs}
            for party, state in ((Party.PAYER, self.payer_state), (Party.PAYEE, self.payee_state)):
                if funding in spent:
                    self.tell(party, FundingSpent(transaction, block.height))
                elif state.mined is not None and state.mined.outpoint in spent:
                    self.tell(party, PaymentSpent(transaction, block.height))
        for party in Party:
            self.tell(party, Height(block.height))
        self.deliver()

    def _send(self, sender: Party, message: Message) -> None:
        raw = to_wire(message)
        self.transcript.add(SentLine(sender, describe(message), len(raw)))
        if self.away is None:
            self._mail.append((sender.other, raw))

    def _publish(self, sender: Party, transaction: Transaction) -> None:
        receipt = self.ledger.submit(transaction)
        if receipt:
            self.published.append(transaction)
            line = SentLine(sender, self._name(sender, transaction), transaction.virtual_size, self.ledger.height)
            self.transcript.add(line)
        elif not isinstance(receipt.reason, AlreadyKnown):
            self.faults.append(f"the ledger refused a transaction of the {sender}: {receipt.reason}")

    def _name(self, sender: Party, transaction: Transaction) -> str:
        """Return the name of a transaction of the channel."""
        funding, newest = self.payer_state.funding, self.payee_state.newest
        if funding is None:
            return "F, the funding"
        spends_funding = transaction.inputs[0].outpoint == funding
        match sender:
            case Party.PAYER:
                return "refund of the funding" if spends_funding else f"refund of TX_{newest}"
            case Party.PAYEE if self.payee_state.settling is not None:
                return "ST, the settlement"
            case Party.PAYEE:
                mined = self.payee_state.mined
                claim = "TX_p, the claim with her signature" if mined and mined.help else "TX_p, the claim"
                return f"TX_{newest}, the payment" if spends_funding else claim
