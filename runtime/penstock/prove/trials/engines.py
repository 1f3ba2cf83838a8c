"""Engines of other authors, asked about a spend that shows a difference, where they are installed.

bsv-sdk for bsv, with the rules of relay; Bitcoin Core's own engine (py-bitcoinkernel) for btc, with those of consensus.
Both come with the extra `verify`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from penstock.contract.contract import Call
from penstock.contract.spend import Spend
from penstock.script.chains import BSV, BTC, Chain


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine.

    Attributes:
        name: its name.
        module: a module of it.
        chain: the chain whose scripts it runs.
        accepts: asks it.
    """

    name: str
    module: str
    chain: Chain
    accepts: Callable[[Spend, Call], bool]


def opinions(spend: Spend, call: Call) -> dict[str, bool]:
    """Return whether each engine that is installed accepts a spend, by the engine's name."""
    return {each.name: each.accepts(spend, call) for each in installed(spend.contract.artifact.chain)}


def installed(chain: Chain) -> list[Engine]:
    """Return the engines for a chain that are installed."""
    return [each for each in ENGINES if each.chain == chain and _is_installed(each.module)]


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even its package
        return False


def _sdk_accepts(spend: Spend, call: Call) -> bool:
    import bsv  # noqa: PLC0415 - an extra
    from bsv.script.spend import Spend as SdkSpend  # noqa: PLC0415 - as above

    theirs = bsv.Transaction.from_hex(spend.transaction(call).serialize())
    spent = theirs.inputs[spend.input_index]
    case = {
        "sourceTXID": spent.source_txid,
        "sourceOutputIndex": spent.source_output_index,
        "sourceSatoshis": spend.value,
        "lockingScript": bsv.Script(spend.locking_script),
        "transactionVersion": theirs.version,
        "otherInputs": [each for place, each in enumerate(theirs.inputs) if place != spend.input_index],
        "inputIndex": spend.input_index,
        "unlockingScript": spent.unlocking_script,
        "outputs": theirs.outputs,
        "inputSequence": spent.sequence,
        "lockTime": theirs.locktime,
    }
    try:
        return bool(SdkSpend(case).validate())
    except (RuntimeError, IndexError, OverflowError):  # its words for a script that fails
        return False


def _kernel_accepts(spend: Spend, call: Call) -> bool:
    import pbk  # noqa: PLC0415 - an extra

    transaction = pbk.Transaction(spend.transaction(call).serialize())
    outputs = [pbk.TransactionOutput(pbk.ScriptPubkey(each.script), each.value) for each in spend.spent_outputs]
    data = pbk.script.PrecomputedTransactionData(transaction, outputs)
    script = pbk.ScriptPubkey(spend.locking_script)
    return bool(script.verify(spend.value, transaction, data, spend.input_index, pbk.ScriptVerificationFlags.ALL))


ENGINES: Final = (
    Engine("bsv-sdk", "bsv.script", BSV, _sdk_accepts),
    Engine("Bitcoin Core", "pbk", BTC, _kernel_accepts),
)
"""Engines of other authors, each with the chain that it knows."""
