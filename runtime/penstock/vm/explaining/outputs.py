"""Comparing outputs that a script put together with those of the transaction.

A contract that says where its money goes writes the outputs down, hashes them, and compares with the hash in a
preimage; of a mistake only two hashes are left to see. In: data that the script hashed and that reads as outputs, and
the outputs that the preimage covers. Out: the first output that differs, field by field and state by state.
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
    """An output as it is written down: 8 bytes of satoshis, and the locking script."""

    value: Bytes
    script: Bytes


def read_outputs(data: Bytes) -> tuple[Output, ...] | None:
    """Read data as outputs, one behind the other; None if it is anything else."""
    outputs = tuple(islice(_outputs(memoryview(data)), _MOST_OUTPUTS))
    return outputs if outputs and outputs[-1] is not None else None  # type: ignore[return-value]  # None is the last


def covered(outputs: Sequence[TxOut], input_index: int, hash_type: int) -> tuple[Output, ...] | None:
    """Return the outputs that a hash type covers; None if it leaves all of them open."""
    written = tuple(Output(value.to_bytes(_VALUE_SIZE, "little", signed=True), script) for value, script in outputs)
    match hash_type & OUTPUT_BITS:
        case SignedOutputs.NONE:
            return None
        case SignedOutputs.SINGLE:
            return written[input_index : input_index + 1]
        case _:
            return written


class OutputDifference(NamedTuple):
    """What differs about an output: its name, what the script asks for, and what the transaction has."""

    name: str
    asked: Leaf | Bytes
    actual: Leaf | Bytes


def output_differences(
    made: Sequence[Output], right: Sequence[Output], state_in: StateIn | None = None
) -> tuple[OutputDifference, ...]:
    """Return what differs about the first output that differs; nothing if they are the same.

    Args:
        made: the outputs that the script asks for.
        right: those of the transaction.
        state_in: gives the state that a script of the contract carries, leaf by leaf.
    """
    for index, (one, other) in enumerate(zip_longest(made, right)):
        if one is None or other is None:
            return (OutputDifference("number of outputs", len(made), len(right)),)
        found = [
            OutputDifference(f"output {index} {name}", first, second)
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
            yield OutputDifference(f"output {index} state {path}", value, right[path])


def _outputs(data: memoryview) -> Iterator[Output | None]:
    """Yield the outputs in data, and None where it is no output."""
    while data:
        size, start = _script(data)
        if size < 0 or int.from_bytes(data[:_VALUE_SIZE], "little") > MAX_MONEY:
            yield None
            return
        yield Output(data[:_VALUE_SIZE], data[start : start + size])
        data = data[start + size :]


def _script(data: memoryview) -> tuple[int, int]:
    """Return how long the first output's script is, -1 if there is none, and where it begins."""
    if len(data) <= _VALUE_SIZE:
        return -1, 0
    width = _LENGTH_BYTES.get(data[_VALUE_SIZE], 0)
    start = _VALUE_SIZE + 1 + width
    number = data[_VALUE_SIZE + 1 : start] if width else data[_VALUE_SIZE:start]
    size = int.from_bytes(number, "little")
    return (size, start) if start + size <= len(data) else (-1, 0)
