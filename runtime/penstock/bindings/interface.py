"""The interface of a contract: what its bindings are made of, as one text, and a digest of it.

Bindings hold the digest, so that those of an older contract are noticed before they call the new one wrongly. It has
neither code nor target: a contract whose code is changed keeps its bindings.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, assert_never

from penstock.artifact.artifact import Artifact, BasicType, Parameter
from penstock.contract.values.shape import ArrayShape, RecordShape, Shape, shape_of

_SIZE: Final = 16  # hexadecimal digits


def interface_digest(artifact: Artifact) -> str:
    """Return a digest of the names and types of a contract's constructor, state and public functions.

    Raises:
        ArtifactError: the artifact does not describe one of the types.
    """
    return sha256(_interface(artifact).encode()).hexdigest()[:_SIZE]


def _interface(artifact: Artifact) -> str:
    lines = [
        artifact.contract,
        f"constructor({_listed(artifact, artifact.constructor.params, constructing=True)})",
        f"state({_listed(artifact, artifact.state_properties)})",
        *(f"{function.name}({_listed(artifact, function.params)})" for function in artifact.functions),
    ]
    return "\n".join(lines)


def _listed(artifact: Artifact, parameters: Iterable[Parameter], *, constructing: bool = False) -> str:
    shapes = ((each.name, shape_of(each, artifact, constructing=constructing)) for each in parameters)
    return ", ".join(f"{name}: {_described(shape)}" for name, shape in shapes)


def _described(shape: Shape) -> str:
    """Return a type with all of its fields."""
    match shape:
        case BasicType():
            return shape.label
        case ArrayShape(element=element, size=size):
            return f"{_described(element)}[{size}]"
        case RecordShape(name=name, fields=fields, type_arguments=types):
            inner = ", ".join(f"{field.name}: {_described(field.shape)}" for field in fields)
            return f"{name}<{', '.join(map(_described, types))}>{{{inner}}}"
        case _:
            assert_never(shape)
