"""A server of a ledger: answers as Esplora, a node, WhatsOnChain or ARC, rightly or wrongly as the test wants."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from penstock.ledger.ledger import Ledger
from penstock.ledger.reasons import AlreadyKnown
from penstock.service.chain.headers import Header
from penstock.service.chain.local import LocalSource
from penstock.tx.transaction import OutPoint, Transaction

Answer = tuple[int, bytes]
Change = Callable[[str, Answer], Answer]


def honest(_asked: str, answer: Answer) -> Answer:
    return answer


@dataclass
class Served:
    """A ledger that is served.

    Attributes:
        ledger: the ledger.
        url: the address of the server.
        change: what becomes of an answer: it gets what was asked for, and the honest answer.
        swallows: whether transactions are thrown away that the server says it has taken.
        hangs: set to let requests wait until it is cleared.
        asked: what was asked for.
    """

    ledger: Ledger
    url: str = ""
    change: Change = honest
    swallows: bool = False
    hangs: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source = LocalSource(self.ledger)

    def published(self, raw: str) -> str | None:
        """Take a transaction; return why it was refused."""
        if self.swallows:
            return None
        reason = self.ledger.submit(bytes.fromhex(raw)).reason
        return None if reason is None or isinstance(reason, AlreadyKnown) else str(reason)


async def esplora(served: Served, path: str, body: str) -> Answer:
    """Answer as Esplora."""
    source = served.source
    match path.strip("/").split("/"):
        case ["blocks", "tip", "height"]:
            return 200, str(served.ledger.height).encode()
        case ["blocks", height] if int(height) <= served.ledger.height:
            return _json(
                [
                    row(each)
                    for each in reversed(await source.headers(max(0, int(height) - 9), min(10, int(height) + 1)))
                ]
            )
        case ["tx", txid, "hex"]:
            if found := served.ledger.find(bytes.fromhex(txid)[::-1]):
                return 200, found.serialize().hex().encode()
        case ["tx", txid, "merkle-proof"] if mined := await source.find(bytes.fromhex(txid)[::-1], 0):
            path_of = [each[::-1].hex() for each in mined.inclusion.path]
            return _json({"block_height": mined.height, "merkle": path_of, "pos": mined.inclusion.index})
        case ["tx", txid, "outspend", index]:
            mined = await source.spend(OutPoint(bytes.fromhex(txid)[::-1], int(index)), 0)
            status = {"confirmed": mined is not None}
            txid_of = {} if mined is None else {"txid": mined.transaction.txid_hex}
            return _json({"spent": mined is not None, "status": status, **txid_of})
        case ["tx"]:
            reason = served.published(body)
            return (
                (200, Transaction.parse(bytes.fromhex(body)).txid_hex.encode())
                if reason is None
                else (400, f"sendrawtransaction RPC error: {reason}".encode())
            )
    return 404, b"Not found"


def row(header: Header) -> dict[str, object]:
    """Return a header as Esplora tells it."""
    previous = header.previous[::-1].hex() if any(header.previous) else None
    return {
        "id": header.hash[::-1].hex(),
        "version": header.version,
        "timestamp": header.time,
        "bits": header.bits,
        "nonce": header.nonce,
        "merkle_root": header.merkle_root[::-1].hex(),
        "previousblockhash": previous,
    }


async def core(served: Served, _path: str, body: str) -> Answer:
    """Answer as a node of Bitcoin Core."""
    call = json.loads(body)
    parameters: list[Any] = call["params"]
    blocks = served.ledger.blocks
    headers = await served.source.headers(0, len(blocks))
    match call["method"], parameters:
        case "getblockcount", []:
            return _result(served.ledger.height)
        case "getblockhash", [height]:
            if not 0 <= height < len(headers):
                return _error(-8, "Block height out of range")
            return _result(headers[height].hash[::-1].hex())
        case "getblockheader", [block, False]:
            return _result(next(each.to_bytes().hex() for each in headers if each.hash[::-1].hex() == block))
        case "getblock", [block, False]:
            height = next(number for number, each in enumerate(headers) if each.hash[::-1].hex() == block)
            transactions = blocks[height].transactions
            content = b"".join(each.serialize() for each in transactions)
            return _result((headers[height].to_bytes() + bytes((len(transactions),)) + content).hex())
        case "sendrawtransaction", [raw]:
            reason = served.published(raw)
            return _result(Transaction.parse(bytes.fromhex(raw)).txid_hex) if reason is None else _error(-26, reason)
    return _error(-32601, "Method not found")


async def whats_on_chain(served: Served, path: str, body: str) -> Answer:
    """Answer as WhatsOnChain."""
    headers = await served.source.headers(0, served.ledger.height + 1)
    match path.strip("/").split("/"):
        case ["chain", "info"]:
            return _json({"chain": "regtest", "blocks": served.ledger.height})
        case ["block", "height", height] if int(height) < len(headers):
            return _json(told(headers[int(height)], int(height)))
        case ["block", block, "header"]:
            at = next(number for number, each in enumerate(headers) if each.hash[::-1].hex() == block)
            return _json(told(headers[at], at))
        case ["tx", *rest]:
            return await transaction_of(served, rest, body, headers)
    return 404, b"Not Found"


async def transaction_of(served: Served, path: list[str], body: str, headers: Sequence[Header]) -> Answer:
    """Answer about a transaction, as WhatsOnChain."""
    match path:
        case [txid, "hex"] if found := served.ledger.find(bytes.fromhex(txid)[::-1]):
            return 200, found.serialize().hex().encode()
        case [txid, "proof", "tsc"]:
            mined = await served.source.find(bytes.fromhex(txid)[::-1], 0)
            if mined is None:
                return 200, b"null"
            nodes = [each[::-1].hex() for each in mined.inclusion.path]
            target = headers[mined.height].hash[::-1].hex()
            return _json([{"index": mined.inclusion.index, "txOrId": txid, "target": target, "nodes": nodes}])
        case [txid, index, "spent"]:
            if spender := served.ledger.spender(OutPoint(bytes.fromhex(txid)[::-1], int(index))):
                return _json({"txid": spender.txid_hex, "vin": 0})
        case ["raw"]:
            raw = json.loads(body)["txhex"]
            reason = served.published(raw)
            if reason is None:
                return 200, f'"{Transaction.parse(bytes.fromhex(raw)).txid_hex}"'.encode()
            return 400, f"unexpected response code 500: 16: {reason}".encode()
    return 404, b"Not Found"


def told(header: Header, height: int) -> dict[str, object]:
    """Return a header as WhatsOnChain tells it."""
    return {
        "hash": header.hash[::-1].hex(),
        "height": height,
        "version": header.version,
        "merkleroot": header.merkle_root[::-1].hex(),
        "time": header.time,
        "nonce": header.nonce,
        "bits": f"{header.bits:08x}",
        "previousblockhash": header.previous[::-1].hex() if height else "",
    }


async def arc(served: Served, path: str, body: str) -> Answer:
    """Answer as ARC."""
    if path != "/v1/tx":
        return 404, b"{}"
    raw = json.loads(body)["rawTx"]
    txid, reason = Transaction.parse(bytes.fromhex(raw)).txid_hex, served.published(raw)
    if reason is None:
        facts = {"blockHash": "", "extraInfo": "", "status": 200, "title": "OK", "txid": txid}
        return _json(facts | {"txStatus": "SEEN_ON_NETWORK"})
    content = {"status": 461, "title": "Malformed transaction", "detail": reason, "extraInfo": None, "txid": txid}
    return 461, json.dumps(content).encode()


def _json(value: object) -> Answer:
    return 200, json.dumps(value).encode()


def _result(value: object) -> Answer:
    return _json({"result": value, "error": None, "id": 1})


def _error(code: int, message: str) -> Answer:
    return 500, json.dumps({"result": None, "error": {"code": code, "message": message}, "id": 1}).encode()


@contextmanager
def serving(ledger: Ledger, answers: Callable[[Served, str, str], Any]) -> Iterator[Served]:
    """Serve a ledger, by `esplora` or another function, until the end of the statement."""
    served = Served(ledger)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, body: str) -> None:
            asked = f"{self.path} {body}".strip()
            served.asked.append(asked)
            served.hangs.wait(0)
            while served.hangs.is_set():
                threading.Event().wait(0.02)
            coroutine = answers(served, self.path, body)
            try:
                coroutine.send(None)
            except StopIteration as done:
                status, content = served.change(asked, done.value)
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True  # the test did not wait for it

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        served.hangs.clear()
        server.shutdown()
        thread.join()
        server.server_close()
