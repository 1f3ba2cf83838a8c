"""Strategies for the arguments of a contract, by its ABI: one row for each basic type, arrays and structs of them.

Numbers and byte strings that stand in the sources of the contract are drawn too, as are the neighbours of the numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from penstock.artifact.artifact import Artifact
from penstock.artifact.basic_types import BasicType
from penstock.contract.errors import ArgumentError
from penstock.contract.values.demanded import PREIMAGE
from penstock.contract.values.hashed import HashedMap, HashedSet
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape, shape_of
from penstock.evaluation.programs import program_of
from penstock.script.chains import Chain
from penstock.testing.keys import Key, key
from penstock.testing.strategies.values import byte_strings, numbers
from penstock.tx.hash_type import hash_type_number
from penstockc.output.scryptc.places import is_built_in
from penstockc.semantics import typed
from penstockc.semantics.typed.walking import expressions_in, statements_in
from penstockc.targets import target_of

KEYS: Final = ("alice", "bob", "carol")
_HASH_TYPES: Final = ("ALL", "NONE", "SINGLE", "ALL|ANYONECANPAY", "NONE|ANYONECANPAY", "SINGLE|ANYONECANPAY")
_MOST_ENTRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Source:
    """Values are drawn from these.

    Attributes:
        chain: the chain of the contract.
        keys: the keys.
        numbers: the numbers in the sources of the contract.
        texts: the byte strings in them.
        constructing: whether the values are for the constructor, which checks lengths and takes no signatures.
    """

    chain: Chain
    keys: tuple[Key, ...]
    numbers: tuple[int, ...]
    texts: tuple[bytes, ...]
    constructing: bool


def arguments(artifact: Artifact, function: str, keys: Sequence[str] = KEYS) -> SearchStrategy[dict[str, Any]]:
    """Return arguments of a public function by name, for `chain.spend(coin, function, **arguments)`.

    Args:
        artifact: the contract.
        function: the public function.
        keys: the names of the keys that sign, and that stand for public keys and their hashes.

    Raises:
        ArgumentError: no such function, or no keys.
    """
    found = next((each for each in artifact.functions if each.name == function), None)
    if found is None:
        names = ", ".join(each.name for each in artifact.functions)
        raise ArgumentError(artifact.contract, f"a public function ({names})", repr(function))
    source = _source(artifact, keys, constructing=False)
    return st.fixed_dictionaries(
        {each.name: _of_shape(shape_of(each, artifact, constructing=False), source) for each in found.params}
    )


def constructor_arguments(artifact: Artifact, keys: Sequence[str] = KEYS) -> SearchStrategy[dict[str, Any]]:
    """Return arguments of the constructor by name, for `chain.contract(artifact, **arguments)`.

    The constructor may refuse some of them: a lock time that locks nothing.

    Args:
        artifact: the contract.
        keys: as for `arguments`.
    """
    source = _source(artifact, keys, constructing=True)
    return st.fixed_dictionaries(
        {
            each.name: _of_shape(shape_of(each, artifact, constructing=True), source)
            for each in artifact.constructor.params
        }
    )


def _source(artifact: Artifact, keys: Sequence[str], *, constructing: bool) -> Source:
    if not keys:
        raise ArgumentError("keys", "the name of a key at least", "none")
    program = program_of(artifact)
    literals = () if program is None else _literals(program)
    whole = tuple(dict.fromkeys(each for each in literals if isinstance(each, int) and not isinstance(each, bool)))
    texts = tuple(dict.fromkeys(each for each in literals if isinstance(each, bytes)))
    return Source(artifact.chain, tuple(map(key, keys)), whole, texts, constructing)


def _literals(program: typed.Program) -> tuple[int | bool | bytes, ...]:
    """Return the literals in the author's own sources."""
    own = [each for each in program.functions.values() if not is_built_in(program.sources.find(each.span.start))]
    return tuple(
        expression.value
        for function in own
        if isinstance(function.body, typed.Block)
        for statement in statements_in(function.body)
        for expression in expressions_in(statement)
        if isinstance(expression, typed.Literal)
    )


