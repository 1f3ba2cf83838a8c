"""A node of Bitcoin Core as a source, by JSON-RPC; also other nodes with these calls (bcoin, BSV's).

It needs no index of transactions: blocks are read one by one, down to the height at which a channel began. Of each that
was read a short number for every id and every spent output is remembered, some 100 kB of a full one, and the hash of
each height until a block replaces it: a channel costs two calls then. A node that prunes has to keep the blocks of the
oldest open channel.
"""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.script.consensus import LOCK_TIME_THRESHOLD, MAX_MONEY, SATOSHIS_PER_COIN
from penstock.service.chain.headers import HEADER_SIZE, Header
from penstock.service.chain.inclusion import Inclusion, MinedTransaction
from penstock.service.chain.web import Server, bytes_of, number_of, value_of
from penstock.service.errors import NotTakenError, SourceError
from penstock.tx.transaction import OutPoint, Transaction, TransactionError, TxOut
from penstock.tx.wire import Reader

__tracebackhide__ = hides_frames

_LEAST_TRANSACTION: Final = 10
"""Bytes of the smallest transaction: version, two counts, lock time."""
_KEPT: Final = 2_016
"""Blocks of which something is remembered: the longest life of a channel."""
_RAW: Final = False
"""Asks for bytes, and not for JSON."""
_NO_SUCH_HEIGHT: Final = -8
_REFUSED: Final = (-25, -26)
"""RPC_VERIFY_ERROR and RPC_VERIFY_REJECTED."""
_KNOWN: Final = -27
"""RPC_VERIFY_ALREADY_IN_UTXO_SET."""
_IN_POOL: Final = ("txn-already-in-mempool", "txn-already-known")


class _Traces:
    """Traces of a block that was read: eight bytes of each id and of each output that is spent, in order."""

    __slots__ = ("_ids", "_spends")

    def __init__(self, transactions: Sequence[Transaction]) -> None:
        self._ids = array("Q", sorted(_trace(each.txid) for each in transactions))
        spent = (_trace(one.outpoint.txid, one.outpoint.index) for each in transactions for one in each.inputs)
        self._spends = array("Q", sorted(spent))

    def may_have(self, wanted: bytes | OutPoint) -> bool:
        """Return whether the block may have a transaction with an id, or one that spends an output."""
        kept, trace = (self._ids, _trace(wanted)) if isinstance(wanted, bytes) else (self._spends, _trace(*wanted))
        place = bisect_left(kept, trace)
        return place < len(kept) and kept[place] == trace


def _trace(txid: bytes, index: int = 0) -> int:
    return int.from_bytes(txid[:8], "little") ^ index


