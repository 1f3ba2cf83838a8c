"""Forms of the channel in `penstock stream`: the options that fit each, and the run of each."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import click

import penstock
from penstock.channel.agreement.movie import Movie
from penstock.channel.agreement.terms import LeafDelivery, Terms, TermsError, check_chunk_size
from penstock.channel.safe.simulation.endings import SafeClosing
from penstock.channel.safe.simulation.opening import PLACES, Deal
from penstock.channel.safe.simulation.stream import stream
from penstock.channel.sealed.keys import SECRET_SIZE, Keys
from penstock.channel.sealed.movie import SealedMovie
from penstock.channel.simulation.stream import StreamResult, screen
from penstock.channel.transactions.closing import Closing
from penstock.cli.failure import Failure
from penstock.cli.streaming import article_facts, safe_facts
from penstock.cli.streaming.files import Copy, playing, write_report
from penstock.ledger.fees import FeeRate
from penstock.script.chains import CHAINS
from penstock.wording import counted


class Form(StrEnum):
    """A form of the channel."""

    SAFE = "safe"
    RAW = "raw"
    ARTICLE = "article"


CLOSINGS = tuple(dict.fromkeys([*map(str, SafeClosing), *map(str, Closing)]))
"""All values of --close."""


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """The options of one run.

    Raises:
        Failure: one that the form does not have.
        TermsError: a number that is out of its range.
    """

    file: Path
    form: Form
    chain: str
    chunk_size: int
    price: int
    fee_rate: int | None
    fee_coin: int
    closing: str | None
    proofs: bool
    save: Path | None
    report: Path | None
    as_json: bool

    def __post_init__(self) -> None:
        if self.fee_coin < 0:
            raise TermsError(f"the fee coin has {self.fee_coin} satoshis; it cannot be negative")
        with_chunks = [chain.name for chain, place in PLACES.items() if place.network.rules.largest_chunk]
        if self.form is not Form.SAFE and self.chain not in with_chunks:
            chains = " or ".join(with_chunks)
            reason = f"{_CHUNKS}. --form safe is for each chain"
            raise Failure(f"error: --form {self.form} is for --chain {chains}: {reason}")
        if self.form is not Form.ARTICLE and (self.proofs or self.fee_coin):
            option = "--proofs" if self.proofs else "--fee-coin"
            raise Failure(f"error: {option} is for --form article, not for --form {self.form}")
        closings = [str(each) for each in (Closing if self.form is Form.ARTICLE else SafeClosing)]
        if self.closing is not None and self.closing not in closings:
            raise Failure(f"error: --close {self.closing}: --form {self.form} closes {' or '.join(closings)}")


_CHUNKS = "its payment locks a whole chunk, and an item of other scripts has 520 bytes at most"


def run(options: StreamOptions) -> bool:
    """Stream the file, write the report, print the result; return whether the channel was closed."""
    try:
        return _RUNS[options.form](options)
    except MemoryError:
        size = counted(options.chunk_size, "byte")
        raise Failure(f"error: there is not enough memory for {size} at once: make chunks smaller") from None


def _run_safe(options: StreamOptions) -> bool:
    deal = Deal(CHAINS[options.chain], options.price, options.fee_rate)
    keys = Keys(os.urandom(SECRET_SIZE)) if options.form is Form.SAFE else None
    publisher = penstock.PrivateKey.generate()

    def cut(source: BinaryIO, on_sealed: Callable[[int], object]) -> SealedMovie:
        return SealedMovie.cut(source, options.chunk_size, publisher, keys, on_sealed=on_sealed)

    with playing(options.file, options.save, cut, "sealing", quiet=options.as_json) as (movie, copy):
        closing = SafeClosing(options.closing or SafeClosing.COOPERATIVE)
        result = stream(movie, deal, closing, copy.take)
    if options.report:
        from penstock.report.safe_page import render  # noqa: PLC0415 - jinja2 is loaded for reports only

        write_report(render(result, name=options.file.name, version=penstock.__version__), options.report)
    if options.as_json:
        form = str(options.form)
        facts = safe_facts.facts_as_json(result, form, options.file.name, copy.hasher.hexdigest(), options.report)
        click.echo(facts)
    else:
        safe_facts.show_facts(result, options.file.name, options.report)
    return result.chosen.is_closed and not result.faults


def _run_article(options: StreamOptions) -> bool:
    check_chunk_size(options.chunk_size)
    rate = FeeRate() if options.fee_rate is None else FeeRate(options.fee_rate)
    terms = Terms(options.price, rate, LeafDelivery.PROOFS if options.proofs else LeafDelivery.LEAVES)

    def cut(source: BinaryIO, on_hashed: Callable[[int], object]) -> Movie:
        return Movie.cut(source, options.chunk_size, on_hashed=on_hashed)

    with playing(options.file, options.save, cut, "hashing", quiet=options.as_json) as (movie, copy):
        result = _screened(movie, terms, options, copy)
    if options.report:
        from penstock.report.page import render  # noqa: PLC0415 - jinja2 is loaded for reports only

        write_report(render(result, name=options.file.name, version=penstock.__version__), options.report)
    if options.as_json:
        click.echo(article_facts.facts_as_json(result, options.file.name, copy.hasher.hexdigest(), options.report))
    else:
        article_facts.show_facts(result, options.file.name, options.report)
    return not result.last or result.chosen.claim is not None


def _screened(movie: Movie, terms: Terms, options: StreamOptions, copy: Copy) -> StreamResult:
    artifact = penstock.compile_file(penstock.bundled("streaming"))
    alice, bob = penstock.PrivateKey.generate(), penstock.PrivateKey.generate()
    closing = Closing(options.closing or Closing.TWO_WAY)
    return screen(artifact, movie, terms, alice, bob, closing=closing, fee_coin=options.fee_coin, on_chunk=copy.take)


_RUNS: dict[Form, Callable[[StreamOptions], bool]] = {
    Form.SAFE: _run_safe,
    Form.RAW: _run_safe,
    Form.ARTICLE: _run_article,
}