# Types ----------------------------------------------------------------------------------------------------------------


def _of_shape(shape: Shape, source: Source) -> SearchStrategy[Any]:
    match shape:
        case BasicType():
            return _ROWS[shape](source)
        case ArrayShape(element=element, size=size):
            return st.lists(_of_shape(element, source), min_size=size, max_size=size)
        case RecordShape(name="HashedMap", type_arguments=(BasicType() as keys, values)):
            entries = st.dictionaries(_stored(keys, source), _stored(values, source), max_size=_MOST_ENTRIES)
            return entries.map(HashedMap)
        case RecordShape(name="HashedSet", type_arguments=(BasicType() as elements,)):
            return st.sets(_stored(elements, source), max_size=_MOST_ENTRIES).map(HashedSet)
        case RecordShape(fields=fields):
            return st.fixed_dictionaries({field.name: _of_shape(field.shape, source) for field in fields})


def _stored(shape: Shape, source: Source) -> SearchStrategy[Any]:
    """Return values as a map or a set stores them, which knows no types: bytes in place of a key."""
    return _of_shape(shape, source).map(lambda value: _plain(shape, value))


def _plain(shape: Shape, value: Any) -> Any:
    if not isinstance(value, Key):
        return value
    return value.public_key_hash if shape is BasicType.RIPEMD160 else value.public_key


def _numbers(source: Source) -> SearchStrategy[int]:
    return numbers(longest=target_of(source.chain).limits.operand, more=source.numbers)


def _byte_strings(source: Source) -> SearchStrategy[bytes]:
    return byte_strings(more=source.texts)


def _of_length(length: int) -> Callable[[Source], SearchStrategy[bytes]]:
    """Return the row of a type of fixed length; calls may have another, which the contract has to refuse."""

    def row(source: Source) -> SearchStrategy[bytes]:
        right = byte_strings(lengths=[length], more=source.texts)
        return (
            right
            if source.constructing
            else st.one_of(right, st.sampled_from([b"", bytes(length - 1), bytes(length + 1)]))
        )

    return row


def _keys(source: Source) -> SearchStrategy[Key]:
    return st.sampled_from(source.keys)


def _key_hashes(source: Source) -> SearchStrategy[Key | bytes]:
    return st.one_of(_keys(source), _of_length(20)(source))


def _signatures(source: Source) -> SearchStrategy[Any]:
    """Return signatures by the keys, mostly of type ALL, and the empty one."""
    others = st.builds(Key.sig, _keys(source), st.sampled_from(_HASH_TYPES[1:]))
    return st.one_of(_keys(source), others, st.just(b""))


def _hash_types(source: Source) -> SearchStrategy[bytes]:
    return st.sampled_from([bytes((hash_type_number(name, source.chain),)) for name in _HASH_TYPES])


_ROWS: Final[Mapping[BasicType, Callable[[Source], SearchStrategy[Any]]]] = {
    BasicType.BOOL: lambda _: st.booleans(),
    BasicType.INT: _numbers,
    BasicType.PRIV_KEY: lambda source: st.sampled_from(
        [int.from_bytes(each.private.secret, "big") for each in source.keys]
    ),
    BasicType.BYTES: _byte_strings,
    BasicType.PUB_KEY: _keys,
    BasicType.SIG: _signatures,
    BasicType.RIPEMD160: _key_hashes,
    BasicType.SHA1: _of_length(20),
    BasicType.SHA256: _of_length(32),
    BasicType.SIG_HASH_TYPE: _hash_types,
    BasicType.SIG_HASH_PREIMAGE: lambda _: st.just(PREIMAGE),
    BasicType.OP_CODE_TYPE: lambda _: byte_strings(lengths=[1]),
}
