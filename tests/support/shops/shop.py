"""A provider of one title: his machines in memory, a ledger that he shares with the viewer, and faults on request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from penstock.channel.safe.agreement.chains import BSV_REGTEST, Network
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.margins import BSV_MARGINS, BTC_MARGINS
from penstock.channel.safe.messages.kinds import Chunk, Funded, Key, Offer, Open
from penstock.channel.safe.messages.wire import from_wire, offer_hash, to_wire
from penstock.channel.safe.protocol.events import (
    Connected,
    Event,
    FundingSeen,
    FundingSpent,
    Height,
    Publish,
    Received,
    Save,
    Saved,
    Send,
)
from penstock.channel.safe.protocol.identity import keys_of
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.states import OwnKeys, PayeeState, Phase
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import Ledger
from penstock.service.catalogue.prepared import PreparedShelf, PreparedTitle
from penstock.service.connection.frames import (
    Attach,
    Code,
    Enquire,
    Fault,
    Frame,
    Offered,
    OpenWith,
    Pricing,
    attach_digest,
)
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_verify
from penstock.tx.transaction import OutPoint
from tests.support.films import MAKER

DEPTH: Final = 1
NUMBERS: Final = {"bsv": (2, 1), "btc": (1_100, 5_000)}
"""The base and the fee rate on each chain."""


@dataclass(eq=False)
class Shop:
    """The provider. A test changes its fields.

    Attributes:
        folder: the prepared title.
        network: the network.
        price: satoshis for a chunk.
        most: satoshis that a channel may owe.
        is_deaf: whether payments are taken and no keys sent.
        alter: what is sent in the place of a frame; None for nothing.
        sold: the items for which a key was sent, each time.
        requests: paths of files that were asked for.
        altered: the content of files in the place of the right one.
    """

    folder: Path
    network: Network = BSV_REGTEST
    price: int = 100
    most: int = 1_000_000
    is_deaf: bool = False
    alter: Callable[[Frame], Frame | None] = lambda frame: frame
    sold: list[tuple[bytes, int]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    altered: dict[str, bytes | None] = field(default_factory=dict)
    offers: dict[bytes, tuple[Offer, Payee]] = field(default_factory=dict)
    states: dict[bytes, PayeeState] = field(default_factory=dict)
    machines: dict[bytes, Payee] = field(default_factory=dict)
    senders: dict[bytes, Callable[[Frame], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.base, self.rate = NUMBERS[self.network.rules.chain.name]
        self.ledger = Ledger(self.network.rules.chain, FeeRate(self.rate))
        self.ledger.mine(130)
        self.prepared = PreparedTitle.open(self.folder)
        self.shelf = PreparedShelf.of(MAKER.secret, self.prepared)
        self.margins = BTC_MARGINS if self.network.rules.chain.has_witness else BSV_MARGINS

    @property
    def root(self) -> bytes:
        return self.prepared.title.root

    def catalogue(self) -> dict[str, object]:
        quality = self.prepared.qualities[0]
        title = {
            "root": self.root.hex(),
            "name": "a film",
            "publisher": self.prepared.title.publisher.hex(),
            "price": self.price,
            "qualities": len(self.prepared.qualities),
            "chunks": quality.manifest.chunks,
            "is_film": quality.facts.is_film,
        }
        terms = {
            "base": self.base,
            "delay": 144,
            "payment_rate": self.rate,
            "claim_rate": self.rate,
            "depth": DEPTH,
            "least_life": self.margins.least_life,
            "longest_life": self.margins.longest_life,
            "most": self.most,
        }
        return {
            "version": 1,
            "network": self.network.name,
            "height": self.ledger.height,
            "titles": [title],
            "terms": terms,
            "trial_chain": "/chain",
        }

    # Frames -----------------------------------------------------------------------------------------------------------

    def taken(self, frame: Frame, hello: bytes, send: Callable[[Frame], None]) -> list[Frame]:
        """Take a frame of a connection, and return the answers."""
        match frame:
            case Enquire():
                return [self._offered()]
            case OpenWith():
                return self._opened(frame)
            case Attach(channel=channel):
                if channel not in self.states:
                    return [Fault.of(Code.UNKNOWN_CHANNEL, "this channel is not known")]
                key = self.states[channel].terms.payer.authentication[1:]
                if not schnorr_verify(frame.signature, key, attach_digest(channel, frame.nonce, hello)):
                    return [Fault.of(Code.NOT_HERS, "the signature is another")]
                self.senders[channel] = send
                return self.fed(channel, Connected(hello, frame.nonce))
            case Pricing(channel=channel) if channel in self.senders:
                return self.quoted(channel)
            case _ if getattr(frame, "channel", None) in self.senders:
                return self.fed(frame.channel, Received(frame))  # type: ignore[arg-type, union-attr] # a message
            case _:
                return [Fault.of(Code.NOT_ATTACHED, "no Attach has come")]

    def _offered(self) -> Frame:
        keys = OwnKeys(*(PrivateKey.generate() for _ in range(4)))
        offer = Offer(
            self.network.name,
            1,
            keys_of(keys.public),
            self.base,
            144,
            self.network.rules.payment_versions[1],
            self.rate,
            self.rate,
            0,
            self.ledger.height + 144,
        )
        token = offer_hash(offer)
        self.offers[token] = offer, Payee(keys, self.shelf, self.margins, DEPTH, self.most)
        return Offered(token, to_wire(offer))

    def _opened(self, frame: OpenWith) -> list[Frame]:
        offer, machine = self.offers[frame.token]
        opened = from_wire(frame.opened)
        assert isinstance(opened, Open)
        try:
            state, actions = machine.accept(offer, opened, self.ledger.height)
        except ChannelTermsError as error:
            return [Fault.of(Code.TERMS, str(error))]
        accept: list[Frame] = [each.message for each in actions if isinstance(each, Send)]
        if not frame.txid:
            return accept
        outpoint = OutPoint(frame.txid, frame.output)
        depth = self._depth(frame.txid)
        if not depth:
            return [Fault.of(Code.NOT_MINED, "the funding is not mined")]
        if state.channel not in self.states:
            self.states[state.channel], self.machines[state.channel] = state, machine
            transaction = self.ledger.find(frame.txid)
            assert transaction is not None
            self.fed(state.channel, Received(Funded(state.channel, *outpoint)))
            self.fed(state.channel, FundingSeen(outpoint, transaction.outputs[frame.output], depth))
        return accept

    def _depth(self, txid: bytes) -> int:
        for block in self.ledger.blocks:
            if any(each.txid == txid for each in block.transactions):
                return self.ledger.height - block.height + 1
        return 0

    def quoted(self, channel: bytes) -> list[Frame]:
        """Quote the price of today for each quality where it is new."""
        frames: list[Frame] = []
        state = self.states[channel]
        for quality in self.prepared.qualities:
            movie = quality.manifest.movie
            if state.prices.price(movie, state.newest + 1, state.height) != self.price:
                step = self.machines[channel].quote(self.states[channel], movie, self.price, state.terms.expiry)
                frames += self._done(channel, step)
        return frames

    def set_price(self, price: int) -> None:
        """Change the price, and tell all that are connected."""
        self.price = price
        for channel, send in self.senders.items():
            for frame in self.quoted(channel):
                send(frame)

    def fed(self, channel: bytes, event: Event) -> list[Frame]:
        """Hand an event to a machine, and return what it sends; a Get has no answer by a Chunk."""
        return self._done(channel, self.machines[channel].step(self.states[channel], event))

    def _done(self, channel: bytes, step: tuple[PayeeState, tuple[object, ...]]) -> list[Frame]:
        self.states[channel], actions = step
        if Save() in actions:
            _, more = self.machines[channel].step(self.states[channel], Saved())
            actions = (*actions, *more)
        frames: list[Frame] = []
        for action in actions:
            match action:
                case Publish(transaction=transaction):
                    self.ledger.submit(transaction)
                case Send(message=Chunk()):
                    pass
                case Send(message=Key() as message):
                    best = self.states[channel].best
                    assert best is not None
                    if not self.is_deaf:
                        self.sold.append(best.item)
                        frames.append(message)
                case Send(message=message):
                    frames.append(message)
        return [altered for each in frames if (altered := self.alter(each)) is not None]

    # The chain --------------------------------------------------------------------------------------------------------

    async def mine_by_itself(self) -> None:
        """Mine what waits, and tell the machines."""
        while True:
            await asyncio.sleep(0.05)
            if self.ledger.pool_size:
                self.ledger.mine()
                self.look()

    def look(self) -> None:
        """Tell all machines of the chain."""
        for channel, state in list(self.states.items()):
            if state.funding is not None and state.phase is not Phase.CLOSED:
                spender = self.ledger.spender(state.funding)
                if spender is not None and self._depth(spender.txid):
                    self.fed(channel, FundingSpent(spender, self.ledger.height))
            for frame in self.fed(channel, Height(self.ledger.height)):
                if channel in self.senders:
                    self.senders[channel](frame)
