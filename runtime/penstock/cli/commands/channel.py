"""`penstock channel`: sizes and fees of the safe channel; fraud proofs; commands on a store of channels."""

import json
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

import click

import penstock
from penstock.channel.agreement.terms import check_chunk_size
from penstock.channel.canonical import CanonicalError
from penstock.channel.safe.agreement.chains import BSV_MAIN, BTC_MAIN, Network
from penstock.channel.safe.costs import CostRow, cost_rows, usual_rates
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.opening import OpeningError
from penstock.cli.byte_sizes import read_size
from penstock.cli.failure import REFUSED, Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION

_NAME_WIDTH: Final = 48
_NUMBER_WIDTH: Final = 10
_NETWORKS: Final = (BTC_MAIN, BSV_MAIN)
_ONLY_FOR_SIZES: Final = ("streaming", "paid_key_open")


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A command on a store: its name, the module whose `COMMANDS` have it, and a line of help."""

    name: str
    module: str
    summary: str


_SEEDS: Final = "penstock.cli.channels.seeds"
_STORES: Final = "penstock.cli.channels.stores"
_FRAUDS: Final = "penstock.cli.channels.frauds"
_WAYS_BACK: Final = "penstock.cli.channels.ways_back"
_RESERVES: Final = "penstock.cli.serving.reserves"
_PAYERS: Final = "penstock.cli.serving.finishing"
STORED: Final = (
    StoredRow("new-seed", _SEEDS, "Make a seed of all keys, and show its words."),
    StoredRow("enter-seed", _SEEDS, "Write the file of a seed again, from its words."),
    StoredRow("list", _STORES, "List the channels in a store."),
    StoredRow("limit", _STORES, "Set what all channels of a side bind at most."),
    StoredRow("finish", _PAYERS, "Settle the payer's channels with their providers."),
    StoredRow("refund", _PAYERS, "Publish the payer's refunds whose time has come."),
    StoredRow("address", _PAYERS, "Show where the payer's coins are paid in."),
    StoredRow("reserve", _RESERVES, "Show the coins that a provider holds back for closes."),
    StoredRow("close", _STORES, "Have the payee's newest payments published."),
    StoredRow("restored", _STORES, "Tell a store that it is a copy that was put back."),
    StoredRow("trust", _STORES, "Tell a store that no row was lost."),
    StoredRow("export-recovery", _WAYS_BACK, "Write the recovery files of all channels."),
    StoredRow("restore", _WAYS_BACK, "Put the channels of recovery files into a store."),
    StoredRow("export-refund", _WAYS_BACK, "Show the payer's refunds, with their heights."),
    StoredRow("export-watch", _WAYS_BACK, "Show a watcher's copy of the payee's close."),
    StoredRow("export-fraud", _FRAUDS, "Write the proof of a publisher's fraud."),
)
_BY_NAME: Final = {row.name: row for row in STORED}


class ChannelCommands(click.Group):
    """A group whose commands on a store are loaded on demand: they need the extra `service`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, those that need no store first."""
        return [*super().list_commands(ctx), *_BY_NAME]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command.

        Raises:
            Failure: the extra is not installed.
        """
        row = _BY_NAME.get(cmd_name)
        if row is None:
            return super().get_command(ctx, cmd_name)
        try:
            found: click.Command = import_module(row.module).COMMANDS[row.name]
        except ModuleNotFoundError as error:
            raise Failure(f"error: {error.name} is not installed: pip install 'penstock[service]'") from None
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading those on a store."""
        own = [(name, self.commands[name].get_short_help_str(100)) for name in super().list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(own)
        with formatter.section("Commands on a store"):
            formatter.write_dl([(row.name, row.summary) for row in STORED])


@click.group(
    "channel",
    cls=ChannelCommands,
    epilog="""\b
Examples:
  penstock channel sizes
  penstock channel sizes --chunk-size 4M --json
  penstock channel check-fraud fraud.cbor
  penstock channel new-seed seed.json
  penstock channel list channels.db

