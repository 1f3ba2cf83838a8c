"""The small provider on a real port: files by HTTP, frames by WebSocket, coins of the ledger."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from penstock.service.connection.frames import SUBPROTOCOL, Frame, Hello, from_bytes, to_bytes
from tests.support.shops.shop import Shop


class Serving:
    """The server of a shop. It may be stopped and started again on the same port."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        config = uvicorn.Config(
            self._app(),
            port=self.port,
            log_config=None,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server._serve())
        while not self._server.started:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop at once, as if the process was killed."""
        assert self._server is not None
        assert self._task is not None
        self._server.should_exit = self._server.force_exit = True
        await self._task
        self.shop.senders.clear()
        self._server = None

    def _app(self) -> Starlette:
        routes = [
            Route("/v1/catalogue", self._catalogue),
            Route("/v1/titles/{root}/{name:path}", self._file),
            Route("/chain/coins", self._coin, methods=["POST"]),
            WebSocketRoute("/v1/channel", self._connection),
        ]
        return Starlette(routes=routes)

    async def _catalogue(self, _: Request) -> Response:
        return JSONResponse(self.shop.catalogue())

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        self.shop.requests.append(name)
        path = self.shop.folder / name
        if request.path_params["root"] != self.shop.root.hex() or not path.is_file():
            return Response(status_code=404)
        content = self.shop.altered.get(name, path.read_bytes())
        return Response(status_code=500) if content is None else Response(content)

    async def _coin(self, request: Request) -> Response:
        given = await request.json()
        coin = self.shop.ledger.fund(bytes.fromhex(given["script"]), given["satoshis"])
        return JSONResponse({"txid": coin.outpoint.txid[::-1].hex(), "output": coin.outpoint.index})

    async def _connection(self, socket: WebSocket) -> None:
        await socket.accept(SUBPROTOCOL)
        hello, loop = secrets.token_bytes(32), asyncio.get_running_loop()

        def send(frame: Frame) -> None:
            task = loop.create_task(_sent(socket, frame))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        tasks: set[asyncio.Task[None]] = set()
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_bytes(to_bytes(Hello(hello)))
            while True:
                frame = from_bytes(await socket.receive_bytes())
                for answer in self.shop.taken(frame, hello, send):
                    await socket.send_bytes(to_bytes(answer))


async def _sent(socket: WebSocket, frame: Frame) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.send_bytes(to_bytes(frame))


@asynccontextmanager
async def served(shop: Shop) -> AsyncIterator[Serving]:
    """Serve a shop, and mine what waits."""
    serving = Serving(shop)
    await serving.start()
    mining = asyncio.create_task(shop.mine_by_itself())
    try:
        yield serving
    finally:
        mining.cancel()
        with suppress(asyncio.CancelledError):
            await mining
        if serving._server is not None:
            await serving.stop()
