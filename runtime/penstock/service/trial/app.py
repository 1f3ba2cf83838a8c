"""HTTP interface of a trial chain: the paths of Esplora that a source asks for, a faucet, and blocks on request.

| request                                                           | answer                                     |
|-------------------------------------------------------------------|--------------------------------------------|
| `GET /`                                                           | network, height, transactions that wait    |
| `GET /blocks/tip/height`, `/blocks/HEIGHT`                        | as Esplora                                 |
| `GET /tx/TXID/hex`, `…/merkle-proof`, `…/outspend/INDEX`          | as Esplora                                 |
| `GET /scripthash/SHA256/utxo`                                     | as Esplora: coins that are mined           |
| `POST /tx`, with hexadecimal digits                               | as Esplora: the id                         |
| `POST /coins` `{"script": hex, "satoshis": n}`                    | `{"txid", "output"}`: a coin, mined at once |
| `POST /blocks` `{"count": n}`                                     | `{"height"}`                               |
| `POST /reorganize` `{"depth": n, "resubmit": true}`               | `{"height", "lost"}`                       |

A request that cannot be done is answered with status 400 and the reason: as text for `/tx`, else as `{"error"}`.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from penstock.ledger.reasons import AlreadyKnown
from penstock.script.consensus import MAX_MONEY
from penstock.script.hashes import sha256
from penstock.service.chain.headers import Header
from penstock.service.errors import TrialError
from penstock.service.trial.chain import TrialChain
from penstock.tx.transaction import OutPoint

MOST_BODY: Final = 40 << 20
"""Bytes of a request at most."""
_MOST_SCRIPT: Final = 20_000
_PAGE: Final = 10
"""Blocks of an answer, as Esplora gives them."""
_BAD: Final = 400
_NOT_FOUND: Final = 404

Endpoint = Callable[[Request], Awaitable[Response]]


def trial_app(chain: TrialChain) -> Starlette:
    """Return the interface of a trial chain, as an ASGI application. All its calls run in the thread of its loop."""
    found = _Endpoints(chain)
    rows: tuple[tuple[str, str, Endpoint], ...] = (
        ("GET", "/", found.status),
        ("GET", "/blocks/tip/height", found.height),
        ("GET", "/blocks/{height:int}", found.blocks),
        ("GET", "/tx/{txid}/hex", found.raw),
        ("GET", "/tx/{txid}/merkle-proof", found.proof),
        ("GET", "/tx/{txid}/outspend/{index:int}", found.spend),
        ("GET", "/scripthash/{digest}/utxo", found.coins),
        ("POST", "/tx", found.submit),
        ("POST", "/coins", found.coin),
        ("POST", "/blocks", found.mine),
        ("POST", "/reorganize", found.reorganize),
    )
    routes = [Route(path, endpoint, methods=[method]) for method, path, endpoint in rows]
    return Starlette(routes=routes, exception_handlers={TrialError: _refused})


class _Endpoints:
    def __init__(self, chain: TrialChain) -> None:
        self._chain = chain

    async def status(self, _: Request) -> Response:
        ledger = self._chain.ledger
        facts = {"network": self._chain.network.name, "height": ledger.height, "waiting": ledger.pool_size}
        return JSONResponse(facts)

    # As Esplora -------------------------------------------------------------------------------------------------------

    async def height(self, _: Request) -> Response:
        return PlainTextResponse(str(self._chain.ledger.height))

    async def blocks(self, request: Request) -> Response:
        top: int = request.path_params["height"]
        if top > self._chain.ledger.height:
            return _not_found()
        first = max(0, top + 1 - _PAGE)
        headers = self._chain.source.headers_now(first, top + 1 - first)
        rows = [_row(height, header) for height, header in enumerate(headers, first)]
        return JSONResponse(rows[::-1])

    async def raw(self, request: Request) -> Response:
        found = self._chain.ledger.find(_txid(request))
        return _not_found() if found is None else PlainTextResponse(found.serialize().hex())

    async def proof(self, request: Request) -> Response:
        found = await self._chain.source.find(_txid(request), 0)
        if found is None:
            return _not_found()
        path = [each[::-1].hex() for each in found.inclusion.path]
        return JSONResponse({"block_height": found.height, "merkle": path, "pos": found.inclusion.index})

    async def spend(self, request: Request) -> Response:
        outpoint = OutPoint(_txid(request), request.path_params["index"])
        mined = await self._chain.source.spend(outpoint, 0)
        found = self._chain.ledger.spender(outpoint) if mined is None else mined.transaction
        if found is None:
            return JSONResponse({"spent": False})
        status = {"confirmed": mined is not None} | ({} if mined is None else {"block_height": mined.height})
        return JSONResponse({"spent": True, "txid": found.txid_hex, "status": status})

    async def coins(self, request: Request) -> Response:
        wanted = _digest(request.path_params["digest"], "the hash of a script")
        found = [each for each in self._chain.ledger.mined_coins() if sha256(each.script) == wanted]
        rows = [(each.outpoint.txid[::-1].hex(), each.outpoint.index, each.value) for each in found]
        status = {"confirmed": True}
        return JSONResponse([{"txid": txid, "vout": n, "value": value, "status": status} for txid, n, value in rows])

    async def submit(self, request: Request) -> Response:
        try:
            raw = bytes.fromhex((await _body(request)).decode("ascii").strip())
        except ValueError:
            return PlainTextResponse("the body is not a transaction in hexadecimal digits", _BAD)
        receipt = self._chain.submit(raw)
        if receipt.reason is None or isinstance(receipt.reason, AlreadyKnown):
            return PlainTextResponse(receipt.txid[::-1].hex())
        return PlainTextResponse(str(receipt.reason), _BAD)

    # For trying out ---------------------------------------------------------------------------------------------------

    async def coin(self, request: Request) -> Response:
        given = await _values(request, {"script": str, "satoshis": int})
        try:
            script = bytes.fromhex(given["script"])
        except ValueError:
            raise TrialError("script: a locking script in hexadecimal digits is expected") from None
        if not 0 < len(script) <= _MOST_SCRIPT:
            raise TrialError(f"script: 1 to {_MOST_SCRIPT:,} bytes are expected, got {len(script):,}")
        if not 0 < given["satoshis"] <= MAX_MONEY:
            raise TrialError(f"satoshis: 1 to {MAX_MONEY:,} are expected, got {given['satoshis']:,}")
        outpoint = self._chain.coin(script, given["satoshis"])
        return JSONResponse({"txid": outpoint.txid[::-1].hex(), "output": outpoint.index})

    async def mine(self, request: Request) -> Response:
        self._chain.mine((await _values(request, {"count": int}, {"count": 1}))["count"])
        return JSONResponse({"height": self._chain.ledger.height})

    async def reorganize(self, request: Request) -> Response:
        given = await _values(request, {"depth": int, "resubmit": bool}, {"resubmit": True})
        lost = self._chain.reorganize(given["depth"], resubmit=given["resubmit"])
        facts = [{"txid": each.txid[::-1].hex(), "reason": str(each.reason)} for each in lost]
        return JSONResponse({"height": self._chain.ledger.height, "lost": facts})


async def _refused(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, _BAD)


def _not_found() -> Response:
    return PlainTextResponse("not found", _NOT_FOUND)


def _row(height: int, header: Header) -> dict[str, object]:
    """Return a block as Esplora tells it."""
    return {
        "id": header.hash[::-1].hex(),
        "height": height,
        "version": header.version,
        "timestamp": header.time,
        "bits": header.bits,
        "nonce": header.nonce,
        "merkle_root": header.merkle_root[::-1].hex(),
        "previousblockhash": header.previous[::-1].hex() if height else None,
    }


def _txid(request: Request) -> bytes:
    """Return the id in the path, in wire order."""
    return _digest(request.path_params["txid"], "an id of a transaction")[::-1]


def _digest(text: str, name: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise TrialError(f"{name} has 64 hexadecimal digits")
    return found


async def _body(request: Request) -> bytes:
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > MOST_BODY:
            raise TrialError(f"a request has {MOST_BODY:,} bytes at most")
    return bytes(read)


async def _values(
    request: Request, kinds: Mapping[str, type], defaults: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """Return the values of a request.

    Args:
        request: the request: a JSON object, or nothing if all have a default.
        kinds: the type of each value.
        defaults: those of values that may be missing.

    Raises:
        TrialError: another form, a value of another type, one that is missing or not known.
    """
    body = await _body(request)
    try:
        given = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise TrialError(f"a JSON object with {', '.join(kinds)} is expected")
    if unknown := sorted(set(given) - set(kinds)):
        raise TrialError(f"{unknown[0][:40]!r} is not known here: {', '.join(kinds)}")
    values = dict(defaults or {}) | given
    for name, kind in kinds.items():
        if type(values.get(name)) is not kind:
            raise TrialError(f"{name}: {'a whole number' if kind is int else kind.__name__} is expected")
    return values
