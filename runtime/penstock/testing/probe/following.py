"""Consequences of a change: the parts of a call that have to follow it, so that a contract can accept it.

A contract that compares an output with an argument refuses each of them changed alone, and yet leaves open what it is:
arguments that describe an output follow it, a key follows the signature by it, and the next instance follows the
arguments.
"""

from collections.abc import Iterator

from penstock.artifact.basic_types import Kind
from penstock.contract.contract import Call, Contract
from penstock.errors import PenstockError
from penstock.evaluation.calls import evaluate_call
from penstock.evaluation.programs import program_of
from penstock.script.consensus import is_p2pkh
from penstock.script.numbers import decode_number, encode_number
from penstock.testing.keys import Signature
from penstock.testing.probe.calls import Altered, Leaf, ProbedCall
from penstock.tx.transaction import TxOut

_P2PKH_HASH = slice(3, 23)
_SHORTEST = 20
"""Bytes of a script or a hash that are not found in an argument by chance."""


def followed(call: ProbedCall, altered: Altered) -> Iterator[tuple[Altered, str]]:
    """Yield a change with what follows from it, and this in words; nothing if nothing does."""
    if altered.tx is not call.tx:
        items = dict(_items(call, altered)) if altered.tx.outputs != call.tx.outputs else {}
    else:
        items = dict(_keys(call, altered))
        if (found := _next_state(call, altered)) is not None:
            yield found, ", with the next state"
    if items:
        names = " and ".join(call.leaves[number].path for number in items)
        yield altered._replace(items={**altered.items, **items}), f", with {names}"


def _keys(call: ProbedCall, altered: Altered) -> Iterator[tuple[int, bytes]]:
    """Yield the arguments that are keys, or hashes of keys, whose signatures are now by another key."""
    for number, signature in altered.items.items():
        own = call.leaves[number].signature
        if own is None or not isinstance(signature, Signature) or signature.key == own.key:
            continue
        for other, leaf in enumerate(call.leaves):
            if leaf.item == own.key.public_key:
                yield other, signature.key.public_key
            elif leaf.item == own.key.public_key_hash:
                yield other, signature.key.public_key_hash


def _items(call: ProbedCall, altered: Altered) -> Iterator[tuple[int, bytes]]:
    """Yield the arguments that describe outputs which are now different ones."""
    old, new = call.tx.outputs, altered.tx.outputs
    pairs: list[tuple[TxOut, TxOut | None]]
    if len(old) == len(new):
        pairs = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    else:
        pairs = [(output, None) for output in old if output not in new]
    for number, leaf in enumerate(call.leaves):
        if leaf.is_signature or leaf.preimage is not None:
            continue
        item = leaf.item
        for one, other in pairs:
            item = _described(leaf, item, one, other)
        if item != leaf.item:
            yield number, item


def _described(leaf: Leaf, item: bytes, old: TxOut, new: TxOut | None) -> bytes:
    """Return an argument with another output in place of the one that it describes."""
    match leaf.type.kind:
        case Kind.INT if new is not None and old.value != new.value and decode_number(item) == old.value:
            return encode_number(new.value)
        case Kind.BYTES:
            item = item.replace(old.serialize(), b"" if new is None else new.serialize())
            if new is None or old.script == new.script or len(old.script) < _SHORTEST:
                return item
            item = item.replace(old.script, new.script)
            one, other = old.script[_P2PKH_HASH], new.script[_P2PKH_HASH]
            return item.replace(one, other) if is_p2pkh(old.script) and is_p2pkh(new.script) else item
        case _:
            return item


def _next_state(call: ProbedCall, altered: Altered) -> Altered | None:
    """Return a change of arguments with the next instance that the call then computes."""
    before = call.judged.evaluated
    if before is None or before.state is None:
        return None
    contract, program = call.spend.contract, program_of(call.spend.contract.artifact)
    items = list(call.judged.call.items)
    for number, item in altered.items.items():
        if not isinstance(item, bytes):
            return None
        items[number] = item
    assert program is not None, "the call was evaluated"
    try:
        changed = Call(contract, call.judged.call.function, tuple(items))
        state = evaluate_call(program, call.spend, changed).state
        old, new = _script(contract, before.state), None if state is None else _script(contract, state)
    except PenstockError:
        return None  # a value that is not one of the property's type
    if new is None or old == new:
        return None
    outputs = tuple(TxOut(value, new if script == old else script) for value, script in call.tx.outputs)
    return altered._replace(tx=call.tx._replace(outputs=outputs))


def _script(contract: Contract, state: dict[str, object]) -> bytes:
    return contract.with_state(**state).locking_script
