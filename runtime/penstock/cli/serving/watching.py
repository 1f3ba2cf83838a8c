"""Work of `penstock watch-chain`: opens stores and copies, runs their loops, and writes what happens as lines."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from penstock.channel.safe.agreement.chains import Network
from penstock.cli.channels.options import opened
from penstock.cli.failure import Failure, Refusal
from penstock.cli.process import keep_running
from penstock.cli.serving.seeds import entropy_of
from penstock.errors import PenstockError
from penstock.service.catalogue.prepared import PreparedShelf, PreparedTitle
from penstock.service.chain.alarms import Alarm, AlarmKind
from penstock.service.chain.followed import Look
from penstock.service.chain.loop import LoopSettings
from penstock.service.chain.publishing import Published
from penstock.service.chain.sources import Servers, servers_of
from penstock.service.seed.wallet import Wallet
from penstock.service.watching.copies import MOST_COPY, WatchedCopy, copy_from_json
from penstock.service.watching.copy_loop import CopyLoop
from penstock.service.watching.running import WatchLoop, watch
from penstock.service.watching.stored import StoreWatch

_LOST = AlarmKind.LOST


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is to be watched, as the options of the command say it.

    Attributes:
        network: the network.
        urls: the addresses of the sources.
        store: the store; None for none.
        seed: the file of its seed; None for the seed for trying out.
        passphrase_file: the file with the passphrase.
        sides: `payer`, `payee`, or both.
        titles: the places of titles.
        copies: files of watcher's copies.
        patience: blocks for which a claim waits for the payer's signature.
    """

    network: Network
    urls: Sequence[str]
    store: str | None
    seed: Path | None
    passphrase_file: Path | None
    sides: Sequence[str]
    titles: Sequence[str]
    copies: Sequence[Path]
    patience: int


class Lines:
    """Lines about what happens: heights and publishing on the standard output, alarms on the standard error.

    Args:
        as_json: whether each is a JSON object, and all go to the standard output.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._before: tuple[int | None, int] | None = None
        self.has_lost = False

    def look(self, look: Look, left: int) -> None:
        """Write a new height, or another number of channels."""
        if (look.height, left) != self._before and look.height is not None:
            self._before = look.height, left
            text = f"height {look.height:,}: {left:,} channels to watch"
            self._write(text, {"event": "height", "height": look.height, "left": left})

    def published(self, found: Published) -> None:
        """Write what was published."""
        txid, channel = found.transaction.txid_hex, found.channel.hex()
        text = f"channel {channel[:16]}: published {txid}, taken by {found.taken}"
        self._write(text, {"event": "published", "channel": channel, "txid": txid, "taken": found.taken})

    def alarm(self, alarm: Alarm) -> None:
        """Write an alarm."""
        self.has_lost = self.has_lost or alarm.kind is _LOST
        channel = None if alarm.channel is None else alarm.channel.hex()
        kind = alarm.kind.name.lower().replace("_", "-")
        facts = {"event": "alarm", "kind": kind, "channel": channel, "text": alarm.text}
        self._write(f"alarm: {kind}: {alarm}", facts, is_alarm=True)

    def alarm_of_another_loop(self, alarm: Alarm) -> None:
        """Write an alarm about a channel; those about sources are told by the first loop, which asks the same."""
        if alarm.channel is not None:
            self.alarm(alarm)

    def _write(self, text: str, facts: Mapping[str, object], *, is_alarm: bool = False) -> None:
        click.echo(json.dumps(facts) if self._as_json else text, err=is_alarm and not self._as_json)
        sys.stdout.flush()


def run(wanted: Wanted, settings: LoopSettings, *, until_done: bool, as_json: bool) -> None:
    """Watch until SIGINT or SIGTERM, or until all is done.

    Raises:
        Refusal: all is done, and money that was due went to the other side.
        PenstockError: a store, seed, title, copy or address cannot be used; or another worker has taken over the store.
    """
    keep_running()
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    lines, servers = Lines(as_json=as_json), servers_of(wanted.urls, wanted.network)
    with ExitStack() as stack:
        loops = list(_loops(wanted, settings, servers, lines, stack))
        is_done = asyncio.run(_run(loops, lines, servers, until_done=until_done))
    if is_done and until_done and lines.has_lost:
        raise Refusal("money that was due went to the other side: see the alarms")


async def _run(loops: Sequence[WatchLoop], lines: Lines, servers: Servers, *, until_done: bool) -> bool:
    try:
        return await watch(loops, lines.look, until_done=until_done)
    finally:
        await servers.close()


def _loops(
    wanted: Wanted, settings: LoopSettings, servers: Servers, lines: Lines, stack: ExitStack
) -> Iterable[WatchLoop]:
    """Yield the loops; the stack closes stores and workers."""
    if wanted.store is not None:
        wallet = Wallet(entropy_of(wanted.seed, wanted.passphrase_file, wanted.network))
        titles = PreparedShelf.of(wallet.film_secret, *(PreparedTitle.open(each) for each in wanted.titles))
        store = stack.enter_context(opened(wanted.store))
        for side in wanted.sides:
            found = StoreWatch(store, wallet, side, titles, wanted.patience)
            for channel in found.lacking(wanted.network.name):
                text = "the key of its newest state is not here: give the title that it was sold from by --title"
                lines.alarm(Alarm(AlarmKind.CHANNEL_FAILS, text, channel))
            tell = lines.alarm if side == wanted.sides[0] else lines.alarm_of_another_loop
            yield stack.enter_context(found.loop(servers.chain(wanted.network), settings, tell, lines.published))
    if wanted.copies:
        yield CopyLoop(
            servers.chain(wanted.network),
            [_copy(each, wanted.network) for each in wanted.copies],
            on_alarm=lines.alarm if wanted.store is None else lines.alarm_of_another_loop,
            on_published=lines.published,
            settings=settings,
        )


def _copy(file: Path, network: Network) -> WatchedCopy:
    """Read a copy; its error names the file."""
    if file.stat().st_size > MOST_COPY:
        raise Failure(f"error: {file}: larger than a watcher's copy can be")
    try:
        copy = copy_from_json(file.read_text("utf-8"))
    except PenstockError as error:
        raise Failure(f"error: {file}: {error}") from None
    if copy.network != network:
        raise Failure(f"error: {file}: a copy for {copy.network.name}, and --network is {network.name}")
    return copy
