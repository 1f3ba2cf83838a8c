"""A channel with keys from seeds in files, on a trial chain, and watchers of it in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.agreement.margins import BSV_MARGINS, BTC_MARGINS
from penstock.channel.safe.protocol.states import OwnKeys, PayeeState
from penstock.channel.safe.transactions.outputs import funding_contract
from penstock.channel.safe.transactions.payment import payment, signed_by_both
from penstock.channel.sealed.keys import Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.service.recovery.exporting import watcher_copy
from penstock.service.seed.seed_file import write_seed
from penstock.service.seed.wallet import Wallet
from penstock.service.store.held import KeyPath
from penstock.testing import key
from penstock.tx.sighash import sighash
from penstock.tx.transaction import Transaction
from tests.support.chain_servers.trial import Trial
from tests.support.channels.looped import Looped, LoopedSide
from tests.support.channels.safe_machines import FILM

PASSPHRASE = "correct horse"
_LOW_COST = 4


class Watched(Looped):
    """A channel with the usual margins, whose keys and film come from seeds."""

    life, delay = 220, 100
    film_secret = b""

    def __init__(self, network: Network, folder: Path, trial: Trial) -> None:
        self.folder = folder
        self.margins = BTC_MARGINS if network.rules.chain.has_witness else BSV_MARGINS
        self.wallets: dict[str, Wallet] = {}
        for number, role in enumerate(("payer", "payee"), 1):
            write_seed(folder / f"{role}-seed.json", bytes([number]) * 16, PASSPHRASE, _LOW_COST)
            self.wallets[role] = Wallet(bytes([number]) * 16)
        super().__init__(network, folder, trial)
        secret = self.film_secret or self.wallets["payee"].film_secret
        self.movie = SealedMovie.cut(BytesIO(FILM), 100, key("publisher").private, Keys(secret))

    def keys_of(self, side: str, path: KeyPath) -> OwnKeys:
        return self.wallets[side].keys(self.network.name, side, path)

    @property
    def close_height(self) -> int:
        """The height at which the payee has to close."""
        return self.state(self.payee).terms.expiry - self.margins.margin

    def leave(self) -> None:
        """Have the server and the viewer go away."""
        for each in self.sides:
            each.stop()

    def arguments(self, side: LoopedSide) -> list[str]:
        seed = self.folder / f"{side.role}-seed.json"
        return ["--store", str(side.file), "--seed", str(seed), "--side", side.role]

    def copy_file(self, name: str = "copy.json") -> Path:
        """A watcher's copy, by the command."""
        file = self.folder / name
        arguments = ["export-watch", str(self.payee.file), self.channel.hex()[:12], "--json"]
        command = [sys.executable, "-m", "penstock", "channel", *arguments]
        command += ["--seed", str(self.folder / "payee-seed.json")]
        file.write_bytes(subprocess.run(command, check=True, capture_output=True, env=environment()).stdout)
        return file

    def payment_of_another_id(self) -> Transaction:
        """The payee's newest payment as a miner may change it: with another signature, and so with another id."""
        with_store = self.payee.held(self.channel)
        state = with_store.state
        assert isinstance(state, PayeeState)
        assert state.funding is not None
        assert state.best is not None
        keys = self.wallets["payee"].keys_of(with_store)
        spend, contract = payment(state.terms, state.funding, state.best.state), funding_contract(state.terms)
        own = spend.sign(keys.funding)
        digest = sighash(
            spend.transaction(), 0, contract.locking_script, state.terms.capacity, "ALL", self.network.rules.chain
        )
        other = keys.funding.sign_digest(digest, extra_entropy=bytes([7]) * 32) + own[-1:]
        changed = signed_by_both(spend, state.best.signature, other)
        usual = watcher_copy(with_store, keys, self.margins).transactions[0].transaction
        assert changed.txid != usual.txid
        return changed


def environment() -> Mapping[str, str]:
    return os.environ | {"PENSTOCK_PASSPHRASE": PASSPHRASE}


class Watcher:
    """A process of `penstock watch-chain`; `lines` has what it has written."""

    def __init__(self, network: Network, url: str, arguments: list[str], *more: str) -> None:
        command = [sys.executable, "-m", "penstock", "watch-chain", "--network", network.name, "--json"]
        command += ["--source", f"esplora+{url}", "--interval", "0.05", "--burial", "3", "--stall", "0"]
        self.process = subprocess.Popen(
            [*command, *arguments, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        )
        self.lines: list[dict[str, Any]] = []

    def until(self, event: str, **facts: object) -> dict[str, Any]:
        """Read lines until one with these facts."""
        if self.has_told(event, **facts):
            return self.lines[-1]
        raise AssertionError((self.lines, self.process.stderr.read() if self.process.stderr else ""))

    def has_told(self, event: str, **facts: object) -> bool:
        """Read lines until one with these facts, or to the end: then it has not told them."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"] == event and facts.items() <= self.lines[-1].items():
                return True
        return False

    def rest(self, seconds: float = 30) -> tuple[int, str]:
        """Wait for its end; return the exit code and what it has written as errors."""
        output, errors = self.process.communicate(timeout=seconds)
        self.lines += [json.loads(line) for line in output.splitlines()]
        return self.process.returncode, errors

    def alarms(self) -> list[str]:
        return [each["kind"] for each in self.lines if each["event"] == "alarm"]


@contextmanager
def watching(network: Network, url: str, arguments: list[str], *more: str) -> Iterator[Watcher]:
    """Run a watcher; it is killed at the end if it runs still."""
    watcher = Watcher(network, url, arguments, *more)
    try:
        yield watcher
    finally:
        watcher.process.kill()
        watcher.process.communicate()


def mined_until(trial: Trial, watcher: Watcher, most: int = 40) -> tuple[int, str]:
    """Mine blocks until a watcher has ended, each after it has seen the one before; return its exit code and errors."""
    for _ in range(most):
        trial.mine()
        if not watcher.has_told("height", height=trial.height):
            break
    return watcher.rest()
