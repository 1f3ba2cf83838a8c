"""Arguments as tests write them: keys by type, signatures and preimages of the transaction, dicts for maps.

In: the parameters of a function, and values that may be keys, signatures and preimages to come, maps and sets as dicts
and sets, and their items without an index. Out: values as `Contract.call` and `Artifact.instantiate` take them.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from penstock.artifact.artifact import Artifact, Parameter
from penstock.artifact.basic_types import BasicType
from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.contract.values.arguments import bind, fields_of
from penstock.contract.values.hashed import HashedMap, HashedSet, SortedItem
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape, shape_of
from penstock.errors import hides_frames
from penstock.evaluation.items import indices_in, is_unknown, unknown_index
from penstock.evaluation.programs import program_of
from penstock.testing.keys import Key, Preimage, Signature

__tracebackhide__ = hides_frames

_ITEM: Final = SortedItem.__name__
_MAP: Final = HashedMap.__name__
_SET: Final = HashedSet.__name__


def constructor_arguments(artifact: Artifact, args: Sequence[object], kwargs: Mapping[str, object]) -> list[Any]:
    """Return the arguments of a constructor in the order of its parameters, with keys and maps filled in by type.

    Raises:
        ArgumentError: a missing, surplus or unknown argument, a key for a type that no key has, or a signature.
    """
    return _fitted(artifact, bind(artifact.contract, artifact.constructor.params, args, kwargs), None)


def call_with(spend: Spend, function: str, args: Sequence[object], kwargs: Mapping[str, object]) -> Call:
    """Return a call with keys, signatures and preimages of a spend, and with the indices of items in maps and sets.

    Raises:
        ArgumentError: no such function, a missing, surplus or unknown argument, a key for a type that no key has, or
            an item without an index in a contract whose sources are not known.
    """
    artifact = spend.contract.artifact
    name = f"{artifact.contract}.{function}"
    arguments = _fitted(artifact, bind(name, spend.contract.function(function).params, args, kwargs), spend)
    if not any(map(_has_unknown, arguments)):
        return spend.call(function, *arguments)
    program = program_of(artifact)
    if program is None:
        raise ArgumentError(name, "SortedItem(item, index), as the artifact has no sources", "an item without an index")
    found = indices_in(program, spend, spend.call(function, *arguments))
    return spend.call(function, *(_with_indices(each, found) for each in arguments))


def state_values(contract: Contract, state: Mapping[str, object]) -> dict[str, object]:
    """Return state properties by name, with keys and maps filled in; unknown names are left for `with_state`."""
    shapes = {
        each.name: shape_of(each, contract.artifact, constructing=False) for each in contract.artifact.state_properties
    }
    fitting = _Fitting(None)
    return {name: fitting.fit(name, shapes[name], value) if name in shapes else value for name, value in state.items()}


def _fitted(artifact: Artifact, bound: Sequence[tuple[Parameter, object]], spend: Spend | None) -> list[Any]:
    fitting = _Fitting(spend)
    return [
        fitting.fit(parameter.name, shape_of(parameter, artifact, constructing=spend is None), value)
        for parameter, value in bound
    ]


@dataclass(frozen=True, slots=True)
class _Fitting:
    """Fits the arguments of one call.

    Attributes:
        spend: the spend; None for a constructor or a state.
        numbers: for the indices that are not known yet.
    """

    spend: Spend | None
    numbers: Iterator[int] = field(default_factory=count)

    def fit(self, path: str, shape: Shape, value: object) -> object:
        """Return a value as a contract takes it."""
        match value, shape:
            case _, RecordShape(name=name) if name == _ITEM:
                return self._item(path, shape, value)
            case Key(), _:
                return self._of_key(path, shape, value)
            case Signature() | Preimage(), _:
                if self.spend is None:
                    raise ArgumentError(path, "a value that is known before the spend", repr(value))
                return value.made_for(self.spend)
            case list() | tuple(), ArrayShape(element=element):
                return [self.fit(f"{path}[{index}]", element, each) for index, each in enumerate(value)]
            case dict(), RecordShape(name=name, type_arguments=(key, inner)) if name == _MAP and "_data" not in value:
                return HashedMap((self.fit(path, key, one), self.fit(path, inner, each)) for one, each in value.items())
            case HashedSet() | HashedMap(), _:
                return value
            case AbstractSet() | list() | tuple(), RecordShape(name=name, type_arguments=(element,)) if name == _SET:
                return (
                    value if isinstance(value, HashedSet) else HashedSet(self.fit(path, element, one) for one in value)
                )
            case _, RecordShape(fields=fields) if (given := fields_of(value)) is not None:
                shapes = {field.name: field.shape for field in fields}
                return {
                    name: self.fit(f"{path}.{name}", shapes[name], each) if name in shapes else each
                    for name, each in given.items()
                }
            case _:
                return value

    def _item(self, path: str, shape: RecordShape, value: object) -> object:
        """Return a `SortedItem`; of a bare item the index is not known yet."""
        given = fields_of(value)
        item, index = (each.shape for each in shape.fields)
        if given is not None and given.keys() == {"item", "idx"}:
            return {"item": self.fit(f"{path}.item", item, given["item"]), "idx": given["idx"]}
        if self.spend is None:
            raise ArgumentError(path, f"SortedItem(item, index), {index} last", "an item without an index")
        return {"item": self.fit(f"{path}.item", item, value), "idx": unknown_index(next(self.numbers))}

    def _of_key(self, path: str, shape: Shape, given: Key) -> bytes:
        """Return what a parameter's type wants of a key."""
        match shape:
            case BasicType.PUB_KEY:
                return given.public_key
            case BasicType.RIPEMD160:
                return given.public_key_hash
            case BasicType.SIG if self.spend is not None:
                return given.sig().made_for(self.spend)
            case _:
                wanted = "a key for PubKey, PubKeyHash, Ripemd160 or Sig; or key.public_key, key.sig()"
                raise ArgumentError(path, wanted, f"{given!r} for {shape}")


def _has_unknown(value: object) -> bool:
    match value:
        case list():
            return any(map(_has_unknown, value))
        case dict():
            return any(map(_has_unknown, value.values()))
        case _:
            return is_unknown(value)


def _with_indices(value: Any, found: Mapping[int, int]) -> Any:
    """Return a value with the indices that were found; the others, which the call does not get to, are 0."""
    match value:
        case list():
            return [_with_indices(each, found) for each in value]
        case dict():
            return {name: _with_indices(each, found) for name, each in value.items()}
        case _:
            return found.get(value, 0) if is_unknown(value) else value
