"""A trial chain that is served over a real socket, in a thread of its own."""

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from penstock.channel.safe.agreement.chains import Network
from penstock.service.serving import listening_at
from penstock.service.trial.chain import TrialChain
from penstock.service.trial.running import serve_trial


class Trial:
    """A client of a trial chain, for what Esplora has not. `chain` is there while it is served in this process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.chain: TrialChain | None = None

    def asked(self, path: str, values: object = None) -> tuple[int, Any]:
        """The status and the JSON, or the text, of an answer to a GET, or to a POST of values."""
        data = None if values is None else values if isinstance(values, bytes) else json.dumps(values).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url + path, data)) as answer:
                status, content = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, content = error.code, error.read()
        with suppress(ValueError):
            return status, json.loads(content)
        return status, content.decode()

    def post(self, path: str, **values: object) -> Any:
        status, found = self.asked(path, values)
        assert status == 200, found
        return found

    @property
    def height(self) -> int:
        return int(self.asked("/")[1]["height"])

    def mine(self, count: int = 1) -> None:
        self.post("/blocks", count=count)


@contextmanager
def trial_at(network: Network, journal: Path | None = None, seconds: float | None = None) -> Iterator[Trial]:
    """Serve a trial chain until the end of the statement."""
    listening = listening_at("127.0.0.1", 0)
    trial = Trial(f"http://127.0.0.1:{listening.getsockname()[1]}")
    runner = asyncio.Runner()
    serving: list[asyncio.Task[None]] = []

    async def serve() -> None:
        with TrialChain(network, journal) as chain:
            trial.chain = chain
            serving.append(asyncio.ensure_future(serve_trial(chain, listening, seconds)))
            await serving[0]

    def run() -> None:
        with suppress(asyncio.CancelledError):
            runner.run(serve())
        runner.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield trial
    finally:
        runner.get_loop().call_soon_threadsafe(serving[0].cancel)
        thread.join()
