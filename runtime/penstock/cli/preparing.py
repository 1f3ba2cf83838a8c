"""Work of `penstock prepare`: the keys from the seed, progress bars, the result as text or JSON."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from penstock.cli.serving.seeds import entropy_of
from penstock.cli.streaming.files import bars
from penstock.service.catalogue.title import Quality
from penstock.service.media.preparing import Maker, Prepared, prepare, processes
from penstock.service.media.sources import Pieces, Source
from penstock.service.seed.wallet import Wallet


def sources_of(files: Sequence[Path], chunk_size: int | None, seconds: int) -> list[Source]:
    """Return the files as they are cut: by size if it is given, else as films.

    Raises:
        ModuleNotFoundError: films need PyAV, and it is not installed.
    """
    if chunk_size is not None:
        return [Pieces(file, chunk_size) for file in files]
    from penstock.service.media.cutting import FilmSource  # noqa: PLC0415 - needs the extra `media`

    return [FilmSource(file, seconds) for file in files]


def maker_of(seed: Path | None, passphrase_file: Path | None) -> Maker:
    """Return the publisher's keys from the file of a seed; None for the seed for trying out."""
    wallet = Wallet(entropy_of(seed, passphrase_file, None))
    return Maker(wallet.publisher_key, wallet.film_secret)


def run(sources: Sequence[Source], output: Path, maker: Maker, jobs: int | None, *, as_json: bool) -> None:
    """Prepare a title with a progress bar, and write the result.

    Raises:
        MediaError: a file cannot be prepared, or the folder has other files.
        OSError: a file cannot be read or written.
    """
    size = sum(source.path.stat().st_size for source in sources)
    with bars(Console(stderr=True), quiet=as_json) as progress, processes(jobs, size) as workers:
        task = progress.add_task("preparing", total=2 * size)
        prepared = prepare(sources, output, maker, workers, lambda count: progress.advance(task, count))
        progress.update(task, completed=2 * size)  # a film's segments are not exactly its size
    if as_json:
        click.echo(json.dumps(_facts(sources, output, prepared)))
        return
    for warning in prepared.warnings:
        click.echo(f"warning: {warning}", err=True)
    title = prepared.title
    click.echo(f"{output}: title {title.root.hex()}\n  publisher {title.publisher.hex()}")
    for number, (source, quality) in enumerate(zip(sources, title.qualities, strict=True)):
        click.echo(f"  {number}: {source.path.name}, {_text(quality)}")


def _text(quality: Quality) -> str:
    manifest = quality.manifest
    found = [f"{manifest.chunks:,} chunks", f"{manifest.length:,} bytes"]
    if quality.is_film:
        found.append(f"{sum(quality.durations) / 1_000:.2f} s")
        found += [f"{quality.width}x{quality.height}"] if quality.width else []
        found += [quality.codecs, f"{quality.bandwidth:,} bits/s at most"]
    return ", ".join(found)


def _facts(sources: Sequence[Source], output: Path, prepared: Prepared) -> dict[str, object]:
    title = prepared.title
    qualities = [
        {
            "file": str(source.path),
            "movie": quality.manifest.movie.hex(),
            "chunks": quality.manifest.chunks,
            "length": quality.manifest.length,
            "codecs": quality.codecs,
            "bandwidth": quality.bandwidth,
            "width": quality.width,
            "height": quality.height,
            "durations": list(quality.durations),
        }
        for source, quality in zip(sources, title.qualities, strict=True)
    ]
    return {
        "folder": str(output),
        "root": title.root.hex(),
        "publisher": title.publisher.hex(),
        "qualities": qualities,
        "warnings": list(prepared.warnings),
    }
