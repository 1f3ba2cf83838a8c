"""Changes of a call in its transaction: one row for each kind.

In: an accepted call. Out: for each row and each thing that it is about, the subject, the way in which it is changed in
words, and the changed transaction or arguments. Changes that change nothing are left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from penstock.artifact.basic_types import Kind
from penstock.contract.values.arguments import Argument, LeafValue
from penstock.contract.values.shape import state_leaves
from penstock.contract.values.state import RETURN, decode_state, encode_state
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.script.numbers import decode_number, encode_number
from penstock.script.witness_program import witness_program
from penstock.testing.keys import Key, Signature, key
from penstock.testing.probe.calls import Altered, Leaf, ProbedCall, hash_type_of
from penstock.testing.probe.subjects import (
    LOCK_TIME,
    MORE_INPUTS,
    MORE_OUTPUTS,
    ORDER_OF_OUTPUTS,
    SEQUENCE,
    VERSION,
)
from penstock.tx.address import p2pkh_script, witness_script
from penstock.tx.transaction import OutPoint, TxIn, TxOut

_KEY_HASH: Final = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One thing changed.

    Attributes:
        subject: the thing, as `subjects` names it.
        how: the way in which it is changed, in words; empty if the subject says it.
        altered: the changed transaction or arguments.
        by_signers: whether only a signer can make it.
    """

    subject: str
    how: str
    altered: Altered
    by_signers: bool = False


def stranger() -> Key:
    """Return a key that no contract knows."""
    return key("stranger")


# Values ---------------------------------------------------------------------------------------------------------------


def _respelled(item: bytes) -> bytes:
    """Return a number with a byte more, of the same value."""
    if not item:
        return b"\x00"
    return item[:-1] + bytes((item[-1] & 0x7F, item[-1] & 0x80))


VALUES: Final[dict[Kind, tuple[tuple[str, Callable[[bytes], bytes]], ...]]] = {
    Kind.INT: (
        ("one more", lambda item: encode_number(decode_number(item) + 1)),
        ("one less", lambda item: encode_number(decode_number(item) - 1)),
    ),
    Kind.BOOL: (("turned", lambda item: b"" if any(item) else b"\x01"),),
    Kind.BYTES: (
        ("a byte longer", lambda item: item + b"\x00"),
        ("a byte shorter", lambda item: item[:-1]),
        ("a bit flipped", lambda item: item[:-1] + bytes((item[-1] ^ 1,)) if item else item),
    ),
}
"""Changes of a value by its kind."""
SPELLINGS: Final[dict[Kind, tuple[tuple[str, Callable[[bytes], bytes]], ...]]] = {
    Kind.INT: (("a byte longer", _respelled),),
    Kind.BOOL: (("another byte", lambda item: b"\x02" if any(item) else b"\x00"),),
    Kind.BYTES: (),
}
"""Other bytes for the same value."""
_READ: Final[dict[Kind, Callable[[bytes], LeafValue]]] = {
    Kind.INT: decode_number,
    Kind.BOOL: any,
    Kind.BYTES: bytes,
}
HASH_TYPES: Final = ("NONE|ANYONECANPAY", "NONE", "SINGLE")
"""Types of signatures that a signer may choose; the first of them is what a contract should not accept unseen."""


def _values(call: ProbedCall) -> Iterator[Change]:
    """Yield changes of arguments that are neither signatures nor preimages."""
    for number, leaf in enumerate(call.leaves):
        if leaf.is_signature or leaf.preimage is not None:
            continue
        for table, subject in ((VALUES, f"argument {leaf.path}"), (SPELLINGS, f"spelling of {leaf.path}")):
            for how, changed in table[leaf.type.kind]:
                item = changed(leaf.item)
                yield Change(subject, how, _of_item(call, number, item))


def _of_item(call: ProbedCall, number: int, item: bytes | Signature) -> Altered:
    return Altered(call.tx, call.spent, {number: item})


def _signatures(call: ProbedCall) -> Iterator[Change]:
    """Yield signatures that are empty, by another key, or of another type."""
    for number, leaf in enumerate(call.leaves):
        if not leaf.is_signature or not leaf.item:
            continue
        subject = f"signature {leaf.path}"
        yield Change(subject, "empty", _of_item(call, number, b""))
        yield Change(subject, "by a stranger", _of_item(call, number, _by_a_stranger(call, leaf)))
        if leaf.signature is not None:
            for hash_type in HASH_TYPES:
                own = Signature(leaf.signature.key, hash_type, leaf.signature.separator)
                yield Change(subject, f"of type {hash_type}", _of_item(call, number, own), by_signers=True)


def _by_a_stranger(call: ProbedCall, leaf: Leaf) -> Signature:
    separator = None if leaf.signature is None else leaf.signature.separator
    return Signature(stranger(), hash_type_of(leaf, call.spend.digest_version), separator)


# The transaction ------------------------------------------------------------------------------------------------------


