"""Money of a channel on a trial chain, found as any explorer does: from the funding on."""

from collections.abc import Iterator

from penstock.channel.safe.transactions.outputs import key_script
from tests.support.chain_servers.trial import Trial
from tests.support.channels.looped import Looped


def spend_of(trial: Trial, txid: str, index: int) -> dict[str, object]:
    found: dict[str, object] = trial.asked(f"/tx/{txid}/outspend/{index}")[1]
    return found


def earned(channel: Looped) -> int:
    """The satoshis that the chain has paid to the payee, found as any explorer does: from the funding on."""
    terms, funding = channel.state(channel.payee).terms, channel.state(channel.payee).funding
    assert funding is not None
    script = key_script(terms, terms.payee.payout)
    return sum(
        value for each, value in outputs_from(channel, funding.txid[::-1].hex(), funding.index) if each == script
    )


def outputs_from(channel: Looped, txid: str, index: int) -> Iterator[tuple[bytes, int]]:
    """Yield the unspent outputs that an output has led to."""
    found = spend_of(channel.trial, txid, index)
    status = found.get("status")
    if not isinstance(status, dict) or not status["confirmed"]:
        return
    by = str(found["txid"])
    raw = bytes.fromhex(channel.trial.asked(f"/tx/{by}/hex")[1])
    for number, output in enumerate(channel.transaction(raw).outputs):
        if spend_of(channel.trial, by, number)["spent"]:
            yield from outputs_from(channel, by, number)
        else:
            yield output.script, output.value


def owed(channel: Looped) -> int:
    best = getattr(channel.state(channel.payee), "best", None)
    assert best is not None
    amount: int = best.state.amount
    return amount
