"""Results of `penstock stream`: a table for users, JSON for programs."""

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from penstock.channel.agreement.movie import Title
from penstock.channel.simulation.costs import ClosingCosts, compare
from penstock.channel.simulation.stream import Settlement, StreamResult
from penstock.channel.transactions.closing import Closing
from penstock.cli.spelling import in_shell
from penstock.wording import counted


def show_facts(screening: StreamResult, name: str, report: Path | None) -> None:
    """Print the streamed file and its transactions on the chain; warnings go to the standard error."""
    title, price, chosen = screening.agreement.title, screening.agreement.terms.price, screening.chosen
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(f"{name}: {counted(title.length, 'byte')} in {_cut(title)}")
    console.print(f"root T_0: {title.root.hex()}")
    bought = f", {screening.last:,} cost {counted(price, 'satoshi')} each" if screening.last else ""
    console.print(f"Alice has {counted(chosen.accounts.chunks, 'chunk')}: D_0 was free{bought}")
    if comparison := compare(screening):
        _show_closing(console, screening, comparison)
    else:
        console.print("Nothing was paid, so there is no transaction on the chain.")
        if title.length > 1:
            console.print("A smaller --chunk-size makes more chunks.")
    console.print("This form of the channel, the article's own, must not carry real money: docs/article.md says why.")
    for text in (*map(str, chosen.warnings), *chosen.faults):
        click.echo(f"warning: {in_shell(text)}", err=True)
    if report:
        console.print(f"report: {report}")


def facts_as_json(screening: StreamResult, name: str, sha256: str, report: Path | None) -> str:
    """Return the results as one JSON object.

    Args:
        screening: the finished stream.
        name: name of the file.
        sha256: SHA-256 of Alice's copy, in hex.
        report: the file of the report, if it was written.
    """
    title, terms, chosen = screening.agreement.title, screening.agreement.terms, screening.chosen
    comparison = compare(screening)
    facts = {
        "file": name,
        "length": title.length,
        "chunkSize": title.chunk_size,
        "chunks": title.chunks,
        "root": title.root.hex(),
        "price": terms.price,
        "feeRate": terms.fee_rate.satoshis,
        "leaves": terms.delivery.value,
        "received": {"chunks": chosen.accounts.chunks, "sha256": sha256},
        "paidChunks": screening.last,
        "closed": chosen.closing.value if chosen.claim else None,
        "onChain": [transaction.txid_hex for transaction in chosen.ledger.transactions],
        "closings": {way.closing.value: _figures(comparison, way) for way in (chosen, screening.other)},
        "ratio": comparison.ratio if comparison else None,
        "warnings": [str(warning) for warning in chosen.warnings],
        "faults": list(chosen.faults),
        "report": str(report) if report else None,
    }
    return json.dumps(facts)


def _show_closing(console: Console, screening: StreamResult, comparison: ClosingCosts) -> None:
    chosen = screening.chosen
    closed = f"closed {chosen.closing}" if chosen.claim else "not closed"
    on_chain = len(chosen.ledger.transactions)
    table = Table(title=f"{closed}, {counted(on_chain, 'transaction')} on the chain", title_justify="left")
    table.add_column()
    for ending in (comparison.one_way, comparison.two_way):
        style = "bold" if ending.closing is chosen.closing else "dim"
        width = max(len(f"{value:,}") for _, values in comparison.rows for value in values)
        table.add_column(ending.closing.value, justify="right", style=style, no_wrap=True, min_width=width)
    for name, values in comparison.rows:
        table.add_row(name, *(f"{value:,}" for value in values))
    console.print(table)
    for label, transaction in ((f"TX_{screening.last}", chosen.payment), ("TX_p", chosen.claim)):
        if transaction:
            console.print(f"{label}: {transaction.txid_hex}")
    if chosen.claim:
        console.print(_saving(chosen.closing, comparison))


def _saving(closing: Closing, comparison: ClosingCosts) -> str:
    """Return a sentence about the bytes that closing 2-way saves."""
    if not comparison.saves:
        return "Closing 2-way saves nothing here: the last chunk is no longer than Alice's signature."
    passes = "would pass" if closing is Closing.ONE_WAY else "passed"
    return f"The 2-way claim {passes} {comparison.ratio:,.0f} times less to the contract than the 1-way claim."


def _figures(comparison: ClosingCosts | None, settlement: Settlement) -> dict[str, object] | None:
    if comparison is None:
        return None
    figures = comparison.of(settlement.closing)
    return {
        "claimed": figures.made,
        "payment": {"bytes": figures.payment_size, "fee": figures.payment_fee},
        "claim": {"bytes": figures.claim_size, "fee": figures.claim_fee, "shown": figures.shown},
        "payout": figures.payout,
    }


def _cut(title: Title) -> str:
    return f"{counted(title.chunks, 'chunk')} of {counted(title.chunk_size, 'byte')}"