def states(call: ProbedCall) -> Iterator[Change]:
    """Yield the next instance with a property changed."""
    artifact = call.spend.contract.artifact
    if not artifact.state_properties:
        return
    known = list(state_leaves(artifact))
    for index, output in enumerate(call.tx.outputs):
        found = artifact.match(output.script)
        state = None if found is None or found.data is None else decode_state(known, found.data)
        if found is None or state is None:
            continue
        for number, leaf in enumerate(known):
            for how, changed in VALUES[leaf.type.kind]:
                value = _READ[leaf.type.kind](changed(state[number].item))
                leaves = [*state[:number], Argument(leaf.path, value), *state[number + 1 :]]
                script = found.code + RETURN + encode_state(leaves)
                yield Change(f"state {leaf.path}", how, _with_output(call, index, TxOut(output.value, script)))


def _with_output(call: ProbedCall, index: int, output: TxOut) -> Altered:
    return _with_outputs(call, _replaced(call.tx.outputs, index, output))


def _replaced(outputs: Sequence[TxOut], index: int, *output: TxOut) -> tuple[TxOut, ...]:
    return (*outputs[:index], *output, *outputs[index + 1 :])


def _with_outputs(call: ProbedCall, outputs: tuple[TxOut, ...]) -> Altered:
    return Altered(call.tx._replace(outputs=outputs), call.spent)


def _outputs(call: ProbedCall) -> Iterator[Change]:
    """Yield outputs of another value, to a stranger, and without one."""
    outputs = call.tx.outputs
    for index, (value, script) in enumerate(outputs):
        for how, changed in (("a satoshi less", value - 1), ("a satoshi more", value + 1)):
            if changed >= 0:
                yield Change(f"value of output {index}", how, _with_output(call, index, TxOut(changed, script)))
        other = TxOut(value, _script_of(stranger(), script))
        yield Change(f"script of output {index}", "a stranger's", _with_output(call, index, other))
        if len(outputs) > 1:  # a transaction has an output
            rest = _replaced(outputs, index)
            yield Change(f"removal of output {index}", "", _with_outputs(call, rest))


def _script_of(who: Key, instead_of: bytes) -> bytes:
    """Return a script that pays to a key, in the form of another one."""
    program = witness_program(instead_of)
    if program is not None and len(program.program) == _KEY_HASH:
        return witness_script(0, who.public_key_hash)
    return p2pkh_script(who.public_key_hash)


def _more_outputs(call: ProbedCall) -> Iterator[Change]:
    added = TxOut(1, p2pkh_script(stranger().public_key_hash))
    yield Change(MORE_OUTPUTS, "", _with_outputs(call, (*call.tx.outputs, added)))


def _order(call: ProbedCall) -> Iterator[Change]:
    """Yield the outputs with the first two that differ swapped."""
    outputs = call.tx.outputs
    for index in range(len(outputs) - 1):
        if outputs[index] != outputs[index + 1]:
            swapped = (*outputs[:index], outputs[index + 1], outputs[index], *outputs[index + 2 :])
            yield Change(ORDER_OF_OUTPUTS, "", _with_outputs(call, swapped))
            return


def _more_inputs(call: ProbedCall) -> Iterator[Change]:
    added = TxIn(OutPoint(b"\x51" * 32, 0))
    spent = TxOut(1000, p2pkh_script(stranger().public_key_hash))
    witnesses = (*call.tx.witnesses, ()) if call.tx.witnesses else ()
    tx = call.tx._replace(inputs=(*call.tx.inputs, added), witnesses=witnesses)
    yield Change(MORE_INPUTS, "", Altered(tx, (*call.spent, spent)))


def _lock_time(call: ProbedCall) -> Iterator[Change]:
    if call.tx.lock_time:
        tx = call.tx._replace(lock_time=call.tx.lock_time - 1)
        yield Change(LOCK_TIME, "earlier", Altered(tx, call.spent))


def _sequence(call: ProbedCall) -> Iterator[Change]:
    """Yield the call's input as a final one, which does not wait for a lock time."""
    index, inputs = call.spend.input_index, call.tx.inputs
    final = (*inputs[:index], inputs[index]._replace(sequence=FINAL_SEQUENCE), *inputs[index + 1 :])
    yield Change(SEQUENCE, "final", Altered(call.tx._replace(inputs=final), call.spent))


def _version(call: ProbedCall) -> Iterator[Change]:
    other = 2 if call.tx.version == 1 else 1
    yield Change(VERSION, f"{other}", Altered(call.tx._replace(version=other), call.spent))


ROWS: Final[tuple[Callable[[ProbedCall], Iterator[Change]], ...]] = (
    _signatures,  # first: those that anyone can replace are replaced in the other changes
    _outputs,
    _more_outputs,
    _order,
    states,
    _values,
    _more_inputs,
    _lock_time,
    _sequence,
    _version,
)


def changes_of(call: ProbedCall) -> Iterator[Change]:
    """Yield the changes of a call that change something."""
    for row in ROWS:
        for change in row(call):
            altered = change.altered
            if altered.tx != call.tx or any(call.leaves[number].item != item for number, item in altered.items.items()):
                yield change
