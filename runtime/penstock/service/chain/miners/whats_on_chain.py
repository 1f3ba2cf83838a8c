"""WhatsOnChain as a source: an explorer of bsv with an HTTP interface (docs.taal.com, core products, WhatsOnChain).

| asked for                                | answer                                                                    |
|------------------------------------------|---------------------------------------------------------------------------|
| `/chain/info`                            | `chain`, and `blocks`, the height                                         |
| `/block/height/HEIGHT`                   | the fields of a header, and ids                                           |
| `/block/HASH/header`                     | the same by the hash, with the height                                     |
| `/tx/TXID/proof/tsc`                     | `index`, `target` (the hash of the block), `nodes`; none if not mined     |
| `/tx/TXID/hex`                           | the transaction                                                           |
| `/tx/TXID/OUTPUT/spent`                  | `txid` of the spend, mined or not; 404 if there is none                   |
| POST `/tx/raw` with `{"txhex"}`          | the id, or with status 400 the reason of the node                         |

Without a key it answers three requests a second, so requests wait for their turn.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from penstock.errors import hides_frames
from penstock.script.consensus import LOCK_TIME_THRESHOLD
from penstock.script.hashes import hash256
from penstock.service.chain.headers import Header
from penstock.service.chain.inclusion import Inclusion, MinedTransaction
from penstock.service.chain.web import Server, bytes_of, key_in, number_of, value_of
from penstock.service.errors import NotTakenError, SourceError
from penstock.tx.transaction import OutPoint, Transaction, TransactionError

__tracebackhide__ = hides_frames

FREE: Final = 3.0
"""Requests in a second without a key."""
_OK: Final = 200
_REFUSED: Final = 400
_NOT_FOUND: Final = 404
_SAME: Final = "*"
"""A node of a proof that is equal to the one beside it."""
_MOST_NODES: Final = 32
_KNOWN: Final = ("already-known", "already known", "already in mempool", "already in the mempool", "already in block")


class WhatsOnChainSource:
    """WhatsOnChain, or a server with the same interface.

    Args:
        url: the address of its interface for a network, as `https://api.whatsonchain.com/v1/bsv/main`; a key in the
            place of a user is sent, and not shown.
        chain: its name of the network: `main` or `test`; None for any.
        timeout: seconds for an answer, after the turn has come.
        per_second: requests in a second.

    Raises:
        SourceError: the address is not one of http or https.
    """

    def __init__(self, url: str, *, chain: str | None = None, timeout: float = 30.0, per_second: float = FREE) -> None:
        address, key = key_in(url)
        self._server = Server(address, timeout, headers={} if key is None else {"Authorization": key})
        self._chain = chain
        self._heights: dict[bytes, int] = {}
        self._turn, self._next, self._pause = asyncio.Lock(), 0.0, 1 / per_second

    @property
    def name(self) -> str:
        """Its address, without a key."""
        return self._server.name

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def height(self) -> int:
        """Return the height of its newest block."""
        found = self._object(await self._get("/chain/info"), "facts of its chain")
        if self._chain is not None and found.get("chain") != self._chain:
            raise SourceError(f"{self.name} has the chain {str(found.get('chain'))[:20]!r}, and not {self._chain!r}")
        return number_of(self.name, found.get("blocks"), LOCK_TIME_THRESHOLD)

    async def headers(self, first: int, count: int) -> Sequence[Header]:
        """Return headers from a height on: one with each request."""
        found: list[Header] = []
        for height in range(first, first + count):
            block = await self._find(f"/block/height/{height}")
            if block is None:
                break
            found.append(self._header(self._object(block, "a block")))
        return found

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:  # noqa: ARG002 - it has an index
        """Return a mined transaction."""
        shown = txid[::-1].hex()
        proofs = await self._find(f"/tx/{shown}/proof/tsc")
        if not proofs:
            return None
        if not isinstance(proofs, list):
            raise SourceError(f"{self.name} answers something other than a proof")
        proof = self._object(proofs[0], "a proof")
        index = number_of(self.name, proof.get("index"), 1 << 32)
        inclusion = Inclusion(index, self._path(txid, index, proof.get("nodes")))
        height = await self._height_of(bytes_of(self.name, proof.get("target"), 32))
        raw = bytes_of(self.name, await self._get(f"/tx/{shown}/hex", is_text=True))
        try:
            transaction = Transaction.parse(raw, segwit=False)
        except TransactionError as error:
            raise SourceError(f"{self.name} answers something other than a transaction: {error}") from None
        return MinedTransaction(transaction, height, inclusion)

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        """Return the mined transaction that spends an output: of the one that it names, the proof is asked for."""
        found = await self._find(f"/tx/{outpoint.txid[::-1].hex()}/{outpoint.index}/spent")
        if found is None:
            return None
        spender = self._object(found, "the spend of an output").get("txid")
        return await self.find(bytes_of(self.name, spender, 32)[::-1], since)

    async def publish(self, transaction: Transaction) -> None:
        """Publish a transaction."""
        await self._wait()
        response = await self._server.post("/tx/raw", json={"txhex": transaction.serialize().hex()})
        text = response.text.strip()
        if response.status_code == _REFUSED:
            if any(each in text.lower() for each in _KNOWN):
                return
            raise NotTakenError(f"{self.name}: {text[:500]}")
        if response.status_code != _OK:
            raise SourceError(f"{self.name} answers with status {response.status_code}")
        if text.strip('"') != transaction.txid_hex:
            raise SourceError(f"{self.name} answers something other than the id of the transaction")

    async def _height_of(self, block: bytes) -> int:
        """Return the height of a block, by its hash as it is shown."""
        if block not in self._heights:
            found = self._object(await self._get(f"/block/{block.hex()}/header"), "a header")
            self._heights[block] = number_of(self.name, found.get("height"), LOCK_TIME_THRESHOLD)
        return self._heights[block]

    def _header(self, row: Mapping[str, Any]) -> Header:
        """Return the header of a block that is told field by field. The first one has none before it."""
        previous = bytes_of(self.name, row.get("previousblockhash") or "00" * 32, 32)
        root, bits = bytes_of(self.name, row.get("merkleroot"), 32), bytes_of(self.name, row.get("bits"), 4)
        version, seconds, nonce = (self._word(row.get(field)) for field in ("version", "time", "nonce"))
        return Header.from_bytes(version + previous[::-1] + root[::-1] + seconds + bits[::-1] + nonce)

    def _word(self, number: object) -> bytes:
        if type(number) is not int or not -(1 << 31) <= number < 1 << 32:
            raise SourceError(f"{self.name} answers something other than a number of 32 bits")
        return (number % (1 << 32)).to_bytes(4, "little")

    def _path(self, txid: bytes, index: int, nodes: object) -> tuple[bytes, ...]:
        """Return the hashes beside a transaction; one that is the same as the one beside it is written out."""
        if not isinstance(nodes, list) or len(nodes) > _MOST_NODES:
            raise SourceError(f"{self.name} answers something other than a proof")
        path, node, at = [], txid, index
        for each in nodes:
            beside = node if each == _SAME else bytes_of(self.name, each, 32)[::-1]
            path.append(beside)
            node = hash256(beside + node if at & 1 else node + beside)
            at >>= 1
        return tuple(path)

    def _object(self, value: object, what: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise SourceError(f"{self.name} answers something other than {what}")
        return value

    async def _get(self, path: str, *, is_text: bool = False) -> Any:
        found = await self._find(path, is_text=is_text)
        if found is None:
            raise SourceError(f"{self.name} has nothing at {path}")
        return found

    async def _find(self, path: str, *, is_text: bool = False) -> Any:
        """Return the JSON, or the text, at a path; None if there is none."""
        await self._wait()
        response = await self._server.get(path)
        if response.status_code == _NOT_FOUND:
            return None
        if response.status_code != _OK:
            raise SourceError(f"{self.name} answers {path} with status {response.status_code}")
        return response.text.strip().strip('"') if is_text else value_of(self.name, response)

    async def _wait(self) -> None:
        """Wait for the turn of a request."""
        async with self._turn:
            if (left := self._next - time.monotonic()) > 0:
                await asyncio.sleep(left)
            self._next = max(self._next, time.monotonic()) + self._pause
