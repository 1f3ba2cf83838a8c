"""Results of `penstock stream` over the safe channel: a table for users, JSON for programs."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from penstock.channel.safe.simulation.endings import OnChain, SafeEnding
from penstock.channel.safe.simulation.sentences import PROVED, loss_sentences, refund_sentence
from penstock.channel.safe.simulation.stream import SafeStreamResult
from penstock.cli.spelling import in_shell
from penstock.wording import counted


def show_facts(result: SafeStreamResult, name: str, report: Path | None) -> None:
    """Print the streamed file, the transactions of each ending, and the losses; faults go to the standard error."""
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    manifest, terms, chosen = result.movie.manifest, result.terms, result.chosen
    chunks = f"{counted(manifest.chunks, 'chunk')} of {counted(result.movie.chunk_size, 'byte')}"
    sealing = "each sold by itself" if terms.sells_chunks else "each sealed by a key of its own"
    console.print(f"{name}: {counted(manifest.length, 'byte')} in {chunks}, {sealing}")
    console.print(f"root of the manifest: {manifest.root.hex()}")
    sold = f"{counted(result.sold, result.sold_as)} sold at {counted(result.price, 'satoshi')} each"
    console.print(f"channel on {terms.network}: {counted(terms.capacity, 'satoshi')}, base {terms.base:,}; {sold}")
    console.print(_table(result))
    console.print(refund_sentence(result))
    console.print("At the moment of closing:")
    for sentence in loss_sentences(result):
        console.print(f"  {sentence}")
    console.print(PROVED)
    for text in (*result.faults, *chosen.faults):
        click.echo(f"warning: {in_shell(text)}", err=True)
    if report:
        console.print(f"report: {report}")


def _table(result: SafeStreamResult) -> Table:
    """Return the transactions of each ending, the chosen one first; numbers of satoshis beside its last one."""
    chosen, has_witness = result.chosen, result.terms.rules.chain.has_witness
    others = [each for each in result.endings if each is not chosen]
    closed = f"closed {chosen.closing}" if chosen.is_closed else "not closed"
    on_chain = counted(1 + len(chosen.transactions), "transaction")
    table = Table(title=f"{closed}, {on_chain} on the chain", title_justify="left")
    for head in ("", "transaction"):
        table.add_column(head)
    for head in ("vbytes" if has_witness else "bytes", "fee", "block", "to payee", "to payer"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_row("", *_cells(result.funding), "", "", style="bold", end_section=True)
    for ending in (chosen, *others):
        style = "bold" if ending is chosen else "dim"
        rows = list(_rows(ending))
        for row in rows:
            table.add_row(*row, style=style, end_section=row is rows[-1])
    return table


def _rows(ending: SafeEnding) -> Iterator[tuple[str, ...]]:
    for index, transaction in enumerate(ending.transactions):
        is_last = index == len(ending.transactions) - 1
        got = (f"{ending.to_payee:,}", f"{ending.to_payer:,}") if is_last else ("", "")
        yield (str(ending.closing) if index == 0 else "", *_cells(transaction), *got)


def _cells(transaction: OnChain) -> tuple[str, ...]:
    return transaction.name, f"{transaction.size:,}", f"{transaction.fee:,}", f"{transaction.height:,}"


def facts_as_json(result: SafeStreamResult, form: str, name: str, sha256: str, report: Path | None) -> str:
    """Return the results as one JSON object.

    Args:
        result: the finished stream.
        form: the form of the channel.
        name: name of the file.
        sha256: SHA-256 of the payer's copy, in hex.
        report: the file of the report, if it was written.
    """
    manifest, terms, chosen, risk = result.movie.manifest, result.terms, result.chosen, result.exposure
    funding_from, payment_from = result.refunds_from
    facts = {
        "file": name,
        "form": form,
        "network": str(terms.network),
        "length": manifest.length,
        "chunkSize": result.movie.chunk_size,
        "chunks": manifest.chunks,
        "root": manifest.root.hex(),
        "price": result.price,
        "feeRate": terms.payment_rate,
        "capacity": terms.capacity,
        "base": terms.base,
        "received": {"chunks": result.sold, "sha256": sha256},
        "messages": {"count": result.transcript.messages, "bytes": result.transcript.size},
        "funding": _facts(result.funding),
        "refund": {"fundingFrom": funding_from, "paymentFrom": payment_from, "paymentDelay": terms.delay},
        "closed": str(chosen.closing) if chosen.is_closed else None,
        "closings": {str(each.closing): _ending(each) for each in result.endings},
        "couldLose": {
            "payer": risk.payer,
            "payerOnTheWay": risk.payer_on_the_way,
            "payee": risk.payee,
            "payeeIfAway": risk.payee_if_away,
            "payeeClosesBy": risk.until,
            "article": risk.article,
        },
        "faults": [*result.faults, *chosen.faults],
        "report": str(report) if report else None,
    }
    return json.dumps(facts)


def _ending(ending: SafeEnding) -> dict[str, object]:
    return {
        "transactions": [_facts(each) for each in ending.transactions],
        "bytes": ending.size,
        "fee": ending.fee,
        "toPayee": ending.to_payee,
        "toPayer": ending.to_payer,
    }


def _facts(transaction: OnChain) -> dict[str, object]:
    return {
        "name": transaction.name,
        "txid": transaction.transaction.txid_hex,
        "bytes": transaction.size,
        "fee": transaction.fee,
        "block": transaction.height,
    }