class RefusedCallError(SourceError):
    """The node has answered a call with an error. `code` is the number of the error."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class BitcoinCoreSource:
    """A node.

    Args:
        url: its address with user and password, as `http://user:password@127.0.0.1:8332`.
        has_witness: whether its transactions have witnesses (btc).
        timeout: seconds for an answer.
    """

    def __init__(self, url: str, *, has_witness: bool = True, timeout: float = 30.0) -> None:
        self._server = Server(url, timeout)
        self._has_witness = has_witness
        self._traces: OrderedDict[bytes, _Traces] = OrderedDict()
        self._hashes: dict[int, bytes] = {}

    @property
    def name(self) -> str:
        """Its address, without user and password."""
        return self._server.name

    async def close(self) -> None:
        """Close the connections."""
        await self._server.close()

    async def height(self) -> int:
        """Return the height of its newest block."""
        return number_of(self.name, await self._call("getblockcount"), LOCK_TIME_THRESHOLD)

    async def headers(self, first: int, count: int) -> Sequence[Header]:
        """Return headers from a height on."""
        found: list[Header] = []
        for height in range(first, first + count):
            block = await self._block(height)
            if block is None:
                break
            digits = await self._call("getblockheader", block[::-1].hex(), _RAW)
            found.append(Header.from_bytes(bytes_of(self.name, digits, HEADER_SIZE)))
        return found

    async def find(self, txid: bytes, since: int) -> MinedTransaction | None:
        """Return a mined transaction."""
        return await self._mined(txid, since)

    async def spend(self, outpoint: OutPoint, since: int) -> MinedTransaction | None:
        """Return the mined transaction that spends an output."""
        return await self._mined(outpoint, since)

    async def coins(self, script: bytes) -> Sequence[Coin]:
        """Return the mined coins of a locking script; the node looks through all of its coins, which takes a while."""
        answer = await self._call("scantxoutset", "start", [f"raw({script.hex()})"])
        rows = answer.get("unspents") if isinstance(answer, dict) else None
        if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
            raise SourceError(f"{self.name} answers something other than coins")
        return [self._coin(each, script) for each in rows]

    def _coin(self, row: dict[str, Any], script: bytes) -> Coin:
        txid = bytes_of(self.name, row.get("txid"), 32)[::-1]
        amount = row.get("amount")
        satoshis = round(amount * SATOSHIS_PER_COIN) if isinstance(amount, int | float) else None
        output = number_of(self.name, row.get("vout"), (1 << 32) - 1)
        return Coin(OutPoint(txid, output), TxOut(number_of(self.name, satoshis, MAX_MONEY), script))

    async def publish(self, transaction: Transaction) -> None:
        """Publish a transaction."""
        try:
            await self._call("sendrawtransaction", transaction.serialize().hex())
        except RefusedCallError as error:
            if error.code == _KNOWN or any(each in str(error) for each in _IN_POOL):
                return
            if error.code in _REFUSED:
                raise NotTakenError(str(error)) from None
            raise

    async def _mined(self, wanted: bytes | OutPoint, since: int) -> MinedTransaction | None:
        """Return the transaction with an id, or that spends an output, in the newest block that has one."""
        for height in range(await self._top(), max(since, 0) - 1, -1):
            block = await self._known(height)
            if block is None:
                continue  # undone meanwhile
            transactions = None
            if block not in self._traces:
                transactions = await self._transactions(block)
                self._remember(block, transactions)
            if not self._traces[block].may_have(wanted):
                continue
            transactions = transactions or await self._transactions(block)
            for index, each in enumerate(transactions):
                if wanted == each.txid or any(wanted == one.outpoint for one in each.inputs):
                    return MinedTransaction(each, height, Inclusion.among([one.txid for one in transactions], index))
        return None

    async def _top(self) -> int:
        """Return the height of the newest block, and forget the hashes of blocks that were replaced."""
        top = height = await self.height()
        for above in [each for each in self._hashes if each > top]:
            del self._hashes[above]
        lowest = min(self._hashes, default=top + 1)
        while height >= lowest:
            block = await self._block(height)
            if block is not None and self._hashes.get(height) == block:
                break  # all below it are the same
            if block is None:
                self._hashes.pop(height, None)  # undone meanwhile
            else:
                self._hashes[height] = block
            height -= 1
        return top

    async def _known(self, height: int) -> bytes | None:
        """Return the hash of the block at a height, asked for once until it is replaced."""
        if height not in self._hashes:
            block = await self._block(height)
            if block is None:
                return None
            self._hashes[height] = block
        return self._hashes[height]

    def _remember(self, block: bytes, transactions: Sequence[Transaction]) -> None:
        self._traces[block] = _Traces(transactions)
        if len(self._traces) > _KEPT:
            self._traces.popitem(last=False)

    async def _block(self, height: int) -> bytes | None:
        """Return the hash of the block at a height; None above the newest."""
        try:
            return bytes_of(self.name, await self._call("getblockhash", height), 32)[::-1]
        except RefusedCallError as error:
            if error.code == _NO_SUCH_HEIGHT:
                return None
            raise

    async def _transactions(self, block: bytes) -> Sequence[Transaction]:
        """Return the transactions of a block."""
        raw = bytes_of(self.name, await self._call("getblock", block[::-1].hex(), _RAW))
        try:
            return transactions_of(raw, has_witness=self._has_witness)
        except TransactionError as error:
            raise SourceError(f"{self.name} answers something other than a block: {error}") from None

    async def _call(self, method: str, *parameters: object) -> Any:
        request = {"jsonrpc": "1.0", "id": method, "method": method, "params": parameters}
        response = await self._server.post("/", json=request)
        if response.status_code in (401, 403):
            raise SourceError(f"{self.name} refuses user and password (status {response.status_code})")
        answer = value_of(self.name, response)
        if not isinstance(answer, dict) or ("result" not in answer and "error" not in answer):
            raise SourceError(f"{self.name} answers {method} with something other than a result")
        error = answer.get("error")
        if error is not None:
            code = error.get("code") if isinstance(error, dict) else None
            text = error.get("message") if isinstance(error, dict) else error
            raise RefusedCallError(f"{self.name}: {method}: {text}", code if isinstance(code, int) else 0)
        return answer.get("result")


def transactions_of(block: bytes, *, has_witness: bool) -> list[Transaction]:
    """Read the transactions of a block.

    Args:
        block: the block, with its header.
        has_witness: whether its transactions may have witnesses.

    Raises:
        TransactionError: the bytes are not a block.
    """
    reader = Reader(block)
    reader.take(HEADER_SIZE, "header")
    transactions = [
        Transaction.read(reader, segwit=has_witness) for _ in range(reader.count(_LEAST_TRANSACTION, "transactions"))
    ]
    reader.finish()
    return transactions
