"""Checks of a transaction that need neither its scripts' execution nor the outputs that it spends.

In: a transaction and a chain. Out: None or the first fault, in the order of the nodes' checks (Bitcoin Core's
CheckTransaction; Bitcoin SV's CheckCoinbase and CheckRegularTransaction). One row per fault, with the nodes' name.
"""

from enum import Enum
from typing import Final

from penstock.script.chains import Chain, chain_named
from penstock.script.consensus import MAX_MONEY, is_p2sh
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.tx.transaction import OutPoint, Transaction, TxOut

COINBASE_SCRIPT_SIZES: Final = range(2, 101)

_CHECKSIGS: Final = {Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY}
_MULTISIGS: Final = {Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY}
_KEYS_OF_ANY_MULTISIG: Final = 20


class Fault(Enum):
    """A fault: its name in the nodes, and its meaning. `str(fault)` is for readers."""

    NO_INPUTS = "bad-txns-vin-empty", "it has no inputs"
    NO_OUTPUTS = "bad-txns-vout-empty", "it has no outputs"
    TOO_LARGE = "bad-txns-oversize", "it is larger than any block allows"
    NEGATIVE_VALUE = "bad-txns-vout-negative", "an output has a negative value"
    VALUE_TOO_LARGE = "bad-txns-vout-toolarge", "an output has more than 21 million coins"
    SUM_TOO_LARGE = "bad-txns-txouttotal-toolarge", "the outputs together have more than 21 million coins"
    TOO_MANY_SIGOPS = "bad-txn-sigops", "its scripts check more than 20,000 signatures"
    PAYS_TO_SCRIPT_HASH = "bad-txns-vout-p2sh", "an output pays to a script hash, which bsv ended with Genesis"
    COINBASE_SCRIPT_SIZE = "bad-cb-length", "the script of a coinbase has 2 to 100 bytes"
    NULL_OUTPOINT = "bad-txns-prevout-null", "an input spends no output, which is allowed in a coinbase only"
    DUPLICATE_INPUT = "bad-txns-inputs-duplicate", "two inputs spend the same output"

    def __init__(self, node_name: str, meaning: str) -> None:
        self.node_name = node_name
        self.meaning = meaning

    def __str__(self) -> str:
        return f"{self.meaning} ({self.node_name})"


def check_transaction_form(tx: Transaction, chain: Chain | str, *, after_genesis: bool = True) -> Fault | None:
    """Return the first fault of a transaction, or None.

    Args:
        tx: any transaction, a coinbase too.
        chain: the chain, or its name.
        after_genesis: whether the rules of the chain's newest era apply, not those of its oldest: on bsv 10^9 bytes
            instead of 10^6, no limit on signature checks, and no outputs that pay to a script hash.

    Raises:
        ChainError: no chain has this name.
        TransactionError: when `tx` cannot be serialized.
    """
    chain = chain_named(chain)
    era = chain.newest if after_genesis else chain.eras[0]
    if not tx.inputs:
        return Fault.NO_INPUTS
    if not tx.outputs:
        return Fault.NO_OUTPUTS
    if tx.size(witness=False) > era.transaction_size:
        return Fault.TOO_LARGE
    if fault := _check_values(tx.outputs):
        return fault
    if era.sigops is not None and _sigops(tx) > era.sigops:
        return Fault.TOO_MANY_SIGOPS
    if tx.is_coinbase:
        return None if len(tx.inputs[0].script) in COINBASE_SCRIPT_SIZES else Fault.COINBASE_SCRIPT_SIZE
    if not era.p2sh and any(is_p2sh(output.script) for output in tx.outputs):
        return Fault.PAYS_TO_SCRIPT_HASH
    return _check_outpoints([txin.outpoint for txin in tx.inputs], twins_first=chain.looks_for_twins_first)


def _check_values(outputs: tuple[TxOut, ...]) -> Fault | None:
    total = 0
    for output in outputs:
        if output.value < 0:
            return Fault.NEGATIVE_VALUE
        if output.value > MAX_MONEY:
            return Fault.VALUE_TOO_LARGE
        total += output.value
        if total > MAX_MONEY:
            return Fault.SUM_TOO_LARGE
    return None


def _check_outpoints(outpoints: list[OutPoint], *, twins_first: bool) -> Fault | None:
    """Return the first fault of the outpoints. Core looks for duplicates first; Bitcoin SV checks input by input."""
    seen: set[OutPoint] = set()
    faults: list[Fault] = []
    for outpoint in outpoints:
        if outpoint.is_null:
            faults.append(Fault.NULL_OUTPOINT)
        elif outpoint in seen:
            faults.append(Fault.DUPLICATE_INPUT)
        seen.add(outpoint)
    if twins_first and len(seen) < len(outpoints):
        return Fault.DUPLICATE_INPUT
    return faults[0] if faults else None


def _sigops(tx: Transaction) -> int:
    """Return the number of signature checks in the scripts, counted as before Genesis: twenty for any multisig."""
    scripts = [*(txin.script for txin in tx.inputs), *(output.script for output in tx.outputs)]
    return sum(map(_sigops_of_script, scripts))


def _sigops_of_script(script: bytes) -> int:
    count = 0
    try:
        for instruction in instructions(script):
            if instruction.opcode in _CHECKSIGS:
                count += 1
            elif instruction.opcode in _MULTISIGS:
                count += _KEYS_OF_ANY_MULTISIG
    except ScriptParseError:
        pass  # the opcodes before the truncated push count
    return count
