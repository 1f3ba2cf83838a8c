"""`penstock channel export-recovery`, `restore`, `export-refund` and `export-watch`: the ways back to the money."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from penstock.channel.agreement.terms import check_chunk_size
from penstock.channel.safe.agreement.margins import usual_margins
from penstock.channel.safe.protocol.states import PayeeState
from penstock.cli.byte_sizes import read_size
from penstock.cli.channels.options import (
    CHANNEL_ARGUMENT,
    PASSPHRASE_OPTION,
    SEED_OPTION,
    STORE_ARGUMENT,
    held_of,
    opened,
    refusing,
    wallet_of,
)
from penstock.cli.failure import Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION
from penstock.errors import PenstockError
from penstock.ledger.fees import FeeRate
from penstock.service.recovery.exporting import ClaimKey, Exported, refunds, watcher_copy
from penstock.service.recovery.recovery_file import read_recovery_file, recovery_file, restore
from penstock.service.seed.seed_file import write_whole
from penstock.service.seed.wallet import Wallet
from penstock.service.store.held import Held

_SUFFIX: Final = ".recovery"


def _size(ctx: click.Context, param: click.Parameter, text: str | None) -> int | None:
    """Parse the size of chunks, if it is given."""
    if text is None:
        return None
    size = read_size(ctx, param, text)
    check_chunk_size(size)
    return size


@click.command("export-recovery")
@STORE_ARGUMENT
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@SEED_OPTION
@PASSPHRASE_OPTION
def export_recovery(where: str, folder: Path, *, seed: Path, passphrase_file: Path | None) -> None:
    """Write a recovery file for each channel of STORE to FOLDER; older ones of the same channels are replaced.

    With the seed they give the channels back after the loss of a disk: keep them elsewhere. They are encrypted under a
    key of the seed.
    """
    wallet = wallet_of(seed, passphrase_file)
    folder.mkdir(parents=True, exist_ok=True)
    with opened(where) as store:
        channels = store.channels()
        for channel, role in channels:
            data = recovery_file(store.load(channel, role), wallet)
            write_whole(folder / f"{channel.hex()}-{role}{_SUFFIX}", data)
    click.echo(f"{len(channels):,} recovery files in {folder}")


@click.command("restore")
@STORE_ARGUMENT
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=FILE_TYPE)
@SEED_OPTION
@PASSPHRASE_OPTION
def restore_channels(where: str, files: Sequence[Path], *, seed: Path, passphrase_file: Path | None) -> None:
    """Put the channels of recovery FILEs into STORE, which is made if it is not there.

    Channels of the payee may only be closed. A payer goes on from the state in the file, and takes over newer ones when
    the channel resumes.
    """
    wallet = wallet_of(seed, passphrase_file)
    data = [file.read_bytes() for file in files]
    for file, each in zip(files, data, strict=True):
        _readable(file, each, wallet)
    with opened(where, create=True) as store:
        for held in restore(store, wallet, data):
            click.echo(f"{held.channel.hex()}  {held.role}  state {held.state.newest:,}")


@click.command("export-refund")
@STORE_ARGUMENT
@CHANNEL_ARGUMENT
@SEED_OPTION
@PASSPHRASE_OPTION
@click.option("--rate", type=click.IntRange(min=1), help="Satoshis of fee per 1,000 bytes.  [default: the agreed one]")
@JSON_OPTION
def export_refund(  # noqa: PLR0913 - the options of a command
    where: str, channel: str, *, seed: Path, passphrase_file: Path | None, rate: int | None, as_json: bool
) -> None:
    """Show the payer's signed refunds of a CHANNEL in STORE, each with the height from which nodes take it.

    They can be kept on paper: any wallet or block explorer publishes them. CHANNEL is the front of its id.
    """
    wallet = wallet_of(seed, passphrase_file)
    with opened(where) as store, refusing():
        held = held_of(store, channel, "payer")
        found = refunds(held, wallet.keys_of(held), None if rate is None else FeeRate(rate))
    _show(found, None, {}, as_json=as_json)


@click.command("export-watch")
@STORE_ARGUMENT
@CHANNEL_ARGUMENT
@SEED_OPTION
@PASSPHRASE_OPTION
@click.option("--movie", type=FILE_TYPE, help="The file that is sold, for a channel that sells chunks by themselves.")
@click.option(
    "--chunk-size", callback=_size, help="Bytes of its chunks, as 65536 or 64k.  [default: the largest of the terms]"
)
@JSON_OPTION
def export_watch(  # noqa: PLR0913 - the options of a command
    where: str,
    channel: str,
    *,
    seed: Path,
    passphrase_file: Path | None,
    movie: Path | None,
    chunk_size: int | None,
    as_json: bool,
) -> None:
    """Show a watcher's copy of the payee's close of a CHANNEL in STORE: for its newest state, so one for each state.

    On btc it is two transactions, and needs no trust. On bsv a miner can change ids, so the copy has the claim key and
    the key of the newest state too: with these the watcher could pay itself. Where chunks are sold by themselves the
    claim shows one, from --movie. CHANNEL is the front of its id.
    """
    wallet = wallet_of(seed, passphrase_file)
    with opened(where) as store, refusing():
        held = held_of(store, channel, "payee")
        chunk = None if movie is None else _chunk_sold(held, movie, chunk_size)
        copy = watcher_copy(held, wallet.keys_of(held), usual_margins(held.state.terms.network.rules), chunk)
    terms = held.state.terms
    about = {"channel": held.channel.hex(), "network": terms.network.name, "expiry": terms.expiry}
    _show(copy.transactions, copy.claim_key, about, as_json=as_json)


def _chunk_sold(held: Held, movie: Path, size: int | None) -> bytes | None:
    """Return the chunk of the payee's newest state from its movie; None if nothing is owed."""
    state = held.state
    if not isinstance(state, PayeeState) or state.best is None:
        return None
    length = state.terms.largest_chunk if size is None else size
    with movie.open("rb") as file:
        file.seek(state.best.item[1] * length)
        return file.read(length)


def _readable(file: Path, data: bytes, wallet: Wallet) -> None:
    """Check a recovery file; its error names it."""
    try:
        read_recovery_file(data, wallet)
    except PenstockError as error:
        raise Failure(f"error: {file}: {error}") from None


def _show(found: Sequence[Exported], claim_key: ClaimKey | None, about: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        facts = [
            {
                "name": each.name,
                "txid": each.transaction.txid[::-1].hex(),
                "height": each.height,
                "when": each.when,
                "transaction": each.transaction.serialize().hex(),
            }
            for each in found
        ]
        claim = {} if claim_key is None else {"claim": _claim(claim_key)}
        click.echo(json.dumps({**about, "transactions": facts, **claim}))
        return
    for each in found:
        click.echo(f"{each.name}: {each.when}\n  id {each.transaction.txid[::-1].hex()}")
        click.echo(f"  {each.transaction.serialize().hex()}")
    if claim_key is not None:
        click.echo("to sign the claim anew, for the id with which the payment was mined:")
        for name, value in _claim(claim_key).items():
            click.echo(f"  {name} {value}")


def _claim(claim_key: ClaimKey) -> dict[str, object]:
    return {
        "claim_key": claim_key.key,
        "sold_key": claim_key.sold.hex(),
        "amount": claim_key.amount,
        "script": claim_key.script.hex(),
        "payout": claim_key.payout.hex(),
        "fee": claim_key.fee,
    }


COMMANDS: Final = {each.name: each for each in (export_recovery, restore_channels, export_refund, export_watch)}
"""The commands by their names."""
