"""Paths of a provider: titles and the catalogue, the channel by WebSocket and by plain HTTP, health.

| path                            |                                                                    |
|---------------------------------|--------------------------------------------------------------------|
| `GET /`                         | a few words for a browser                                          |
| `GET /v1/catalogue`             | titles, prices and terms as JSON                                   |
| `GET /v1/titles/ROOT/NAME`      | the files of a title, for any cache                                |
| `WebSocket /v1/channel`         | a connection, frame by frame                                       |
| `GET /v1/hello`                 | a Hello for a connection by plain HTTP                             |
| `POST /v1/channel`              | such a connection: the Hello again, then frames; the answers       |
| `GET /health`, `/ready`         | whether the process runs; whether it sells                         |
| `GET /metrics`                  | numbers for Prometheus, on an address of their own                 |
"""

import asyncio
import ipaddress
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from penstock.channel.canonical import CanonicalError
from penstock.service.connection.frames import (
    CHANNEL_PATH,
    LARGEST_REQUEST,
    MEDIA_TYPE,
    SUBPROTOCOL,
    Hello,
    from_bytes,
    joined,
    split,
)
from penstock.service.errors import StoppedError
from penstock.service.provider.files import Files, path_of, too_many
from penstock.service.provider.limits import Limits
from penstock.service.provider.opening import Opening
from penstock.service.provider.provider import Provider
from penstock.service.provider.session import PAUSE, Gate, Session
from penstock.service.provider.talk import Talk
from penstock.service.provider.tokens import TokenError

MOST_BODY: Final = 16 * LARGEST_REQUEST
"""Bytes of the body of a request."""
BODY_SECONDS: Final = 30.0
"""Seconds in which a body has to come."""
_TRY_AGAIN, _POLICY = 1013, 1008
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Content-Range"),
)
"""Headers of every answer. Any page may read what any visitor may: there are no cookies, channels need their keys."""


