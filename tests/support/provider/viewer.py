"""A viewer for tests: her machine in memory, one WebSocket, and each frame sent and read by hand."""

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from penstock.channel.agreement.merkle import MerkleTree
from penstock.channel.safe.agreement.chains import NETWORKS
from penstock.channel.safe.agreement.margins import BSV_MARGINS, BTC_MARGINS, Margins
from penstock.channel.safe.messages.kinds import Accept, Chunk, Error, Get, Message, Offer, Open
from penstock.channel.safe.protocol.events import (
    Action,
    Connected,
    Deliver,
    Event,
    Finish,
    FundingSeen,
    Received,
    Refuse,
    Send,
)
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import OwnKeys, PayerState
from penstock.channel.safe.simulation.opening import LIFE
from penstock.channel.safe.transactions.funding import funding_transaction
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.channel.sealed.leaf import Leaf
from penstock.ledger.ledger import Ledger
from penstock.service.catalogue.leaves import leaves_from_bytes
from penstock.service.catalogue.title import Title
from penstock.service.connection.frames import (
    SUBPROTOCOL,
    Attach,
    Code,
    Enquire,
    Fault,
    Frame,
    Hello,
    Offered,
    OpenWith,
    Pricing,
    attach_digest,
    from_bytes,
    to_bytes,
)
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import schnorr_sign
from penstock.tx.transaction import OutPoint, Transaction
from tests.support.provider.remote_ledger import RemoteLedger

CAPACITY = 200_000
TIMEOUT = 20.0
LARGEST_ANSWER = 1 << 30


