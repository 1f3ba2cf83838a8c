"""Checks of both sides on any transaction that they receive; a failed check returns a `Refusal`."""

from collections.abc import Sequence

from penstock.artifact.template import pushed_item
from penstock.channel.agreement.agreement import CHAIN
from penstock.channel.agreement.refusals import ScriptFails, Unreadable, WrongTransaction
from penstock.channel.transactions.fields import differences
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.tx.transaction import Transaction, TransactionError, TxOut
from penstock.vm.judging.verify import check_transaction

_SHOWN = 40


def read_transaction(raw: bytes) -> Transaction | Unreadable:
    """Parse a transaction that the other side sent."""
    try:
        return Transaction.parse(raw, segwit=False)
    except TransactionError as error:
        return Unreadable(str(error))


def first_difference(expected: Transaction, got: Transaction) -> WrongTransaction | None:
    """Compare everything except the unlocking scripts with the agreed transaction."""
    mine, theirs = without_scripts(expected), without_scripts(got)
    if mine == theirs:
        return None
    found = differences(mine, theirs)
    return WrongTransaction(found[0].place, _shown(found[0].before), _shown(found[0].after))


def without_scripts(transaction: Transaction) -> Transaction:
    """Return `transaction` with every unlocking script empty: the part that every signature over it can cover."""
    return transaction._replace(inputs=tuple(txin._replace(script=b"") for txin in transaction.inputs))


def scripts_hold(transaction: Transaction, spent: Sequence[TxOut]) -> ScriptFails | None:
    """Run every input's scripts on the machine.

    Args:
        transaction: as it would be broadcast.
        spent: the outputs that its inputs spend, in order.
    """
    verdicts = check_transaction(transaction, spent, CHAIN)
    for index, verdict in enumerate(verdicts):
        if not verdict:
            return ScriptFails(index, str(verdict.error))
    return None


def pushes_of(script: bytes) -> tuple[bytes, ...] | None:
    """Return the pushes of an unlocking script, or None if it has another opcode."""
    try:
        pushes = list(instructions(script))
    except ScriptParseError:
        return None
    if any(pushed.opcode > Op.OP_16 or pushed.opcode == Op.OP_RESERVED for pushed in pushes):
        return None
    return tuple(map(pushed_item, pushes))


def _shown(raw: bytes | None) -> str:
    if raw is None:
        return "missing"
    text = raw.hex() or "empty"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(raw)} bytes)"
