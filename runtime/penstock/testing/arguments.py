"""Arguments as tests write them: keys by type, signatures and preimages of the transaction.

In: the parameters of a function, and values that may be keys, signatures and preimages to come. Out: values as
`Contract.call` and `Artifact.instantiate` take them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from penstock.artifact.artifact import Artifact, Parameter
from penstock.artifact.basic_types import BasicType
from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.contract.values.arguments import bind, fields_of
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape, shape_of
from penstock.testing.keys import Key, Preimage, Signature


def constructor_arguments(artifact: Artifact, args: Sequence[object], kwargs: Mapping[str, object]) -> list[Any]:
    """Return the arguments of a constructor in the order of its parameters, with keys filled in by type.

    Raises:
        ArgumentError: a missing, surplus or unknown argument, a key for a type that no key has, or a signature.
    """
    return _fitted(artifact, bind(artifact.contract, artifact.constructor.params, args, kwargs), None)


def call_arguments(spend: Spend, function: str, args: Sequence[object], kwargs: Mapping[str, object]) -> list[Any]:
    """Return the arguments of a call in the order of its parameters, with keys, signatures and preimages of a spend.

    Raises:
        ArgumentError: no such function, a missing, surplus or unknown argument, or a key for a type that no key has.
    """
    artifact = spend.contract.artifact
    parameters = spend.contract.function(function).params
    return _fitted(artifact, bind(f"{artifact.contract}.{function}", parameters, args, kwargs), spend)


def _fitted(artifact: Artifact, bound: Sequence[tuple[Parameter, object]], spend: Spend | None) -> list[Any]:
    return [
        _fit(parameter.name, shape_of(parameter, artifact, constructing=spend is None), value, spend)
        for parameter, value in bound
    ]


def _fit(path: str, shape: Shape, value: object, spend: Spend | None) -> object:
    match value:
        case Key():
            return _of_key(path, shape, value, spend)
        case Signature() | Preimage():
            if spend is None:
                raise ArgumentError(path, "a value that is known before the spend", repr(value))
            return value.made_for(spend)
        case list() | tuple() if isinstance(shape, ArrayShape):
            return [_fit(f"{path}[{index}]", shape.element, each, spend) for index, each in enumerate(value)]
        case _ if isinstance(shape, RecordShape) and (given := fields_of(value)) is not None:
            shapes = {field.name: field.shape for field in shape.fields}
            return {
                name: _fit(f"{path}.{name}", shapes[name], each, spend) if name in shapes else each
                for name, each in given.items()
            }
        case _:
            return value


def _of_key(path: str, shape: Shape, given: Key, spend: Spend | None) -> bytes:
    """Return what a parameter's type wants of a key."""
    match shape:
        case BasicType.PUB_KEY:
            return given.public_key
        case BasicType.RIPEMD160:
            return given.public_key_hash
        case BasicType.SIG if spend is not None:
            return given.sig().made_for(spend)
        case _:
            wanted = "a key for PubKey, PubKeyHash, Ripemd160 or Sig; or key.public_key, key.sig()"
            raise ArgumentError(path, wanted, f"{given!r} for {shape}")


def state_values(contract: Contract, state: Mapping[str, object]) -> dict[str, object]:
    """Return state properties by name, with keys filled in by type; unknown names are left for `with_state`."""
    shapes = {
        each.name: shape_of(each, contract.artifact, constructing=False) for each in contract.artifact.state_properties
    }
    return {name: _fit(name, shapes[name], value, None) if name in shapes else value for name, value in state.items()}
