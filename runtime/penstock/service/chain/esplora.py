"""Esplora as a source: the HTTP interface of block explorers for btc (Blockstream's API.md), and of trial chains."""

from collections.abc import Mapping, Sequence
from typing import Final

import httpx

from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.script.consensus import LOCK_TIME_THRESHOLD, MAX_MONEY
from penstock.script.hashes import sha256
from penstock.service.chain.headers import Header
from penstock.service.chain.inclusion import Inclusion, MinedTransaction
from penstock.service.chain.web import Server, bytes_of, number_of, value_of
from penstock.service.errors import NotTakenError, SourceError
from penstock.tx.transaction import OutPoint, Transaction, TransactionError, TxOut

__tracebackhide__ = hides_frames

_OK: Final = 200
_NOT_FOUND: Final = 404
_REFUSED: Final = 400
_PAGE: Final = 10
"""Blocks of an answer."""
_KNOWN: Final = ("txn-already-known", "txn-already-in-mempool", "already in block chain", "already in utxo set")


class EsploraSource:
    """A server of Esplora.

    Args:
        url: the address of its interface, as `https://blockstream.info/api`.
        has_witness: whether its transactions may have witnesses (btc).
        timeout: seconds for an answer.
    """

    def __init__(self, url: str, *, has_witness: bool = True, timeout: float = 30.0) -> None:
        self._server = Server(url, timeout)
        self._has_witness = has_witness

    @property
    def name(self) -> str:
        """Its address, without a password."""
        return self._server.name

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def height(self) -> int:
        """Return the height of its newest block."""
        text = (await self._get("/blocks/tip/height")).strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        return number_of(self.name, number, LOCK_TIME_THRESHOLD)

    async def headers(self, first: int, count: int) -> Sequence[Header]:
        """Return headers from a height on: ten with each request."""
        found: list[Header] = []
        above = min(first + count, await self.height() + 1)
        for height in range(first, above, _PAGE):
            wanted = min(_PAGE, above - height)
            rows = value_of(self.name, httpx.Response(_OK, text=await self._get(f"/blocks/{height + wanted - 1}")))
            if not isinstance(rows, list) or len(rows) < wanted or not all(isinstance(each, dict) for each in rows):
                raise SourceError(f"{self.name} answers something other than {wanted} blocks")
            found += [self._header(each) for each in reversed(rows[:wanted])]
        return found

    def _header(self, row: Mapping[str, object]) -> Header:
        """Return the header of a block that is told field by field. The first one has none before it."""
        previous = bytes_of(self.name, row.get("previousblockhash") or "00" * 32, 32)
        root = bytes_of(self.name, row.get("merkle_root"), 32)
        version, *others = (self._word(row.get(field)) for field in ("version", "timestamp", "bits", "nonce"))
        return Header.from_bytes(version + previous[::-1] + root[::-1] + b"".join(others))

    def _word(self, number: object) -> bytes:
        """Return a number of 32 bits as bytes; some servers tell a version with its sign, some without."""
        if not isinstance(number, int) or not -(1 << 31) <= number < 1 << 32:
            raise SourceError(f"{self.name} answers something other than a number of 32 bits")
        return (number % (1 << 32)).to_bytes(4, "little")

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:  # noqa: ARG002 - it has an index
        """Return a mined transaction."""
        shown = txid[::-1].hex()
        proof = await self._find(f"/tx/{shown}/merkle-proof")
        if proof is None:
            return None
        place = value_of(self.name, httpx.Response(_OK, text=proof))
        if not isinstance(place, dict) or not isinstance(place.get("merkle"), list):
            raise SourceError(f"{self.name} answers something other than a proof")
        path = tuple(bytes_of(self.name, each, 32)[::-1] for each in place["merkle"])
        raw = bytes_of(self.name, await self._get(f"/tx/{shown}/hex"))
        try:
            transaction = Transaction.parse(raw, segwit=self._has_witness)
        except TransactionError as error:
            raise SourceError(f"{self.name} answers something other than a transaction: {error}") from None
        index = number_of(self.name, place.get("pos"), 1 << 32)
        height = number_of(self.name, place.get("block_height"), LOCK_TIME_THRESHOLD)
        return MinedTransaction(transaction, height, Inclusion(index, path))

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        """Return the mined transaction that spends an output."""
        text = await self._find(f"/tx/{outpoint.txid[::-1].hex()}/outspend/{outpoint.index}")
        if text is None:
            return None
        answer = value_of(self.name, httpx.Response(_OK, text=text))
        if not isinstance(answer, dict) or not isinstance(answer.get("spent"), bool):
            raise SourceError(f"{self.name} does not answer whether an output is spent")
        status = answer.get("status")
        if not answer["spent"] or not isinstance(status, dict) or status.get("confirmed") is not True:
            return None
        return await self.find(bytes_of(self.name, answer.get("txid"), 32)[::-1], since)

    async def coins(self, script: bytes) -> Sequence[Coin]:
        """Return the mined coins of a locking script. They are not proved: a wrong one makes no valid transaction."""
        path = f"/scripthash/{sha256(script).hex()}/utxo"
        rows = value_of(self.name, httpx.Response(_OK, text=await self._get(path)))
        if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
            raise SourceError(f"{self.name} answers something other than coins")
        mined = [each for each in rows if (each.get("status") or {}).get("confirmed") is True]
        return [self._coin(each, script) for each in mined]

    def _coin(self, row: Mapping[str, object], script: bytes) -> Coin:
        txid = bytes_of(self.name, row.get("txid"), 32)[::-1]
        output = number_of(self.name, row.get("vout"), (1 << 32) - 1)
        return Coin(OutPoint(txid, output), TxOut(number_of(self.name, row.get("value"), MAX_MONEY), script))

    async def publish(self, transaction: Transaction) -> None:
        """Publish a transaction."""
        response = await self._server.post("/tx", text=transaction.serialize().hex())
        text = response.text.strip()
        if response.status_code == _REFUSED and not any(each in text.lower() for each in _KNOWN):
            raise NotTakenError(f"{self.name}: {text[:500]}")
        if response.status_code not in (_OK, _REFUSED):
            raise SourceError(f"{self.name} answers with status {response.status_code}")

    async def _find(self, path: str) -> str | None:
        """Return the text at a path; None if there is none."""
        response = await self._server.get(path)
        if response.status_code == _NOT_FOUND:
            return None
        if response.status_code != _OK:
            raise SourceError(f"{self.name} answers {path} with status {response.status_code}")
        return response.text

    async def _get(self, path: str) -> str:
        text = await self._find(path)
        if text is None:
            raise SourceError(f"{self.name} has nothing at {path}")
        return text
