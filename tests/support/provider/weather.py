"""Applications on a real socket in a thread; a weather service that costs satoshis."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from penstock.service.provider.x402.till import Till
from penstock.service.serving import listening_at


@contextmanager
def weather(folder: Path, prices: Mapping[str, int], *, port: int = 0, **options: Any) -> Iterator[str]:
    """Serve `/weather` and `/forecast` for satoshis, and `/free`; yield the address."""
    asked: list[str] = []

    async def answer(request: Request) -> JSONResponse:
        asked.append(request.url.path)
        return JSONResponse({"path": request.url.path, "city": request.query_params.get("city"), "count": len(asked)})

    app = Starlette(routes=[Route(path, answer) for path in ("/weather", "/forecast", "/free")])
    app.add_middleware(Till, prices=prices, folder=folder, **options)
    with served(app, port) as url:
        yield url


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[str]:
    """Serve an application in a thread, with its lifespan; yield the address."""
    listening = listening_at("127.0.0.1", port)
    place = listening.getsockname()[1]
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{place}"
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
