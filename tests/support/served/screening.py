"""A screening: the film is sold by one process to another, the channel ends, and all of its transactions are judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penstock.channel.safe.agreement.chains import Network
from penstock.channel.safe.protocol.states import PayeeState
from penstock.tx.transaction import OutPoint, Transaction, TxOut
from tests.support.engines.kernel_judge import kernel_accepts
from tests.support.engines.outside_judges import bsv_sdk_accepts
from tests.support.films import segments
from tests.support.kills.accounts import states
from tests.support.kills.ground import PRICE, Ground, ground, prepared_in
from tests.support.served.closings import CLOSINGS, terms_of

FILM: Final = Path(__file__).parents[3] / "examples" / "media" / "film.mp4"
SECONDS: Final = 2
"""Seconds of a segment, as `penstock prepare` has it."""
_PATIENCE: Final = 120.0


@dataclass(frozen=True)
class Screening:
    """The result of a screening.

    Attributes:
        segments: segments that the viewer has got, without the initialization segment.
        paid: satoshis that the payee has been promised.
        transactions: the sizes of the transactions on the chain, from the funding on.
        accepted: how many inputs of them an outside engine accepts, of all.
    """

    segments: int
    paid: int
    transactions: tuple[int, ...]
    accepted: tuple[int, int]


def screened(network: Network, closing: str, folder: Path) -> Screening:
    """Sell the film, close the channel, and return the result.

    Args:
        network: the network.
        closing: the name of a closing.
        folder: an empty folder, or one in which the film was prepared before.
    """
    prepared_in(folder, FILM)
    expected = segments(FILM, SECONDS)
    with ground(network, folder / f"{network.name}-{closing}".replace(":", "-"), folder) as found:
        found.provider().start()
        found.await_provider()
        viewer = found.viewer(*([] if closing == "settled together" else ["--keep-open"]))
        viewer.start()
        assert viewer.ended(_PATIENCE) == 0, viewer.text
        assert found.output.read_bytes() == b"".join(expected), "the film is that of the source, byte for byte"
        found.children["provider"].kill()
        CLOSINGS[closing](found, terms_of(found))
        (state,) = [each for each in states(found, "provider") if isinstance(each, PayeeState)]
        assert state.best is not None
        assert state.funding is not None
        assert state.newest == len(expected) - 1
        paid = state.best.state.amount
        assert paid == state.terms.base + PRICE * state.newest
        whole = list(_transactions(found, state.funding))
        verdicts = [_is_accepted(network, each, index, spent) for each, spent in whole for index in range(len(spent))]
        sizes = tuple(len(each.serialize()) for each, _ in whole)
        return Screening(state.newest, paid, sizes, (sum(verdicts), len(verdicts)))


def _transactions(found: Ground, funding: OutPoint) -> Iterator[tuple[Transaction, list[TxOut]]]:
    """Yield the funding transaction and those after it, each with the outputs that it spends."""
    waiting = [funding.txid]
    while waiting:
        transaction = _raw(found, waiting.pop(0))
        spent = [_raw(found, each.outpoint.txid).outputs[each.outpoint.index] for each in transaction.inputs]
        yield transaction, spent
        for index in range(len(transaction.outputs)):
            told = found.trial.asked(f"/tx/{transaction.txid_hex}/outspend/{index}")[1]
            if told["spent"] and (txid := bytes.fromhex(told["txid"])[::-1]) not in waiting:
                assert told["status"]["confirmed"], "mined"
                waiting.append(txid)


def _raw(found: Ground, txid: bytes) -> Transaction:
    raw = bytes.fromhex(found.trial.asked(f"/tx/{txid[::-1].hex()}/hex")[1])
    return Transaction.parse(raw, segwit=found.network.rules.chain.has_witness)


def _is_accepted(network: Network, transaction: Transaction, index: int, spent: list[TxOut]) -> bool:
    """Whether Bitcoin Core's engine, or the SDK's for bsv, accepts an input."""
    if network.rules.chain.has_witness:
        return kernel_accepts(transaction, index, spent)
    return bsv_sdk_accepts(transaction.serialize(), index, spent[index].script, spent[index].value)