@dataclass(slots=True)
class Viewer:
    """A viewer of one title.

    Attributes:
        url: the address of the provider.
        title: the root of the title.
        ledger: the ledger of the provider, on which she funds her channel.
        socket: her connection.
        state: the state of her machine.
        delivered: what she has bought.
        refused: what her machine has refused.
        faults: what the provider has refused.
    """

    url: str
    title: Title
    leaves: tuple[tuple[Leaf, ...], ...]
    facts: dict[str, Any]
    ledger: Ledger | RemoteLedger
    socket: ClientConnection
    hello: bytes
    stack: ExitStack
    payer: Payer = field(default_factory=lambda: Payer(OwnKeys(*(PrivateKey.generate() for _ in range(4))), CAPACITY))
    state: PayerState = None  # type: ignore[assignment] # once it is open
    token: bytes = b""
    opened: Open = None  # type: ignore[assignment] # as above
    funding: OutPoint | None = None
    delivered: list[Deliver] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: list[Fault | Error] = field(default_factory=list)

    # Frames -----------------------------------------------------------------------------------------------------------

    def send(self, *frames: Frame) -> None:
        for frame in frames:
            self.socket.send(to_bytes(frame))

    def read(self, timeout: float = TIMEOUT) -> Frame:
        data = self.socket.recv(timeout)
        assert isinstance(data, bytes)
        return from_bytes(data)

    def asked(self, frame: Frame) -> Frame:
        """Send a frame, and return the next one that comes."""
        self.send(frame)
        return self.read()

    def take(self, *frames: Frame) -> None:
        """Give frames to her machine, and send what it asks for."""
        for frame in frames:
            if isinstance(frame, Fault | Error):
                self.faults.append(frame)
            if not isinstance(frame, Fault):
                self.tell(Received(frame))  # type: ignore[arg-type] # the provider sends messages and faults

    def tell(self, event: Event) -> None:
        self.state, actions = self.payer.step(self.state, event)
        self.do(actions)

    def do(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            match action:
                case Send(message=message):
                    self.send(message)
                case Deliver():
                    self.delivered.append(action)
                case Refuse(reason=reason):
                    self.refused.append(reason)

    def until(self, kind: type[Message]) -> Message:
        """Take frames until one of a kind has come."""
        while True:
            frame = self.read()
            self.take(frame)
            assert not isinstance(frame, Fault), frame
            if isinstance(frame, kind):
                return frame

    # The channel ------------------------------------------------------------------------------------------------------

    @property
    def margins(self) -> Margins:
        return BTC_MARGINS if NETWORKS[self.facts["network"]].rules.chain.has_witness else BSV_MARGINS

    def agree(self, capacity: int = CAPACITY) -> None:
        """Take an offer, and have the terms accepted."""
        enquiry, patience = Enquire(self.facts["network"], self.title.root), 100
        while isinstance(offered := self.asked(enquiry), Fault) and "does not see" in offered.text and patience:
            patience -= 1
            time.sleep(0.2)  # on a busy machine the chain may not have answered yet
        assert isinstance(offered, Offered), offered
        offer = from_bytes(offered.offer)
        assert isinstance(offer, Offer)
        height = self.ledger.height
        self.state, actions = self.payer.open(offer, capacity, height + LIFE, self.margins, height)
        (self.opened,) = (each.message for each in actions if isinstance(each, Send))  # type: ignore[assignment]
        self.token = offered.token
        accept = self.asked(OpenWith(self.token, to_bytes(self.opened)))
        assert isinstance(accept, Accept), accept
        self.take(accept)

    def fund(self, blocks: int = 1) -> Transaction:
        """Publish the funding, and mine it."""
        wallet, terms = PrivateKey.generate(), self.state.terms
        coin = self.ledger.fund(key_script(terms, wallet.public_key), terms.capacity + 100_000)
        transaction = funding_transaction(terms, (coin,), wallet)
        assert self.ledger.submit(transaction), "funded"
        self.ledger.mine(blocks)
        self.funding = OutPoint(transaction.txid, transaction.outputs.index(funding_output(terms)))
        return transaction

    def name_funding(self) -> Frame:
        """Tell the provider of the funding, until he has seen its block; return the answer."""
        assert self.funding is not None
        frame = OpenWith(self.token, to_bytes(self.opened), self.funding.txid, self.funding.index)
        for _ in range(100):
            answer = self.asked(frame)
            if not isinstance(answer, Fault) or answer.code != Code.NOT_MINED:
                break
            time.sleep(0.1)
        return answer

    def attach(self, *, ciphertexts: bool = False, nonce: bytes | None = None) -> None:
        """Attach the channel, and take what the provider tells of it."""
        own = secrets.token_bytes(32) if nonce is None else nonce
        digest = attach_digest(self.state.channel, own, self.hello)
        signature = schnorr_sign(self.payer.keys.authentication.secret, digest)
        self.send(Attach(self.state.channel, own, int(ciphertexts), signature))
        self.tell(Connected(own, self.hello))

    def open(self, *, ciphertexts: bool = False) -> None:
        """Open the channel, fund it, attach it, and have the prices."""
        self.agree()
        self.fund()
        answer = self.name_funding()
        assert isinstance(answer, Accept), answer
        self.attach(ciphertexts=ciphertexts)
        self.tell(FundingSeen(self.funding, funding_output(self.state.terms), 1))  # type: ignore[arg-type] # it is here
        self.price()

    def price(self, satoshis: int | None = None) -> None:
        """Ask for the prices of the title, and take them; until a price is there, if one is named."""
        self.send(Pricing(self.state.channel, self.title.root))
        while (found := self._price()) is None or satoshis not in (None, found):
            self.take(self.read())

    def _price(self) -> int | None:
        return self.state.prices.price(self.movie, self.state.newest + 1, self.state.height)

    @property
    def movie(self) -> bytes:
        return self.title.qualities[0].manifest.movie

    def buy(self, chunk: int, quality: int = 0) -> Deliver:
        """Buy a chunk, whose ciphertext is fetched by HTTP."""
        count = len(self.delivered)
        self.ask(chunk, quality)
        self.take(self.chunk(chunk, quality))
        while len(self.delivered) == count:
            frame = self.read()
            assert not isinstance(frame, Fault), frame
            self.take(frame)
            assert not self.refused, self.refused
        return self.delivered[-1]

    def ask(self, chunk: int, quality: int = 0) -> None:
        self.state, actions = self.payer.ask(self.state, self.title.qualities[quality].manifest, chunk)
        assert any(isinstance(each, Send) and isinstance(each.message, Get) for each in actions), actions
        self.do(actions)

    def chunk(self, chunk: int, quality: int = 0) -> Chunk:
        """Return a chunk as it would come as a message, from the files of the title."""
        leaves = self.leaves[quality]
        tree = MerkleTree.from_leaves(leaf.digest for leaf in leaves)
        data = self.get(f"{quality}/{chunk:05}.bin")
        return Chunk(self.state.channel, leaves[chunk].to_bytes(), tree.proof(chunk).path, data)

    def get(self, name: str) -> bytes:
        answer = httpx.get(f"{self.url}/v1/titles/{self.title.root.hex()}/{name}", timeout=TIMEOUT)
        assert answer.status_code == httpx.codes.OK, answer
        return answer.content

    def close(self) -> Transaction:
        """Have the channel settled, and return the transaction that spends the funding, mined."""
        assert self.funding is not None
        self.tell(Finish())
        for _ in range(400):
            if (spend := self.ledger.spender(self.funding)) is not None:
                self.ledger.mine()
                return spend
            time.sleep(0.025)
        raise AssertionError("the channel was not settled")

    def reconnect(self) -> None:
        """Leave, and come back on another connection."""
        self.socket.close()
        self.socket, self.hello = connected(self.url, self.stack)


def connected(url: str, stack: ExitStack) -> tuple[ClientConnection, bytes]:
    """A connection, which ends with the stack, and the provider's number of it."""
    place = url.replace("http", "ws", 1) + "/v1/channel"
    socket = stack.enter_context(
        connect(place, subprotocols=[Subprotocol(SUBPROTOCOL)], max_size=LARGEST_ANSWER, compression=None, proxy=None)
    )
    hello = from_bytes(socket.recv(TIMEOUT))  # type: ignore[arg-type] # bytes, as all frames
    assert isinstance(hello, Hello)
    return socket, hello.nonce


@contextmanager
def watching(url: str, ledger: Ledger | RemoteLedger) -> Iterator[Viewer]:
    """A viewer of the first title of a provider."""
    facts = httpx.get(f"{url}/v1/catalogue", timeout=TIMEOUT).json()
    root = facts["titles"][0]["root"]
    title = Title.from_bytes(httpx.get(f"{url}/v1/titles/{root}/title.cbor", timeout=TIMEOUT).content)
    leaves = tuple(
        leaves_from_bytes(
            httpx.get(f"{url}/v1/titles/{root}/{number}/leaves.cbor", timeout=TIMEOUT).content, quality.manifest.chunks
        )
        for number, quality in enumerate(title.qualities)
    )
    with ExitStack() as stack:
        socket, hello = connected(url, stack)
        yield Viewer(url, title, leaves, facts, ledger, socket, hello, stack)
