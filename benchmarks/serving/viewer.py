"""One viewer for measuring: her machine in memory, a WebSocket for frames, a line for ciphertexts."""

import json
import secrets
from dataclasses import dataclass, replace
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
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

_CAPACITY = 10_000_000
_LIFE = 1_008


class Asked(Protocol):
    """A line to the server."""

    async def get(self, path: str) -> bytes:
        """Return the body of an answer."""

    async def post(self, path: str, values: object) -> bytes:
        """Return the body of an answer to values."""


@dataclass(slots=True)
class Viewer:
    """A viewer with a funded channel.

    Attributes:
        socket: her connection.
        payer: her machine.
        state: its state.
        title: the title.
        leaves: the leaves of its first quality.
        tree: the tree over them.
        next: the chunk that she buys next; after the last one she begins anew, as if she had bought none.
    """

    socket: ClientConnection
    payer: Payer
    state: PayerState
    title: Title
    leaves: tuple[Leaf, ...]
    tree: MerkleTree
    next: int = 0

    async def bought(self, line: Asked) -> bytes:
        """Buy the next chunk, and return what it opens to: its ciphertext by the line, its key by the socket."""
        index = self.next % len(self.leaves)
        self.next += 1
        if index == 0:
            self.state = replace(self.state, items=EMPTY, digests=EMPTY)
        manifest = self.title.qualities[0].manifest
        self.state, actions = self.payer.ask(self.state, manifest, index)
        await self._send(actions)
        data = await line.get(f"/v1/titles/{self.title.root.hex()}/0/{index:05}.bin")
        chunk = Chunk(self.state.channel, self.leaves[index].to_bytes(), self.tree.proof(index).path, data)
        self.state, actions = self.payer.step(self.state, Received(chunk))
        await self._send(actions)
        while True:
            frame = await self._read()
            assert not isinstance(frame, Fault | Error), frame
            self.state, actions = self.payer.step(self.state, Received(frame))  # type: ignore[arg-type] # a message
            for each in actions:
                if isinstance(each, Deliver):
                    return each.plaintext

    async def forged(self) -> bool:
        """Return whether a signature that is not hers gets a key."""
        forged = Update(
            self.state.channel, self.state.newest + 1, self.leaves[0].movie, self.next, b"\x30" * 70 + b"\x41"
        )
        await self.socket.send(to_bytes(forged))
        return isinstance(await self._read(), Key)

    async def close(self) -> None:
        """Close the connection; the channel stays open."""
        await self.socket.close()

    async def _send(self, actions: tuple[Action, ...]) -> None:
        for each in actions:
            if isinstance(each, Send):
                await self.socket.send(to_bytes(each.message))

    async def _read(self) -> Frame:
        data = await self.socket.recv()
        assert isinstance(data, bytes)
        return from_bytes(data)


async def opened_viewer(  # noqa: PLR0913, PLR0917 - all that viewers share
    url: str, line: Asked, title: Title, leaves: tuple[Leaf, ...], tree: MerkleTree, facts: dict[str, Any]
) -> Viewer:
    """Open and fund a channel on the provider's chain for trying out, attach it, and have the price."""
    socket = await connect(
        url.replace("http", "ws", 1) + CHANNEL_PATH,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        max_size=1 << 16,
        proxy=None,
    )
    hello = await _frame(socket)
    assert isinstance(hello, Hello)
    payer = Payer(OwnKeys(*(PrivateKey.generate() for _ in range(4))), MAX_MONEY)
    offered = await _asked(socket, Enquire(facts["network"], title.root))
    assert isinstance(offered, Offered), offered
    offer = from_bytes(offered.offer)
    assert isinstance(offer, Offer)
    height = int(await line.get("/chain/blocks/tip/height"))
    state, actions = payer.open(offer, _CAPACITY, height + _LIFE, BSV_MARGINS, height)
    opened = next(each.message for each in actions if isinstance(each, Send))
    assert isinstance(opened, Open)
    accept = await _asked(socket, OpenWith(offered.token, to_bytes(opened)))
    state, _ = payer.step(state, Received(accept))  # type: ignore[arg-type] # an Accept
    coin = await _coin(line, funding_output(state.terms).script)
    state, _ = payer.step(state, FundingSeen(coin, funding_output(state.terms), 1))
    while isinstance(
        answer := await _asked(socket, OpenWith(offered.token, to_bytes(opened), coin.txid, coin.index)), Fault
    ):
        assert answer.code == Code.NOT_MINED, answer
    own = secrets.token_bytes(32)
    signature = schnorr_sign(payer.keys.authentication.secret, attach_digest(state.channel, own, hello.nonce))
    await socket.send(to_bytes(Attach(state.channel, own, 0, signature)))
    state, _ = payer.step(state, Connected(own, hello.nonce))
    await socket.send(to_bytes(Pricing(state.channel, title.root)))
    movie = title.qualities[0].manifest.movie
    while state.prices.price(movie, 1, state.height) is None:
        state, _ = payer.step(state, Received(await _frame(socket)))  # type: ignore[arg-type] # a message
    assert state.phase is Phase.OPEN
    return Viewer(socket, payer, state, title, leaves, tree)


async def _coin(line: Asked, script: bytes) -> OutPoint:
    """Have a coin made to the funding script itself: a transaction of hers would not change what is measured."""
    found = json.loads(await line.post("/chain/coins", {"script": script.hex(), "satoshis": _CAPACITY}))
    return OutPoint(bytes.fromhex(found["txid"])[::-1], found["output"])


async def _asked(socket: ClientConnection, frame: Frame) -> Frame:
    await socket.send(to_bytes(frame))
    return await _frame(socket)


async def _frame(socket: ClientConnection) -> Frame:
    data = await socket.recv()
    assert isinstance(data, bytes)
    return from_bytes(data)
