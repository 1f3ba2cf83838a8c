"""Guard: the checks of each request, before anything that spends.

| check                                             | stops                                                  |
|---------------------------------------------------|--------------------------------------------------------|
| one `Host`: 127.0.0.1 or localhost, with the port  | another name for this machine (DNS rebinding)          |
| `Origin`, if there is one, is this server          | POST, fetch and EventSource of another page            |
| `Sec-Fetch-Site`, if there is one                  | images, videos, scripts, frames of another page        |
| the token in the path                              | other users of this machine, guesses                   |
| POST for all that changes something but segments   | links that a browser follows in advance                |

A link to the page itself is let through, also from elsewhere: it only shows the page.
"""

import hmac
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SAME: Final = (b"same-origin", b"none")
_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", _CSP.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Headers of every answer. Plaintext stays out of the cache of the browser: to ask again is free."""


class Guard:
    """The guard of an application.

    Args:
        app: the application; it sees paths without the token.
        port: the port of the server.
        token: the token in the path.
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = {name: f"http://{name.decode()}".encode() for name in _names(port)}
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, and hand it on."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        inner = {**scope, "path": _rest(scope), "raw_path": _rest(scope).encode(), "root_path": ""}
        await self._app(inner, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Return the answer to a request that is refused; None for one that is not."""
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts, origins = ([value for name, value in headers if name == key] for key in (b"host", b"origin"))
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return _refused("this server has another name")
        if any(origin != self._hosts[hosts[0]] for origin in origins):
            return _refused("another page has asked for this")
        sites = [value for name, value in headers if name == b"sec-fetch-site"]
        if any(site not in _SAME for site in sites) and not (_is_page(scope) and _is_navigation(scope)):
            return _refused("another page has asked for this")
        if not hmac.compare_digest(_first(scope), self._token):
            return PlainTextResponse("not found\n", 404)
        return None


def _names(port: int) -> tuple[bytes, ...]:
    return f"127.0.0.1:{port}".encode(), f"localhost:{port}".encode()


def _first(scope: Scope) -> bytes:
    """Return the first part of the path."""
    path: str = scope["path"]
    return path[1:].partition("/")[0].encode(errors="surrogatepass")


def _rest(scope: Scope) -> str:
    path: str = scope["path"]
    return "/" + path[1:].partition("/")[2]


def _is_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and _rest(scope) == "/"


def _is_navigation(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return headers.get(b"sec-fetch-mode") == b"navigate" and headers.get(b"sec-fetch-dest") == b"document"


def _refused(reason: str) -> PlainTextResponse:
    return PlainTextResponse(f"refused: {reason}\n", 403)


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_HEADERS]
        await send(message)

    return sent
