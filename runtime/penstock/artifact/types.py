"""Parts of an artifact: its ABI, the types that its sources declare, and the arguments that are locks."""

from typing import ClassVar

from penstock.records import Record
from penstock.script.lock_times import Lock


class Parameter(Record, frozen=True):
    """A name and its resolved type: aliases expanded, sizes as numbers (`int[3][2]`, `ST0<int,bytes>[2]`)."""

    name: str
    type: str


class Function(Record, frozen=True):
    """A public function. `index` is its selector: pushed last by a call if there are at least two of them."""

    kind: ClassVar[str] = "function"
    name: str
    index: int
    params: tuple[Parameter, ...]


class Constructor(Record, frozen=True):
    """The constructor, with the parameters of `instantiate`."""

    kind: ClassVar[str] = "constructor"
    params: tuple[Parameter, ...] = ()


AbiEntry = Function | Constructor


class Struct(Record, frozen=True):
    """A structure: its fields, and its type parameters if it is generic."""

    name: str
    params: tuple[Parameter, ...]
    generic_types: tuple[str, ...] = ()


class Library(Record, frozen=True):
    """A library: its constructor's parameters, its properties, and its type parameters if it is generic."""

    name: str
    params: tuple[Parameter, ...]
    properties: tuple[Parameter, ...]
    generic_types: tuple[str, ...] = ()


class Alias(Record, frozen=True):
    """`type name = type;`."""

    name: str
    type: str


class ParameterLock(Record, frozen=True):
    """A leaf of the constructor's parameters that the contract uses as a lock time, unchanged."""

    name: str
    lock: Lock
