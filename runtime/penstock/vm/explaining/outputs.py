"""Comparison of outputs that a script built with those of the transaction.

A contract that fixes its outputs serializes them, hashes them, and compares the hash with the one in a preimage; after
an error only the two hashes are visible. In: data that the script hashed and that parses as outputs, and the outputs
that the preimage covers. Out: the first output that differs, field by field and state by state.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import Final, NamedTuple, TypeAlias

from penstock.script.consensus import MAX_MONEY
from penstock.tx.hash_type import OUTPUT_BITS, SignedOutputs
from penstock.tx.transaction import TxOut
from penstock.vm.explaining.preimage import Bytes

_VALUE_SIZE: Final = 8
_LENGTH_BYTES: Final = {0xFD: 2, 0xFE: 4, 0xFF: 8}
_MOST_OUTPUTS: Final = 1000


Leaf: TypeAlias = int | bool | bytes
State: TypeAlias = Mapping[str, Leaf]
StateIn: TypeAlias = Callable[[bytes], State]


class Output(NamedTuple):
    """A serialized output: 8 bytes of satoshis, and the locking script."""

    value: Bytes
    script: Bytes


def read_outputs(data: Bytes) -> tuple[Output, ...] | None:
    """Parse data as outputs, one after the other; None if it is anything else."""
    outputs = tuple(islice(_outputs(memoryview(data)), _MOST_OUTPUTS))
    return outputs if outputs and outputs[-1] is not None else None  # type: ignore[return-value]  # None is the last


def covered(outputs: Sequence[TxOut], input_index: int, hash_type: int) -> tuple[Output, ...] | None:
    """Return the outputs that a hash type covers; None if it covers none."""
    written = tuple(Output(value.to_bytes(_VALUE_SIZE, "little", signed=True), script) for value, script in outputs)
    match hash_type & OUTPUT_BITS:
        case SignedOutputs.NONE:
            return None
        case SignedOutputs.SINGLE:
            return written[input_index : input_index + 1]
        case _:
            return written


class OutputDifference(NamedTuple):
    """A difference of an output: its name, the value that the script requires, that in the transaction, the index."""

    name: str
    asked: Leaf | Bytes
    actual: Leaf | Bytes
    output: int


def output_differences(
    made: Sequence[Output], right: Sequence[Output], state_in: StateIn | None = None
) -> tuple[OutputDifference, ...]:
    """Return the differences of the first output that differs; empty if all are equal.

    Args:
        made: the outputs that the script requires.
        right: those of the transaction.
        state_in: returns the state in a script of the contract, leaf by leaf.
    """
    for index, (one, other) in enumerate(zip_longest(made, right)):
        if one is None or other is None:
            return (OutputDifference("number of outputs", len(made), len(right), index),)
        found = [
            OutputDifference(f"output {index} {name}", first, second, index)
            for name, first, second in zip(Output._fields, one, other, strict=True)
            if first != second
        ]
        if one.script != other.script and state_in is not None:
            found += _state_differences(index, state_in(bytes(one.script)), state_in(bytes(other.script)))
        if found:
            return tuple(found)
    return ()


def _state_differences(index: int, made: State, right: State) -> Iterator[OutputDifference]:
    for path, value in made.items():
        if path in right and right[path] != value:
            yield OutputDifference(f"output {index} state {path}", value, right[path], index)


def _outputs(data: memoryview) -> Iterator[Output | None]:
    """Yield the outputs in data, and None for bytes that are not an output."""
    while data:
        size, start = _script(data)
        if size < 0 or int.from_bytes(data[:_VALUE_SIZE], "little") > MAX_MONEY:
            yield None
            return
        yield Output(data[:_VALUE_SIZE], data[start : start + size])
        data = data[start + size :]


def _script(data: memoryview) -> tuple[int, int]:
    """Return the length of the first output's script, -1 if there is none, and its offset."""
    if len(data) <= _VALUE_SIZE:
        return -1, 0
    width = _LENGTH_BYTES.get(data[_VALUE_SIZE], 0)
    start = _VALUE_SIZE + 1 + width
    number = data[_VALUE_SIZE + 1 : start] if width else data[_VALUE_SIZE:start]
    size = int.from_bytes(number, "little")
    return (size, start) if start + size <= len(data) else (-1, 0)
