"""Parts of an artifact: its ABI, the types that its sources declare, and the arguments that are locks."""

from dataclasses import dataclass
from typing import ClassVar

from penstock.script.lock_times import Lock


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name and its resolved type: aliases expanded, sizes as numbers (`int[3][2]`, `ST0<int,bytes>[2]`)."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Function:
    """A public function. `index` is its selector: pushed last by a call if there are at least two of them."""

    kind: ClassVar[str] = "function"
    name: str
    index: int
    params: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Constructor:
    """The constructor, with the parameters of `instantiate`."""

    kind: ClassVar[str] = "constructor"
    params: tuple[Parameter, ...] = ()


AbiEntry = Function | Constructor


@dataclass(frozen=True, slots=True)
class Struct:
    """A structure: its fields, and its type parameters if it is generic."""

    name: str
    params: tuple[Parameter, ...]
    generic_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Library:
    """A library: its constructor's parameters, its properties, and its type parameters if it is generic."""

    name: str
    params: tuple[Parameter, ...]
    properties: tuple[Parameter, ...]
    generic_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alias:
    """`type name = type;`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class ParameterLock:
    """A leaf of the constructor's parameters that the contract uses as a lock time, unchanged."""

    name: str
    lock: Lock
