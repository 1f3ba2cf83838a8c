"""`penstock channel list`, `restored`, `trust`, `close` and `limit`: the operator's view of a store."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import click

from penstock.channel.safe.agreement.chains import NETWORKS
from penstock.cli.channels.options import STORE_ARGUMENT, held_of, opened
from penstock.cli.loading import JSON_OPTION
from penstock.errors import PenstockError
from penstock.service.store.encoding import ROLES
from penstock.service.store.held import Held
from penstock.service.store.store import Store


@dataclass(frozen=True, slots=True)
class _Row:
    """A channel in the list: what is held of it, or why it cannot be read."""

    channel: bytes
    role: str
    held: Held | None
    error: str | None

    def facts(self) -> dict[str, Any]:
        """Return the row for programs."""
        facts: dict[str, Any] = {"channel": self.channel.hex(), "role": self.role, "error": self.error}
        if self.held is None:
            return facts
        state, terms = self.held.state, self.held.state.terms
        return facts | {
            "network": terms.network.name,
            "phase": state.phase.name.lower(),
            "state": state.newest,
            "bound": self.held.bound,
            "capacity": terms.capacity,
            "expiry": terms.expiry,
            "height": state.height,
            "spent": self.held.spent,
            "close_only": self.held.close_only,
            "force_close": self.held.force_close,
        }

    def text(self) -> str:
        """Return the row for readers."""
        if self.held is None:
            return f"{self.channel.hex()[:16]}  {self.role}  {self.error}"
        state, terms = self.held.state, self.held.state.terms
        notes = [
            *(["may only be closed"] if self.held.close_only else []),
            *(["is to be closed"] if self.held.force_close else []),
            *([f"spent at {self.held.spent:,}"] if self.held.spent is not None else []),
        ]
        cells = (
            f"{self.channel.hex()[:16]}  {self.role}  {state.phase.name.lower():<7}  {state.newest:>6,}"
            f"  {self.held.bound:>12,}  {terms.capacity:>12,}  {terms.expiry:>9,}  {terms.network.name}"
        )
        return "  ".join([cells, *([", ".join(notes)] if notes else [])])


_HEADS = (
    f"{'channel':<16}  {'side':<5}  {'phase':<7}  {'state':>6}  {'bound':>12}  {'capacity':>12}  {'expiry':>9}  network"
)


@click.command("list")
@STORE_ARGUMENT
@JSON_OPTION
def list_channels(where: str, *, as_json: bool) -> None:
    """List the channels in STORE: a file, or the URL of a PostgreSQL database.

    `bound` is the satoshis that a channel takes from a budget until its end is buried.
    """
    with opened(where) as store:
        rows = [_row(store, channel, role) for channel, role in store.channels()]
    if as_json:
        click.echo(json.dumps([row.facts() for row in rows]))
    else:
        click.echo("\n".join([_HEADS, *(row.text() for row in rows)]) if rows else "no channels")


@click.command("restored")
@STORE_ARGUMENT
@click.option("--reason", default="told by the operator", show_default=True, help="For the log of the store's workers.")
def restored(where: str, *, reason: str) -> None:
    """Tell STORE that it is a copy that was put back, with its marker: nothing else shows that.

    The payee's channels may only be closed then, other workers are fenced off, and new keys have new paths.
    """
    with opened(where) as store:
        store.restrict(reason)
        click.echo(f"{_payees(store):,} channels of the payee may only be closed; the epoch is {store.epoch}")


@click.command("trust")
@STORE_ARGUMENT
@click.confirmation_option(
    prompt="Is it sure that no row was lost? If one was, all that is sold from now on may be lost"
)
def trust(where: str) -> None:
    """Tell STORE that no row was lost, so that the payee's channels may sell again."""
    with opened(where) as store:
        store.trust()
        click.echo(f"{_payees(store):,} channels of the payee may sell")


@click.command("close")
@STORE_ARGUMENT
@click.argument("channels", metavar="[CHANNEL]...", nargs=-1)
def close(where: str, channels: Sequence[str]) -> None:
    """Have the payee's newest payments published at the next height, by the server of STORE.

    Without a CHANNEL, in all channels that may only be closed. A settlement is cheaper: ask the payer for it first.
    """
    with opened(where) as store:
        count = store.force_close([held_of(store, channel, "payee").channel for channel in channels])
        click.echo(f"{count:,} channels are to be closed at the next height")


@click.command("limit")
@STORE_ARGUMENT
@click.argument("side", type=click.Choice(list(ROLES)))
@click.argument("network", type=click.Choice(list(NETWORKS)))
@click.argument("satoshis", type=click.IntRange(min=0), required=False)
def limit(where: str, side: str, network: str, satoshis: int | None) -> None:
    """Set what all channels of a side bind at most on a network: a budget, or what may be owed to the payee.

    Without SATOSHIS the limit is removed.
    """
    with opened(where) as store:
        store.limit(side, network, satoshis)
        much = "any number of satoshis" if satoshis is None else f"{satoshis:,} satoshis at most"
        click.echo(f"channels of the {side} on {network} bind {much}")


def _row(store: Store, channel: bytes, role: str) -> _Row:
    try:
        return _Row(channel, role, store.load(channel, role), None)
    except PenstockError as error:
        return _Row(channel, role, None, str(error))


def _payees(store: Store) -> int:
    return sum(role == "payee" for _, role in store.channels())


COMMANDS: Final = {each.name: each for each in (list_channels, limit, close, restored, trust)}
"""The commands by their names."""