@dataclass(slots=True, eq=False)
class Shop:
    """A provider with what its connections share.

    Attributes:
        provider: the provider.
        limits: the limits of peers.
        trial_chain: the path of the chain for trying out; None on any other.
    """

    provider: Provider
    limits: Limits = field(default_factory=Limits)
    trial_chain: str | None = None
    opening: Opening = field(init=False)
    gate: Gate = field(init=False)
    connections: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.opening = Opening(self.provider)
        self.gate = Gate(self.limits)

    # Files and facts --------------------------------------------------------------------------------------------------

    async def home(self, request: Request) -> Response:
        """Tell a person with a browser where she is."""
        url = str(request.base_url).rstrip("/")
        titles = [f"  {each.name}  {root.hex()}" for root, each in self.provider.library.titles.items()]
        lines = ["This is a provider of Penstock: it sells films and files by the chunk.", "", *titles, ""]
        return PlainTextResponse("\n".join([*lines, f"To watch: penstock watch {url}", ""]))

    async def catalogue(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Return titles, prices and terms."""
        selling, provider = self.provider.selling, self.provider
        titles = [
            {
                "root": root.hex(),
                "name": each.name,
                "publisher": each.prepared.title.publisher.hex(),
                "price": selling.price_of(root),
                "qualities": len(each.prepared.qualities),
                "chunks": each.prepared.qualities[0].manifest.chunks,
                "is_film": each.prepared.qualities[0].facts.is_film,
            }
            for root, each in provider.library.titles.items()
        ]
        terms = {
            "base": self.opening.base,
            "delay": selling.delay,
            "payment_rate": selling.fee_rate,
            "claim_rate": selling.fee_rate,
            "depth": selling.depth,
            "least_life": selling.margins.least_life,
            "longest_life": selling.margins.longest_life,
            "most": selling.most,
        }
        facts: dict[str, Any] = {"version": 1, "network": selling.network.name, "height": provider.height}
        facts |= {"titles": titles, "terms": terms, "trial_chain": self.trial_chain}
        return JSONResponse(facts, headers={"Cache-Control": "no-store"})

    async def health(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Tell whether the process runs and its store writes."""
        stopped = self.provider.store.stopped
        if stopped is not None:
            return JSONResponse({"status": "stopped", "reason": stopped}, 500)
        return JSONResponse({"status": "running"})

    async def ready(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Tell whether the provider sells."""
        reason = self.provider.not_selling()
        if reason is not None:
            return JSONResponse({"status": "not ready", "reason": reason}, 503, {"Retry-After": "5"})
        return JSONResponse({"status": "ready", "height": self.provider.height})

    # Plain HTTP -------------------------------------------------------------------------------------------------------

    async def hello(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Return the first frame of a connection by plain HTTP."""
        nonce = self.opening.tokens.nonce(time.time())
        return _frames([self._session("", nonce).hello()])

    async def post(self, request: Request) -> Response:
        """Take the frames of a connection by plain HTTP, and return all answers."""
        try:
            first, *frames = split(await _body(request), LARGEST_REQUEST) or [b""]
            nonce = _nonce(first)
            self.opening.tokens.check_nonce(nonce, time.time())
        except (CanonicalError, TokenError) as error:
            return PlainTextResponse(f"{error}\n", 400)
        except TimeoutError:
            return PlainTextResponse(
                f"the body has not come in {BODY_SECONDS:g} seconds\n", 408, {"Connection": "close"}
            )
        session, answers = self._session(peer_of(request.scope), nonce), []
        try:
            for each in frames:
                answers += await session.receive(each)
                if session.is_over:
                    return too_many()
        except StoppedError:
            return PlainTextResponse("the provider has stopped\n", 503, {"Retry-After": "5"})
        return _frames(answers)

    # WebSocket --------------------------------------------------------------------------------------------------------

    async def socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the frames of a connection, one after the other, and answer each."""
        peer, socket = peer_of(scope), WebSocket(scope, receive, send)
        if SUBPROTOCOL not in scope["subprotocols"]:
            await socket.close(_POLICY, f"the subprotocol is {SUBPROTOCOL}")
            return
        limits = self.limits
        if not self.gate.arrives(peer):
            await asyncio.sleep(PAUSE)
            await socket.close(_TRY_AGAIN, "too many connections one after the other")
            return
        if self.connections[peer] >= limits.connections or self.connections.total() >= limits.all_connections:
            await socket.close(_TRY_AGAIN, "too many connections")
            return
        self.connections[peer] += 1
        try:
            await socket.accept(SUBPROTOCOL)
            await Talk(receive, send, lambda push: self.session(peer, push)).run()
        finally:
            self.connections[peer] -= 1
            if not self.connections[peer]:
                del self.connections[peer]

    def session(self, peer: str, push: Callable[[list[bytes]], None]) -> Session:
        """Return the session of a WebSocket. `push` takes frames that were not asked for."""
        return Session(self.opening, self.provider, self.gate, peer, secrets.token_bytes(32), push)

    def _session(self, peer: str, nonce: bytes) -> Session:
        return Session(self.opening, self.provider, self.gate, peer, nonce)

    def routes(self) -> list[BaseRoute]:
        """Return the paths of viewers, without those of files and connections."""
        return [
            Route("/", self.home),
            Route("/v1/catalogue", self.catalogue),
            Route("/v1/hello", self.hello),
            Route(CHANNEL_PATH, self.post, methods=["POST"]),
            Route("/health", self.health),
            Route("/ready", self.ready),
        ]


class Sockets:
    """ASGI middleware: the connections of a provider. The application answers all else.

    Args:
        app: the application.
        shop: the provider.
    """

    def __init__(self, app: ASGIApp, shop: Shop) -> None:
        self._app = app
        self._shop = shop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a connection."""
        is_ours = scope["type"] == "websocket" and path_of(scope) == CHANNEL_PATH
        await (self._shop.socket if is_ours else self._app)(scope, receive, send)


class PlainHeaders:
    """ASGI middleware: the headers of every answer.

    Args:
        app: the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with these headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def app_of(shop: Shop, *more: BaseRoute) -> Starlette:
    """Return the application of a provider, with further paths, which come first.

    Files and connections are before the routes: to find a route takes longer than to answer.
    """
    routes, handlers = [*more, *shop.routes()], {ClientDisconnect: _left}
    first = [
        Middleware(PlainHeaders),
        Middleware(Files, library=shop.provider.library, gate=shop.gate, peer_of=peer_of),
        Middleware(Sockets, shop=shop),
    ]
    app = Starlette(routes=routes, middleware=first, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return app


def peer_of(scope: Scope) -> str:
    """Return the address of a peer; of IPv6 the network, since one peer has all addresses in it."""
    return _peer((scope.get("client") or ("unknown", 0))[0])


@lru_cache(maxsize=4_096)
def _peer(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return host


async def _left(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    """Return the answer to a request that has broken off; its sender does not get it."""
    return Response(status_code=400)


def _nonce(frame: bytes) -> bytes:
    """Return the number in the Hello with which a body begins.

    Raises:
        CanonicalError: it is another frame.
    """
    hello = from_bytes(frame)
    if not isinstance(hello, Hello):
        raise CanonicalError("the first frame has to be the Hello of GET /v1/hello")
    return hello.nonce


async def _body(request: Request) -> bytes:
    """Return the body of a request.

    Raises:
        CanonicalError: it is larger than a body may be.
        TimeoutError: it does not come in time.
        ClientDisconnect: the connection has ended.
    """
    found = bytearray()
    async with asyncio.timeout(BODY_SECONDS):
        async for part in request.stream():
            found += part
            if len(found) > MOST_BODY:
                raise CanonicalError(f"a body of more than {MOST_BODY:,} bytes")
    return bytes(found)


def _frames(frames: list[bytes]) -> Response:
    return Response(joined(frames), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})
