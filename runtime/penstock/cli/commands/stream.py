"""`penstock stream`: sells a file chunk by chunk, with payer, payee and the ledger in one process."""

from pathlib import Path

import click

from penstock.channel.agreement.terms import DEFAULT_PRICE
from penstock.cli.byte_sizes import read_size
from penstock.cli.failure import REFUSED
from penstock.cli.loading import FILE_TYPE, JSON_OPTION
from penstock.cli.streaming.files import refuse_overwriting
from penstock.cli.streaming.forms import CLOSINGS, Form, StreamOptions, run
from penstock.script.chains import CHAINS, DEFAULT_RULES


@click.command(
    "stream",
    epilog="""\b
Examples:
  penstock stream movie.mp4
  penstock stream movie.mp4 --chain btc --fee-rate 20000
  penstock stream movie.mp4 --chunk-size 256k --price 50 --close 1-way
  penstock stream movie.mp4 --form raw --close 2-way
  penstock stream movie.mp4 --form article --proofs --report out/stream.html
  penstock stream movie.mp4 --json --save copy.mp4

docs/channel.md explains the safe form, docs/threats.md lists what is proved of it and what is not.
The article's own form is not for real money: docs/article.md gives the reasons.""",
)
@click.argument("file", type=FILE_TYPE)
@click.option(
    "--form",
    type=click.Choice([str(form) for form in Form]),
    default=str(Form.SAFE),
    show_default=True,
    help="The safe channel: keys of a sealed file, or raw chunks; or the article's own form.",
)
@click.option(
    "--chain",
    type=click.Choice(list(CHAINS)),
    default=DEFAULT_RULES,
    show_default=True,
    help="The chain; btc for --form safe only.",
)
@click.option("--chunk-size", callback=read_size, default="64k", show_default=True, help="Bytes, as 65536, 64k or 4M.")
@click.option("--price", type=int, default=DEFAULT_PRICE, show_default=True, help="Satoshis for a chunk.")
@click.option("--fee-rate", type=int, help="Satoshis for 1,000 bytes.  [default: 1 on bsv, 5000 on btc]")
@click.option("--fee-coin", type=int, default=0, help="Article: satoshis that Bob may add to a claim.")
@click.option(
    "--close",
    "closing",
    type=click.Choice(CLOSINGS),
    help="How the channel ends.  [default: cooperative; article: 2-way]",
)
@click.option("--proofs", is_flag=True, help="Article: send each leaf with its Merkle proof, not all leaves first.")
@click.option("--save", type=FILE_TYPE, help="Write the receiver's copy to this file.")
@click.option("--report", type=FILE_TYPE, help="Write a report to this file, in HTML.")
@JSON_OPTION
def command(  # noqa: PLR0913 - one parameter per option
    *,
    file: Path,
    form: str,
    chain: str,
    chunk_size: int,
    price: int,
    fee_rate: int | None,
    fee_coin: int,
    closing: str | None,
    proofs: bool,
    save: Path | None,
    report: Path | None,
    as_json: bool,
) -> None:
    """Stream FILE for satoshis over a payment channel, and close the channel.

    Both sides and a ledger run in this process. The result shows the transactions on the chain, and the cost of
    each other way to close. The exit code is 1 if the channel did not close, 2 if it cannot be claimed on these terms:
    then nothing is streamed.

    --close of the safe and the raw form: cooperative, both sign one transaction; 1-way, the payer is away and the payee
    claims the newest payment with the last key, or chunk; 2-way, she comes back and her signature takes its place;
    refund, the payee is away and the payer takes her money back.
    """
    options = StreamOptions(
        file, Form(form), chain, chunk_size, price, fee_rate, fee_coin, closing, proofs, save, report, as_json
    )
    refuse_overwriting(file, save, report)
    if not run(options):
        raise SystemExit(REFUSED)
