"""`penstock channel export-fraud`: writes the proof of a publisher's fraud that a payer's channel has met."""

from pathlib import Path
from typing import Final

import click

from penstock.channel.safe.protocol.events import Accuse
from penstock.cli.channels.options import CHANNEL_ARGUMENT, STORE_ARGUMENT, held_of, opened
from penstock.cli.failure import Failure, Refusal
from penstock.service.seed.seed_file import write_whole


@click.command("export-fraud")
@STORE_ARGUMENT
@CHANNEL_ARGUMENT
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_fraud(where: str, channel: str, file: Path) -> None:
    """Write to FILE the proof that a publisher has cheated in a payer's CHANNEL of STORE.

    Anyone judges it with `penstock channel check-fraud`. It stays in the store until the program that runs the channel
    takes it. CHANNEL is the front of its id.
    """
    with opened(where) as store:
        held = held_of(store, channel, "payer")
        found = [
            each.content.proof
            for each in store.parcels()
            if each.channel == held.channel and isinstance(each.content, Accuse)
        ]
    if not found:
        raise Refusal(f"channel {held.channel.hex()} has met no fraud, or its proof was taken already")
    if file.exists():
        raise Failure(f"error: {file} is there already: it is not written over")
    write_whole(file, found[0].to_bytes())
    proof = found[0]
    click.echo(f"{file}: chunk {proof.leaf.index:,} of movie {proof.leaf.movie.hex()}")


COMMANDS: Final = {each.name: each for each in (export_fraud,)}
"""The commands by their names."""
