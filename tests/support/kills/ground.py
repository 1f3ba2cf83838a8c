"""The ground of a run: a title that was prepared once, a trial chain in a process, and commands that are killed."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from penstock.channel.safe.agreement.chains import Network
from penstock.service.seed.seed_file import write_seed
from penstock.service.seed.wallet import Wallet
from penstock.service.viewer.purse import Purse
from tests.support.chain_servers.trial import Trial

CHUNKS: Final = 30
CHUNK: Final = 1_024
PRICE: Final = 100
BLOCKS: Final = 0.3
"""Seconds between two blocks of the trial chain, while transactions wait."""
_PASSPHRASE: Final = "correct horse"
_LOW_COST: Final = 4
_SEEDS: Final = {"provider": bytes([1]) * 16, "viewer": bytes([2]) * 16}


def environment(folder: Path) -> Mapping[str, str]:
    return os.environ | {
        "XDG_DATA_HOME": str(folder / "data"),
        "PENSTOCK_PASSPHRASE": _PASSPHRASE,
        "PYTHONUNBUFFERED": "1",
    }


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "penstock", *map(str, words)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def content() -> bytes:
    """The bytes that are sold, in 30 pieces of which the last one is shorter."""
    return random.Random(30).randbytes(CHUNKS * CHUNK - 100)


def prepared_in(folder: Path, film: Path | None = None) -> Path:
    """Make the seeds and the title, once for any number of runs; return the folder of the title."""
    title = folder / "title"
    if not title.exists():
        for name, entropy in _SEEDS.items():
            write_seed(folder / f"{name}.json", entropy, _PASSPHRASE, _LOW_COST)
        if film is None:
            (folder / "file.bin").write_bytes(content())
        source = ["--chunk-size", str(CHUNK), folder / "file.bin"] if film is None else [film]
        words = command("prepare", *source, "--output", title, "--seed", folder / "provider.json")
        subprocess.run(words, env=environment(folder), check=True, capture_output=True)
    return title


@dataclass
class Child:
    """A command that is started again after each kill; all that it writes is in a file."""

    words: list[str]
    log: Path
    settings: Mapping[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    starts: int = 0

    def start(self) -> None:
        assert not self.is_running
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.words, env=self.settings, stdout=log, stderr=log)
        self.starts += 1

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(30)

    def ended(self, seconds: float) -> int:
        """Wait for its end, and return the exit code."""
        assert self.process is not None
        return self.process.wait(seconds)

    @property
    def text(self) -> str:
        return self.log.read_text("utf-8") if self.log.exists() else ""


@dataclass
class Ground:
    """A network with its chain, and the folder of a run.

    Attributes:
        network: the network.
        folder: the folder of the run.
        shared: the folder of seeds and title.
        trial: the chain.
        port: the port of the provider.
        children: the commands, by the names of their parts.
    """

    network: Network
    folder: Path
    shared: Path
    trial: Trial
    port: int = field(default_factory=free_port)
    children: dict[str, Child] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> Path:
        return self.folder / "got.bin"

    def store(self, side: str) -> Path:
        return self.folder / side / "channels.db"

    def child(self, name: str, *words: str | Path, seed: str) -> Child:
        """Make a command, which is not started yet."""
        whole = command(*words, "--source", f"esplora+{self.trial.url}", "--seed", self.shared / f"{seed}.json")
        found = Child(whole, self.folder / f"{name}.log", environment(self.folder))
        self.children[name] = found
        return found

    def provider(self) -> Child:
        words = ("--network", self.network.name, "--price", str(PRICE), "--listen", f"127.0.0.1:{self.port}")
        state = ("--state", self.folder / "provider")
        return self.child("provider", "serve", self.shared / "title", *words, *state, seed="provider")

    def viewer(self, *options: str) -> Child:
        words = ("--output", self.output, "--state", self.folder / "viewer", "--budget", "20000", "--json")
        return self.child("viewer", "watch", self.url, *words, *options, seed="viewer")

    def watcher(self, name: str = "watcher", *options: str) -> Child:
        words = ("--network", self.network.name, "--store", self.store("provider"), "--side", "payee", "--json")
        times = ("--interval", "0.1", "--burial", "3", "--stall", "0")
        return self.child(name, "watch-chain", *words, *times, *options, seed="provider")

    def finisher(self) -> Child:
        words = ("--state", self.folder / "viewer", "--seconds", "30")
        return self.child("finisher", "channel", "finish", *words, seed="viewer")

    def pieces(self) -> int:
        """How many pieces the viewer has told of, over all of its starts."""
        return self.children["viewer"].text.count('"piece"')

    def await_provider(self) -> None:
        for _ in range(600):
            assert self.children["provider"].is_running, self.children["provider"].text
            try:
                if httpx.get(f"{self.url}/ready").status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError(self.children["provider"].text)


@contextmanager
def ground(network: Network, folder: Path, shared: Path) -> Iterator[Ground]:
    """Run a trial chain with coins for the viewer; what runs at the end is killed."""
    folder.mkdir(parents=True)
    prepared_in(shared)
    port = free_port()
    words = ("--network", network.name, "--listen", f"127.0.0.1:{port}", "--state", folder / "trial.jsonl")
    chain = Child(command("trial-chain", *words, "--every", str(BLOCKS)), folder / "chain.log", environment(folder))
    chain.start()
    found = Ground(network, folder, shared, Trial(f"http://127.0.0.1:{port}"))
    try:
        _await_chain(chain)
        script = Purse.of(Wallet(_SEEDS["viewer"]), network).script
        found.trial.post("/coins", script=script.hex(), satoshis=100_000)
        yield found
    finally:
        for each in (*found.children.values(), chain):
            each.kill()


def _await_chain(chain: Child) -> None:
    for _ in range(600):
        if "trial chain" in chain.text:
            break
        assert chain.is_running, chain.text
        time.sleep(0.05)
    time.sleep(0.05)
