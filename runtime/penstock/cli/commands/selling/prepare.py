"""`penstock prepare`: cuts films for sale, encrypts and signs them."""

from importlib import import_module
from pathlib import Path
from typing import Final

import click

from penstock.cli.byte_sizes import read_size
from penstock.cli.failure import Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION

_EXTRAS: Final = {
    "av": "pip install 'penstock[media]' (about 100 MB; its wheel of FFmpeg holds GPL codecs)",
}
_OTHERS: Final = "pip install 'penstock[service]'"


def _chunk_size(ctx: click.Context, param: click.Parameter, text: str | None) -> int | None:
    """Parse the size of chunks, if it is given."""
    return None if text is None else read_size(ctx, param, text)


@click.command(
    "prepare",
    epilog="""\b
Examples:
  penstock prepare film.mp4 --output title
  penstock prepare film.mp4 --output title --seed seed.json
  penstock prepare film.mp4 low.mp4 --output qualities --seed seed.json --seconds 4
  penstock prepare movie.mp4 --chunk-size 64k --output file --seed seed.json --jobs 2 --json

docs/prepare.md has the form of the folder, and the reasons for which films are refused.""",
)
@click.argument("files", metavar="FILM...", nargs=-1, required=True, type=FILE_TYPE)
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder: new, or empty."
)
@click.option(
    "--seed",
    type=FILE_TYPE,
    help="The file of the seed, by `penstock channel new-seed`.  [default: one for trying out]",
)
@click.option(
    "--passphrase-file", type=FILE_TYPE, help="A file with the passphrase.  [default: PENSTOCK_PASSPHRASE, else asked]"
)
@click.option(
    "--seconds", type=click.IntRange(1, 6), default=2, show_default=True, help="A segment ends at a key frame after it."
)
@click.option("--chunk-size", callback=_chunk_size, help="Cut one file that is not a film: bytes, as 65536, 64k or 4M.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Processes.  [default: one per processor, one for 48 MiB]")
@JSON_OPTION
def command(  # noqa: PLR0913 - one parameter per option
    *,
    files: tuple[Path, ...],
    output: Path,
    seed: Path | None,
    passphrase_file: Path | None,
    seconds: int,
    chunk_size: int | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Cut FILMs for sale: each is one quality of one title, mp4 or mkv, and is not encoded again.

    The segments are encrypted, each with a key of its own, and the title is signed; both keys come from the seed.
    Without --seed it is one without a passphrase, in the user's data folder: such a title can be sold for trying out.
    The folder may lie on any server: a viewer pays for keys. With --chunk-size one file of any kind is cut by size.
    """
    if chunk_size is not None and len(files) > 1:
        raise click.UsageError("--chunk-size takes one file: only films have several qualities")
    try:
        module = import_module("penstock.cli.preparing")
        sources = module.sources_of(files, chunk_size, seconds)
    except ModuleNotFoundError as error:
        name = error.name or ""
        raise Failure(f"error: {name} is not installed: {_EXTRAS.get(name.partition('.')[0], _OTHERS)}") from None
    module.run(sources, output, module.maker_of(seed, passphrase_file), jobs, as_json=as_json)
