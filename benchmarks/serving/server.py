"""A provider for measuring, as a process: `python -m benchmarks.serving.server FOLDER BYTES [CHUNKS]`.

Besides the provider's paths it answers `/bare` and `/file` with a chunk's bytes, from memory and from the disk, and
`/cost` with the CPU seconds and the resident bytes of the process so far. There are no limits of peers: all viewers are
one.
"""

import asyncio
import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import process_time

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from penstock.service.connection.frames import LARGEST_REQUEST
from penstock.service.media.preparing import Maker, prepare
from penstock.service.media.sealing import Workers
from penstock.service.media.sources import Pieces
from penstock.service.provider.app import app_of
from penstock.service.provider.limits import Limits, Rate
from penstock.service.provider.running import Settings, opened, opened_library
from penstock.service.provider.selling import Selling
from penstock.service.seed.wallet import Wallet
from penstock.service.serving import listening_at, run_loop, serve

ENTROPY = bytes(range(32))
_ALL = Rate(1e12, 1e12)
_UNLIMITED = Limits(_ALL, _ALL, _ALL, 1 << 30, 1 << 30, 1 << 60, 1 << 60, _ALL, _ALL)


async def main(folder: Path, size: int, chunks: int) -> None:
    """Prepare a title, and sell it until SIGTERM."""
    wallet = Wallet(ENTROPY)
    source = folder / "file.bin"
    source.write_bytes(os.urandom(size * chunks))
    with ThreadPoolExecutor(2) as executor:
        maker = Maker(wallet.publisher_key, wallet.film_secret)
        prepare([Pieces(source, size)], folder / "title", maker, Workers(executor, 2))
    piece = folder / "piece.bin"
    piece.write_bytes(os.urandom(size))
    data = piece.read_bytes()

    async def bare(_: Request) -> Response:
        return Response(data, media_type="application/octet-stream")

    async def file(_: Request) -> Response:
        return FileResponse(piece, media_type="application/octet-stream")

    async def cost(_: Request) -> Response:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        return JSONResponse({"seconds": process_time(), "bytes": peak})

    settings = Settings(
        titles=(str(folder / "title"),),
        state=folder,
        store=str(folder / "channels.db"),
        entropy=ENTROPY,
        selling=Selling(most=1 << 40),
        limits=_UNLIMITED,
    )
    listening = listening_at("127.0.0.1", 0)
    async with opened(settings, opened_library(settings)) as found:
        routes = [Route("/bare", bare), Route("/file", file), Route("/cost", cost), *found.routes()]
        works = found.works()
        print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        await serve(app_of(found.shop, *routes), listening, largest_frame=LARGEST_REQUEST)
        for each in works:
            each.cancel()
        await asyncio.gather(*works, return_exceptions=True)


if __name__ == "__main__":
    run_loop(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 256))
