"""A spend in the form of bsv-sdk."""

from typing import Any


def sdk_parameters(spending: Any, input_index: int, value: int, locking: Any) -> dict[str, Any]:
    """Return the arguments of the SDK's `Spend`, from its own transaction and locking script; `value` in satoshis."""
    spent = spending.inputs[input_index]
    return {
        "sourceTXID": spent.source_txid,
        "sourceOutputIndex": spent.source_output_index,
        "sourceSatoshis": value,
        "lockingScript": locking,
        "transactionVersion": spending.version,
        "otherInputs": [other for place, other in enumerate(spending.inputs) if place != input_index],
        "inputIndex": input_index,
        "unlockingScript": spent.unlocking_script,
        "outputs": spending.outputs,
        "inputSequence": spent.sequence,
        "lockTime": spending.locktime,
    }
