"""A stage with stores whose keys come from seeds in files, for tests of what a user does with these."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import Network
from penstock.service.seed.seed_file import write_seed
from penstock.service.seed.wallet import Wallet
from penstock.service.store.store import Store
from tests.support.channels import safe_machines
from tests.support.channels.stored_stage import SIDES, StoredStage, stream

PASSPHRASE = "correct horse"
LOW_COST = 4


@dataclass
class Seeded:
    """A stage, the wallets of both sides by their names, and the files of their seeds."""

    stage: StoredStage
    wallets: dict[str, Wallet]
    seeds: dict[str, Path]

    @property
    def front(self) -> str:
        return self.stage.a.channel.hex()[:8]

    def where(self, role: str) -> str:
        return str(self.stage.file(role))


def seeded(network: Network, folder: Path, monkeypatch: pytest.MonkeyPatch, chunks: int = 3, **options: int) -> Seeded:
    """Return a stage in the middle of a stream."""
    seeds, wallets, keys, paths = {}, {}, {}, {}
    for number, role in enumerate(SIDES):
        entropy = bytes([number]) * 16
        seeds[role] = folder / f"{role}-seed.json"
        write_seed(seeds[role], entropy, PASSPHRASE, LOW_COST)
        wallets[role] = Wallet(entropy)
        with Store.open(folder / f"{role}.db", create=True) as store:
            paths[role] = store.claim(network.name)
        keys[role] = wallets[role].keys(network.name, role, paths[role])
    with monkeypatch.context() as patch:
        patch.setattr(safe_machines, "own_keys", keys.__getitem__)
        stage = StoredStage(network, folder, paths, **options)
    stream(stage, chunks)
    return Seeded(stage, wallets, seeds)


def without_numbers(text: str) -> str:
    """A text with its ids and transactions left out."""
    return re.sub(r"\b[0-9a-f]{16,}\b", "…", text)
