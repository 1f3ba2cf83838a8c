"""Page: a stream's result in, one HTML text out, without other files, scripts or network access."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from penstock.channel.agreement.movie import Title
from penstock.channel.simulation.costs import ClosingCosts, Figures, compare
from penstock.channel.simulation.stream import Settlement, StreamResult
from penstock.report.environment import environment, style
from penstock.report.rows import (
    DiagramRow,
    DifferenceRow,
    FieldRow,
    claim_rows,
    diagram_rows,
    payment_rows,
    update_rows,
)
from penstock.report.tree import Drawing, NodeKind, draw
from penstock.tx.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Record:
    """A transaction of the report; not `chosen` if it belongs to the other ending."""

    name: str
    txid: str
    size: int
    fee: int
    rows: tuple[FieldRow, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The data of the templates."""

    name: str
    version: str
    style: Markup
    title: Title
    index: int
    chosen: Settlement
    messages: int
    tree: Drawing
    elided: bool
    proof_length: int
    diagram: tuple[DiagramRow, ...]
    asm: str
    contract_size: int
    update: tuple[DifferenceRow, ...]
    records: tuple[Record, ...]
    comparison: ClosingCosts | None

    @property
    def endings(self) -> tuple[Figures, ...]:
        """Both endings, 1-way first."""
        return (self.comparison.one_way, self.comparison.two_way) if self.comparison else ()

    @property
    def ending(self) -> Figures | None:
        """The chosen ending."""
        return next((ending for ending in self.endings if ending.closing is self.chosen.closing), None)


def render(screening: StreamResult, *, name: str, version: str) -> str:
    """Return the report of a stream in HTML.

    Args:
        screening: the finished and closed stream.
        name: the bare name of the streamed file.
        version: version of Penstock.
    """
    return environment().get_template("stream.html.j2").render(page=_page(screening, name, version))


def _page(screening: StreamResult, name: str, version: str) -> Page:
    agreement, tree, index = screening.agreement, screening.movie.tree, screening.last
    drawing, comparison = draw(tree, index), compare(screening)
    return Page(
        name=name,
        version=version,
        style=style(),
        title=agreement.title,
        index=index,
        chosen=screening.chosen,
        messages=len(screening.lines) + sum(not line.to_ledger for line in screening.chosen.lines),
        tree=drawing,
        elided=any(node.kind is NodeKind.HIDDEN for node in drawing.nodes),
        proof_length=len(tree.proof(index).path),
        diagram=diagram_rows(screening),
        asm=agreement.artifact.asm,
        contract_size=len(agreement.contract(tree.leaves[index]).locking_script),
        update=update_rows(screening, index) if index > 1 else (),
        records=tuple(_records(screening, comparison)) if comparison else (),
        comparison=comparison,
    )


def _records(screening: StreamResult, comparison: ClosingCosts) -> Iterator[Record]:
    """Yield TX_n and TX_p as they are on the chain, then TX_p of the other ending."""
    index = screening.last
    for settlement in (screening.chosen, screening.other):
        figures = comparison.of(settlement.closing)
        chosen = settlement is screening.chosen
        if settlement.payment is None or settlement.claim is None:
            continue
        if chosen:
            rows = payment_rows(settlement.payment, index)
            yield _record(f"TX_{index}", settlement.payment, figures.payment_fee, rows, chosen=True)
        rows = claim_rows(settlement.claim, index, settlement.closing)
        yield _record(f"TX_p {settlement.closing}", settlement.claim, figures.claim_fee, rows, chosen=chosen)


def _record(name: str, transaction: Transaction, fee: int, rows: tuple[FieldRow, ...], *, chosen: bool) -> Record:
    return Record(name, transaction.txid_hex, transaction.size(), fee, rows, chosen)
