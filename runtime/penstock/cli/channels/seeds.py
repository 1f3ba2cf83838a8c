"""`penstock channel new-seed` and `enter-seed`: a file with the seed of all keys, encrypted under a passphrase."""

from pathlib import Path
from typing import Final

import click

from penstock.cli.channels.options import PASSPHRASE_OPTION, passphrase
from penstock.cli.failure import Failure
from penstock.cli.loading import FILE_TYPE
from penstock.service.seed.seed_file import write_seed
from penstock.service.seed.words import SIZES, entropy_of, new_entropy, words_of

_FILE: Final = click.argument("file", type=FILE_TYPE)


@click.command("new-seed")
@_FILE
@click.option("--words", type=click.Choice([str(count) for count in SIZES]), default="24", show_default=True)
@PASSPHRASE_OPTION
def new_seed(file: Path, *, words: str, passphrase_file: Path | None) -> None:
    """Make a seed, write it to FILE under a passphrase, and show its words.

    The words are all that is needed to make the file again: write them on paper. A channel needs its recovery file
    besides (`export-recovery`): the seed lacks the other side's keys and all terms.
    """
    _demand_free(file)
    entropy = new_entropy(int(words))
    write_seed(file, entropy, passphrase(passphrase_file, is_new=True))
    click.echo(words_of(entropy))


@click.command("enter-seed")
@_FILE
@PASSPHRASE_OPTION
def enter_seed(file: Path, *, passphrase_file: Path | None) -> None:
    """Write a seed to FILE, from the words that `new-seed` has shown; they are asked for, and not shown."""
    _demand_free(file)
    entropy = entropy_of(click.prompt("Words", hide_input=True, err=True))
    write_seed(file, entropy, passphrase(passphrase_file, is_new=True))


def _demand_free(file: Path) -> None:
    """Check that the file does not exist, before anything is asked."""
    if file.exists():
        raise Failure(f"error: {file} is there already: it is not written over")


COMMANDS: Final = {each.name: each for each in (new_seed, enter_seed)}
"""The commands by their names."""
