"""Work of `penstock watch`: keys and sources from options, the file or the page, events for readers or programs."""

import asyncio
import json
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.states import PayerState, Phase
from penstock.cli.failure import Failure
from penstock.cli.process import keep_running
from penstock.cli.serving.places import data_folder
from penstock.cli.serving.seeds import entropy_of
from penstock.cli.streaming.files import bars
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.source import ChainSource
from penstock.service.chain.sources import source_of
from penstock.service.seed.wallet import Wallet
from penstock.service.signals import signals_to
from penstock.service.viewer.buyer import Buyer
from penstock.service.viewer.loopback.app import Page
from penstock.service.viewer.loopback.place import door, placed
from penstock.service.viewer.loopback.serving import serve_page
from penstock.service.viewer.output import Progress, written
from penstock.service.viewer.viewing import Parts, Wish, closed, viewing

_SETTLING: Final = 60.0
"""Seconds for a settlement to be mined."""
_SENTENCES: Final[dict[str, str]] = {
    "opening": "opening a channel with {url}",
    "funding": "the channel {channel:.8} is funded, and waits for a block",
    "open": "the channel {channel:.8} is open",
    "trouble": "{reason}; trying again",
    "refused": "the provider refuses: {reason}",
    "alarm": "alarm: {reason}",
    "failed": "{reason}",
    "closing": "the channel {channel:.8} is closing",
    "closed": "the channel {channel:.8} is closed: {satoshis:,} satoshis paid",
}


@dataclass(frozen=True, slots=True)
class _Teller:
    """Tells events: a line of JSON each on the standard output, or a sentence on the standard error."""

    as_json: bool

    def tell(self, name: str, facts: dict[str, object]) -> None:
        """Tell an event."""
        if self.as_json:
            click.echo(json.dumps({"event": name} | facts))
        elif name in _SENTENCES:
            click.echo(_SENTENCES[name].format(**facts), err=True)


def run(**options: Any) -> None:
    """Buy a title until it is written, or until the user stops the page; the options of the command.

    Raises:
        PenstockError: the title cannot be bought, with the reason and the remedy.
        OSError: the state or the output cannot be written.
    """
    keep_running()
    folder: Path = options["state"] or data_folder() / "watch"
    wish = Wish(options["url"], options["title"], options["budget"], options["most_price"], folder)
    teller = _Teller(options["as_json"])
    parts = Parts(
        wallet=lambda network: Wallet(entropy_of(options["seed"], options["passphrase_file"], network)),
        sources=lambda network, trial: sources_of(options["sources"], network, trial),
        tell=teller.tell,
    )
    asyncio.run(_watched(wish, parts, teller, options))


def sources_of(addresses: Sequence[str], network: Network, trial: str | None) -> list[ChainSource]:
    """Return the sources of a chain.

    Args:
        addresses: those that the user names.
        network: the network.
        trial: the address of the provider's chain for trying out; None for none.

    Raises:
        Failure: there is none.
        SourceError: an address is not that of a source.
    """
    if addresses:
        return [source_of(each, network) for each in addresses]
    if trial is None:
        raise Failure(f"error: --source: name a source of {network}, as esplora+https://HOST/api; two are better")
    return [EsploraSource(trial, has_witness=network.rules.chain.has_witness)]


async def _watched(wish: Wish, parts: Parts, teller: _Teller, options: dict[str, Any]) -> None:
    async with viewing(wish, parts) as buyer:
        quality: int = options["quality"]
        if quality >= len(buyer.qualities):
            raise Failure(f"error: --quality: the title has {len(buyer.qualities)}, counted from 0")
        if options["output"] is not None:
            await _to_file(buyer, teller, options["output"], quality, keep_open=options["keep_open"])
        elif buyer.qualities[quality].facts.is_film:
            await _to_page(buyer, teller, quality, options)
        else:
            raise Failure("error: this title is a file, and not a film: name a file for it with --output FILE")


# The file -------------------------------------------------------------------------------------------------------------


async def _to_file(buyer: Buyer, teller: _Teller, path: Path, quality: int, *, keep_open: bool) -> None:
    """Write the title to a file with a progress bar, and close the channel."""
    row, cost = buyer.qualities[quality], 0
    with bars(Console(stderr=True), quiet=teller.as_json) as progress:
        task = progress.add_task(path.name, total=row.manifest.length)

        def told(done: Progress) -> None:
            nonlocal cost
            cost += done.price or 0
            progress.update(task, advance=done.size, description=f"{path.name}, {cost:,} satoshis")
            if teller.as_json:
                teller.tell("piece", {"index": done.index, "bytes": done.size, "satoshis": done.price})

        size = await written(buyer, quality, path, told)
    if teller.as_json:
        teller.tell("written", {"file": str(path), "bytes": size, "satoshis": cost})
    else:
        click.echo(f"{path}: {size:,} bytes, {row.manifest.chunks:,} pieces, {cost:,} satoshis", err=True)
    state = buyer.session.state
    if not keep_open and state is not None and state.phase is Phase.OPEN and not await closed(buyer.session, _SETTLING):
        click.echo("the channel is not settled yet", err=True)
    _tell_rest(buyer.session.state, teller)


# The page -------------------------------------------------------------------------------------------------------------


async def _to_page(buyer: Buyer, teller: _Teller, quality: int, options: dict[str, Any]) -> None:
    """Serve the page until the user stops it."""
    root = buyer.title.title.root.hex()
    folder = buyer.session.payments.folder / "pages"
    folder.mkdir(mode=0o700, exist_ok=True)
    place, listening = placed(folder / f"{root}.json", options["port"])
    name = next(each.name for each in buyer.session.order.shop.titles if each.root.hex() == root)
    page = Page(buyer, name, quality)
    if teller.as_json:
        teller.tell("page", {"url": place.url, "playlist": place.playlist(quality)})
    else:
        click.echo(f"the page: {place.url}", err=True)
        click.echo(f"for mpv, VLC, ffplay: {place.playlist(quality)}", err=True)
        click.echo("Each piece is paid for when it is asked for. Ctrl-C ends this.", err=True)
    if not options["no_browser"]:
        path = door(folder / f"{root}.html", place)
        await asyncio.to_thread(webbrowser.open, path.resolve().as_uri())

    def stop() -> None:
        page.is_stopped = True
        page.bell.ring()

    with signals_to(stop):
        await serve_page(page, place, listening)
    _tell_rest(buyer.session.state, teller)


def _tell_rest(state: PayerState | None, teller: _Teller) -> None:
    """Tell what becomes of a channel that is not closed."""
    if teller.as_json or state is None or state.phase is Phase.CLOSED:
        return
    if state.phase is Phase.CLOSING:
        click.echo(
            "The settlement is signed: the provider publishes it. `penstock channel finish` looks for it.", err=True
        )
    else:
        much = f"{state.paid:,} satoshis paid, {state.terms.capacity:,} in it"
        click.echo(
            f"The channel stays open ({much}): start again to go on, or close it: penstock channel finish", err=True
        )
        click.echo(f"Without either the rest comes back to you after block {state.terms.expiry:,}.", err=True)
