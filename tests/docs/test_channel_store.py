"""docs/channel-store.md: its code runs, on a channel with a payer."""

import re
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST
from penstock.channel.safe.messages.kinds import Accept
from penstock.channel.safe.protocol.events import Action, Event, Height, Send
from penstock.cli.commands.channel import STORED
from penstock.service.driver.inputs import Outcome
from penstock.service.seed.seed_file import write_seed
from penstock.service.seed.wallet import Wallet
from penstock.service.store.store import Store
from tests.support.channels.safe_machines import Stage

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "channel-store.md").read_text("utf-8")


class Sockets:
    """Events of one channel, and what is carried out."""

    def __init__(self, channel: bytes) -> None:
        self.channel = channel
        self.actions: list[Action] = []
        self.answers: list[Outcome] = []

    def __iter__(self) -> Iterator[tuple[bytes, Event]]:
        return iter([(self.channel, Height(101)), (self.channel, Height(102))])

    def carry_out(self, actions: tuple[Action, ...]) -> None:
        self.actions += actions

    def answer(self, future: "Future[Outcome]") -> None:
        self.answers.append(future.result())


def test_the_code_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    page: dict[str, Any] = {}
    exec(compile("\n".join(blocks), "channel-store.md", "exec"), page)
    monkeypatch.chdir(tmp_path)
    write_seed(Path("seed.json"), bytes(16), "passphrase", cost=4)
    stage = Stage(BSV_REGTEST)
    sockets = Sockets(stage.b.channel)
    opened = [action for action in stage.bob.sent if isinstance(action, Accept)]
    page["run"](lambda _: stage.payee, sockets, lambda _: (stage.b, (Send(opened[0]),)))
    assert sockets.actions == [Send(opened[0])]
    assert [outcome.error for outcome in sockets.answers] == [None, None]
    with Store.open("channels.db") as store:
        assert store.channels() == [(stage.b.channel, "payee")]
        assert store.restored is None
        path, keys = page["keys_of_a_new_channel"](store, BSV_REGTEST.name)
        assert keys == Wallet(bytes(16)).keys(BSV_REGTEST.name, "payer", path)


def test_all_commands_are_on_the_page() -> None:
    assert not [row.name for row in STORED if f"`{row.name} " not in TEXT and f"channel {row.name} " not in TEXT]