docs/channel.md explains the contracts and the transactions, docs/channel-store.md the store.""",
)
def command() -> None:
    """Look at the safe channel: both sign the funding, each step has a refund, a key is sold for each chunk."""


@command.command("sizes")
@click.option(
    "--chunk-size", callback=read_size, default="64k", show_default=True, help="Bytes of a chunk, as 65536, 64k or 4M."
)
@JSON_OPTION
def sizes(*, chunk_size: int, as_json: bool) -> None:
    """Show the size and the fees of each transaction, on both chains, and those of the article's form.

    Sizes are those with signatures of full length. Where payments lock a chunk itself (bsv), --chunk-size is the size
    of the chunk.
    """
    check_chunk_size(chunk_size)
    tables = [(network, cost_rows(network, chunk_size, _others(network))) for network in _NETWORKS]
    if as_json:
        click.echo(json.dumps({network.rules.chain.name: _facts(network, rows) for network, rows in tables}))
    else:
        click.echo("\n\n".join(_text(network, rows) for network, rows in tables))


def _others(network: Network) -> dict[str, penstock.Artifact]:
    """Compile the contracts that are there for comparison, if outputs hold scripts themselves on this chain."""
    if network.rules.chain.has_witness:
        return {}
    chain = network.rules.chain.name
    return {name: penstock.compile_file(penstock.bundled(name), target=chain) for name in _ONLY_FOR_SIZES}


def _facts(network: Network, rows: tuple[CostRow, ...]) -> dict[str, object]:
    rates = usual_rates(network.rules)
    return {
        "unit": _unit(network),
        "rates": [rate.satoshis for rate in rates],
        "transactions": [
            {"name": row.name, "sizes": row.sizes, "fees": [row.fee(rate) for rate in rates]} for row in rows
        ],
    }


def _text(network: Network, rows: tuple[CostRow, ...]) -> str:
    rates = usual_rates(network.rules)
    heads = [_unit(network), *(f"at {rate.satoshis:,}" for rate in rates)]
    lines = [f"{network.rules.chain.name}: fees in satoshis, at satoshis per 1,000 {_unit(network)}"]
    lines.append(" " * _NAME_WIDTH + "".join(f"{head:>{_widths(head)}}" for head in heads))
    for row in rows:
        numbers = [row.size, *(row.fee(rate) for rate in rates)]
        cells = "".join(f"{number:>{_widths(head)},}" for number, head in zip(numbers, heads, strict=True))
        lines.append(f"{row.name:<{_NAME_WIDTH}}{cells}")
    return "\n".join(lines)


def _widths(head: str) -> int:
    return max(_NUMBER_WIDTH, len(head) + 2)


def _unit(network: Network) -> str:
    return "virtual bytes" if network.rules.chain.has_witness else "bytes"


@click.command("check-fraud")
@click.argument("file", type=FILE_TYPE)
@JSON_OPTION
def check_fraud(file: Path, *, as_json: bool) -> None:
    """Judge the fraud proof in FILE: whether a publisher has signed for a chunk that does not open rightly.

    The exit code is 0 if the proof shows that, and 1 if it does not. docs/sealed.md has the form of the file.
    """
    try:
        proof = FraudProof.from_bytes(file.read_bytes())
    except CanonicalError as error:
        raise Failure(f"error: {file} is not a fraud proof: {error}") from None
    try:
        fraud, reason = proof.judge(), None
    except OpeningError as error:
        fraud, reason = None, str(error)
    if as_json:
        facts = {
            "fraud": fraud is not None,
            "reason": fraud or reason,
            "publisher": proof.manifest.publisher.hex(),
            "movie": proof.manifest.movie.hex(),
            "chunk": proof.leaf.index,
        }
        click.echo(json.dumps(facts))
    elif fraud is not None:
        of_whom = f"publisher {proof.manifest.publisher.hex()}, movie {proof.manifest.movie.hex()}"
        click.echo(f"fraud: {fraud}\n  {of_whom}")
    else:
        click.echo(f"no fraud: {reason or 'the chunk opens to what its publisher has signed for'}")
    if fraud is None:
        raise SystemExit(REFUSED)


command.add_command(check_fraud)
