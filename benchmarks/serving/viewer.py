"""One viewer for measuring: her machine in memory, a connection for frames, a line for ciphertexts."""

import asyncio
import json
import secrets
from dataclasses import dataclass, replace
from typing import Any, Protocol

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from penstock.channel.agreement.merkle import MerkleTree
from penstock.channel.safe.agreement.margins import BSV_MARGINS
from penstock.channel.safe.messages.kinds import Chunk, Error, Key, Offer, Open, Update
from penstock.channel.safe.protocol.append_only import EMPTY
from penstock.channel.safe.protocol.events import Action, Connected, Deliver, FundingSeen, Received, Send
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import OwnKeys, PayerState, Phase
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.channel.sealed.leaf import Leaf
from penstock.script.consensus import MAX_MONEY
from penstock.service.catalogue.leaves import leaves_from_bytes
from penstock.service.catalogue.title import Title
from penstock.service.connection.frames import (
    CHANNEL_PATH,
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
from penstock.tx.transaction import OutPoint

CAPACITY = 10_000_000
"""Satoshis of a channel."""
_LIFE = 1_008
_AGAIN = 0.25
"""Seconds until the provider is told again of a block that he has not seen."""


class Asked(Protocol):
    """A line to the server."""

    async def get(self, path: str) -> bytes:
        """Return the body of an answer."""

    async def post(self, path: str, values: object) -> bytes:
        """Return the body of an answer to values."""


class Socket(Protocol):
    """A connection for frames."""

    async def send(self, message: bytes) -> None:
        """Send a frame."""

    async def recv(self) -> str | bytes:
        """Return the next frame."""

    async def close(self) -> None:
        """Close it."""


@dataclass(frozen=True, slots=True)
class Goods:
    """The first title of a provider.

    Attributes:
        facts: the provider's catalogue.
        title: the title.
        leaves: the leaves of its first quality.
        tree: the tree over them.
    """

    facts: dict[str, Any]
    title: Title
    leaves: tuple[Leaf, ...]
    tree: MerkleTree

    @classmethod
    async def at(cls, line: Asked) -> "Goods":
        """Read them from a provider."""
        facts = json.loads(await line.get("/v1/catalogue"))
        root = facts["titles"][0]["root"]
        title = Title.from_bytes(await line.get(f"/v1/titles/{root}/title.cbor"))
        data = await line.get(f"/v1/titles/{root}/0/leaves.cbor")
        leaves = leaves_from_bytes(data, title.qualities[0].manifest.chunks)
        return cls(facts, title, leaves, MerkleTree.from_leaves(leaf.digest for leaf in leaves))


@dataclass(slots=True)
class Viewer:
    """A viewer with a channel.

    Attributes:
        socket: her connection.
        payer: her machine.
        state: its state.
        goods: the title.
        offered: the provider's offer with its token.
        opened_with: her part of the terms.
        nonce: the provider's number of the connection.
        next: the chunk that she buys next; after the last one she begins anew, as if she had bought none.
        bought_count: the chunks whose keys have come.
    """

    socket: Socket
    payer: Payer
    state: PayerState
    goods: Goods
    offered: Offered
    opened_with: Open
    nonce: bytes
    next: int = 0
    bought_count: int = 0

    async def bought(self, line: Asked) -> bytes:
        """Buy the next chunk, and return what it opens to: its ciphertext by the line, its key by the socket."""
        await self.pay(await self.signed(line))
        return await self.opened()

    async def signed(self, line: Asked) -> tuple[Action, ...]:
        """Ask for the next chunk, fetch its ciphertext, check and sign; return what is to be sent for it."""
        goods = self.goods
        index = self.next % len(goods.leaves)
        self.next += 1
        if index == 0:
            self.state = replace(self.state, items=EMPTY, digests=EMPTY)
        manifest = goods.title.qualities[0].manifest
        self.state, actions = self.payer.ask(self.state, manifest, index)
        await self.pay(actions)
        data = await line.get(f"/v1/titles/{goods.title.root.hex()}/0/{index:05}.bin")
        chunk = Chunk(self.state.channel, goods.leaves[index].to_bytes(), goods.tree.proof(index).path, data)
        self.state, actions = self.payer.step(self.state, Received(chunk))
        return actions

    async def pay(self, actions: tuple[Action, ...]) -> None:
        """Send the messages among actions."""
        for each in actions:
            if isinstance(each, Send):
                await self.socket.send(to_bytes(each.message))

    async def opened(self) -> bytes:
        """Take the key of a chunk that was paid, and return what the chunk opens to."""
        while True:
            frame = await _frame(self.socket)
            assert not isinstance(frame, Fault | Error), frame
            self.state, actions = self.payer.step(self.state, Received(frame))  # type: ignore[arg-type] # a message
            for each in actions:
                if isinstance(each, Deliver):
                    self.bought_count += 1
                    return each.plaintext

    async def forged(self) -> bool:
        """Return whether a signature that is not hers gets a key."""
        forged = Update(
            self.state.channel, self.state.newest + 1, self.goods.leaves[0].movie, self.next, b"\x30" * 70 + b"\x41"
        )
        await self.socket.send(to_bytes(forged))
        return isinstance(await _frame(self.socket), Key)

    async def close(self) -> None:
        """Close the connection; the channel stays open."""
        await self.socket.close()

    async def funded(self, coin: OutPoint) -> None:
        """Tell the provider of the funding until he sees it, attach the channel, and have the price."""
        terms, socket = self.state.terms, self.socket
        self.state, _ = self.payer.step(self.state, FundingSeen(coin, funding_output(terms), 1))
        told = OpenWith(self.offered.token, to_bytes(self.opened_with), coin.txid, coin.index)
        while isinstance(answer := await _asked(socket, told), Fault):
            assert answer.code == Code.NOT_MINED, answer
            await asyncio.sleep(_AGAIN)
        own = secrets.token_bytes(32)
        digest = attach_digest(self.state.channel, own, self.nonce)
        signature = schnorr_sign(self.payer.keys.authentication.secret, digest)
        await socket.send(to_bytes(Attach(self.state.channel, own, 0, signature)))
        self.state, _ = self.payer.step(self.state, Connected(own, self.nonce))
        await socket.send(to_bytes(Pricing(self.state.channel, self.goods.title.root)))
        movie = self.goods.title.qualities[0].manifest.movie
        while self.state.prices.price(movie, 1, self.state.height) is None:
            self.state, _ = self.payer.step(self.state, Received(await _frame(socket)))  # type: ignore[arg-type] # a message
        assert self.state.phase is Phase.OPEN


async def connected(url: str) -> Socket:
    """Connect to a provider by WebSocket."""
    return await connect(
        url.replace("http", "ws", 1) + CHANNEL_PATH,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        max_size=1 << 16,
        proxy=None,
    )


async def agreed_viewer(socket: Socket, goods: Goods, height: int) -> Viewer:
    """Agree on the terms of a channel; it has no funding yet.

    Args:
        socket: a connection on which nothing was said.
        goods: the title.
        height: the height of the newest block.
    """
    hello = await _frame(socket)
    assert isinstance(hello, Hello)
    payer = Payer(OwnKeys(*(PrivateKey.generate() for _ in range(4))), MAX_MONEY)
    enquiry = Enquire(goods.facts["network"], goods.title.root)
    while isinstance(offered := await _asked(socket, enquiry), Fault):
        assert offered.code == Code.CLOSED_SHOP, offered  # of several processes one may not see the chain yet
        await asyncio.sleep(_AGAIN)
    assert isinstance(offered, Offered), offered
    offer = from_bytes(offered.offer)
    assert isinstance(offer, Offer)
    state, actions = payer.open(offer, CAPACITY, height + _LIFE, BSV_MARGINS, height)
    opened = next(each.message for each in actions if isinstance(each, Send))
    assert isinstance(opened, Open)
    accept = await _asked(socket, OpenWith(offered.token, to_bytes(opened)))
    state, _ = payer.step(state, Received(accept))  # type: ignore[arg-type] # an Accept
    return Viewer(socket, payer, state, goods, offered, opened, hello.nonce)


async def opened_viewer(url: str, line: Asked, goods: Goods) -> Viewer:
    """Open and fund a channel on the provider's chain for trying out, attach it, and have the price."""
    height = int(await line.get("/chain/blocks/tip/height"))
    viewer = await agreed_viewer(await connected(url), goods, height)
    await viewer.funded(await _coin(line, funding_output(viewer.state.terms).script))
    return viewer


async def _coin(line: Asked, script: bytes) -> OutPoint:
    """Have a coin made to the funding script itself: a transaction of hers would not change what is measured."""
    found = json.loads(await line.post("/chain/coins", {"script": script.hex(), "satoshis": CAPACITY}))
    return OutPoint(bytes.fromhex(found["txid"])[::-1], found["output"])


async def _asked(socket: Socket, frame: Frame) -> Frame:
    await socket.send(to_bytes(frame))
    return await _frame(socket)


async def _frame(socket: Socket) -> Frame:
    data = await socket.recv()
    assert isinstance(data, bytes)
    return from_bytes(data)
