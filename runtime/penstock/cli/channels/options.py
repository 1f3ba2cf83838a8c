"""Arguments of the commands on a store: the store, a seed with its passphrase, a channel by the front of its id."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from penstock.cli.failure import Failure, Refusal
from penstock.cli.loading import FILE_TYPE
from penstock.service.recovery.exporting import NothingToExportError
from penstock.service.seed.seed_file import read_seed
from penstock.service.seed.wallet import Wallet
from penstock.service.store.held import Held
from penstock.service.store.store import Store

STORE_ARGUMENT: Final = click.argument("where", metavar="STORE")
CHANNEL_ARGUMENT: Final = click.argument("channel")
SEED_OPTION: Final = click.option(
    "--seed", type=FILE_TYPE, required=True, help="The file of the seed, as `new-seed` writes it."
)
PASSPHRASE_OPTION: Final = click.option(
    "--passphrase-file", type=FILE_TYPE, help="A file with the passphrase.  [default: PENSTOCK_PASSPHRASE, else asked]"
)
_LEAST: Final = 4
"""Digits by which a channel may be named."""


@contextmanager
def opened(where: str, *, create: bool = False) -> Iterator[Store]:
    """Open a store; a sign that it was restored is told on the standard error."""
    with Store.open(where, create=create) as store:
        if store.restored is not None:
            click.echo(
                f"warning: the store was restored: {store.restored}; channels of the payee may only be closed", err=True
            )
        yield store


def passphrase(file: Path | None, *, is_new: bool = False) -> str:
    """Return a passphrase: the first line of a file, else that of the environment, else the one that is typed."""
    if file is not None:
        return file.read_text("utf-8").partition("\n")[0].rstrip("\r")
    given = os.environ.get("PENSTOCK_PASSPHRASE")
    if given is not None:
        return given
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True)
    return typed


def wallet_of(seed: Path, file: Path | None) -> Wallet:
    """Return the keys of a seed file."""
    return Wallet(read_seed(seed, passphrase(file)))


def held_of(store: Store, channel: str, role: str) -> Held:
    """Return the one channel of a side whose id starts with these digits.

    Raises:
        Failure: none does, or several do.
    """
    front = channel.lower()
    ids = [found for found, side in store.channels() if side == role and found.hex().startswith(front)]
    if len(front) < _LEAST or len(ids) != 1:
        several = f"{len(ids)} channels" if len(front) >= _LEAST else f"fewer than {_LEAST} digits"
        which = "no channel" if not ids else several
        raise Failure(f"error: CHANNEL: {channel!r} is the front of {which} of the {role}: `penstock channel list`")
    return store.load(ids[0], role)


@contextmanager
def refusing() -> Iterator[None]:
    """Turn the answer that there is nothing to export into a negative result."""
    try:
        yield
    except NothingToExportError as error:
        raise Refusal(str(error)) from None
