"""Page of a stream over the safe channel: its result in, one HTML text out, without other files, scripts or network."""

from dataclasses import dataclass

from markupsafe import Markup

from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.simulation.endings import OnChain, SafeClosing, SafeEnding
from penstock.channel.safe.simulation.sentences import PROVED, loss_sentences, refund_sentence
from penstock.channel.safe.simulation.stream import SafeStreamResult
from penstock.channel.safe.simulation.transcript import Party, SentLine
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.channel.transactions.fields import fields
from penstock.report.environment import environment, style
from penstock.report.rows import FieldRow, Gap, rows_of
from penstock.script.consensus import FINAL_SEQUENCE

_WAYS = {
    SafeClosing.COOPERATIVE: "both sign a settlement straight from the funding",
    SafeClosing.TWO_WAY: "the payer is away until the payment is mined; her signature stands where key or chunk was",
    SafeClosing.ONE_WAY: "the payer is away; the payee claims his newest payment with the last key or chunk",
    SafeClosing.REFUND: "the payee is away; after T the payer takes everything back",
}


@dataclass(frozen=True, slots=True)
class ShownTransaction:
    """A transaction of the report, with its fields."""

    facts: OnChain
    rows: tuple[FieldRow, ...]
    witness: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class SafePage:
    """The data of the template."""

    name: str
    version: str
    style: Markup
    result: SafeStreamResult
    unit: str
    lines: tuple[SentLine | Gap, ...]
    shown: tuple[ShownTransaction, ...]
    refunds: str
    losses: tuple[str, str, str]
    proved: str

    @property
    def endings(self) -> tuple[tuple[SafeEnding, str], ...]:
        """All endings, the chosen one first, each in a few words."""
        chosen = self.result.chosen
        others = (each for each in self.result.endings if each is not chosen)
        return tuple((each, _WAYS[each.closing]) for each in (chosen, *others))

    @property
    def most_size(self) -> int:
        """Bytes of the largest ending."""
        return max(each.size for each in self.result.endings)


def render(result: SafeStreamResult, *, name: str, version: str) -> str:
    """Return the report of a stream in HTML.

    Args:
        result: the finished and closed stream.
        name: the bare name of the streamed file.
        version: version of Penstock.
    """
    page = SafePage(
        name=name,
        version=version,
        style=style(),
        result=result,
        unit="virtual bytes" if result.terms.rules.chain.has_witness else "bytes",
        lines=_lines(result),
        shown=tuple(_shown(each, result.terms) for each in (result.funding, *result.chosen.transactions)),
        refunds=refund_sentence(result),
        losses=loss_sentences(result),
        proved=PROVED,
    )
    return environment().get_template("safe_stream.html.j2").render(page=page, payer=Party.PAYER)


def _lines(result: SafeStreamResult) -> tuple[SentLine | Gap, ...]:
    lines = (*result.transcript, *result.chosen.transcript)
    return tuple(Gap(each) if isinstance(each, int) else each for each in lines)


def _shown(transaction: OnChain, terms: ChannelTerms) -> ShownTransaction:
    found = fields(transaction.transaction)
    scripts = _scripts(terms)
    meanings = {field.place: f"{field.number:,} satoshis" for field in found if field.place.endswith("value")}
    meanings |= {field.place: scripts[field.raw] for field in found if field.raw in scripts}
    meanings |= {field.place: _sequence(field.number) for field in found if field.place.endswith("sequence")}
    meanings |= {field.place: _lock_time(field.number) for field in found if field.place == "lock time"}
    witness = tuple(tuple(len(item) for item in items) for items in transaction.transaction.witnesses)
    return ShownTransaction(transaction, rows_of(transaction.transaction, meanings), witness)


def _scripts(terms: ChannelTerms) -> dict[bytes, str]:
    """Return the meanings of the scripts that all states of a channel share."""
    return {
        funding_output(terms).script: f"the funding: opens for both, or for the payer after block {terms.expiry:,}",
        key_script(terms, terms.payee.payout): "pays to the payee",
        key_script(terms, terms.payer.payout): "pays to the payer",
    }


def _sequence(number: int) -> str:
    if number == FINAL_SEQUENCE:
        return "final"
    return "not final: the lock time counts" if number == FINAL_SEQUENCE - 1 else "a higher fee may replace it (BIP125)"


def _lock_time(height: int) -> str:
    return f"not in a block up to {height:,}" if height else "none: it may go into the next block"
