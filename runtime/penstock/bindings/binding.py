"""Base classes of generated bindings: a contract with its arguments, and a coin with it.

Generated classes only add names and types; what they do is here.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Generic, Self, TypeVar

from penstock.artifact.artifact import Artifact
from penstock.bindings.arguments import Destination
from penstock.bindings.interface import interface_digest
from penstock.bindings.records import Record, plain, typed
from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.values.shape import shape_of
from penstock.contract.wraps import Wrap
from penstock.errors import PenstockError, hides_frames
from penstock.project.compiling import compile_in_project
from penstock.script.chains import Chain as ChainRecord
from penstock.testing.arguments import constructor_arguments
from penstock.testing.chain import Chain
from penstock.testing.coins import ContractCoin
from penstock.testing.keys import Key
from penstock.testing.results import Sent
from penstock.testing.transactions import Draft

__tracebackhide__ = hides_frames

R = TypeVar("R", bound=Record)


class BindingsError(PenstockError):
    """Bindings whose contract is missing, or has changed since they were made."""


@dataclass(frozen=True, slots=True)
class Source:
    """The contract that bindings are made of.

    Attributes:
        module: the file of the bindings.
        relative: the path of the contract relative to the folder of that file.
        interface: the digest of the contract's interface.
    """

    module: str
    relative: str
    interface: str

    @property
    def path(self) -> Path:
        """The file of the contract.

        Raises:
            BindingsError: it is missing.
        """
        path = Path(os.path.normpath(Path(self.module).parent / self.relative))
        if not path.is_file():
            told = "ship the contract at this place, or give an artifact of it: .contract(artifact)"
            raise BindingsError(f"{path}, of which {self.module} was made, is missing: {told}")
        return path

    def checked(self, artifact: Artifact) -> Artifact:
        """Return an artifact of this contract.

        Raises:
            BindingsError: it has other functions, parameters, state or types than the bindings.
        """
        if interface_digest(artifact) != self.interface:
            raise BindingsError(
                f"{self.module} is not made of the contract {artifact.contract} as it is now: "
                "run the command in its first lines again"
            )
        return artifact


@dataclass(frozen=True, slots=True, repr=False)
class Coin:
    """A coin with a contract, typed: the base class of generated ones, which have a method for each public function.

    Attributes:
        untyped: the coin of the testing kit.
        draft: the draft that a call is put into: an empty one, or that of `on`.
    """

    untyped: ContractCoin
    draft: Draft

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value} satoshis)"

    @property
    def value(self) -> int:
        """Its satoshis."""
        return self.untyped.value

    def on(self, draft: Draft) -> Self:
        """Return the same coin, whose calls are further inputs of a draft."""
        return replace(self, draft=draft)

    def after(self, sent: Sent, output: int = 0) -> Self:
        """Return the coin with the next instance of this contract, in an output of a transaction that was sent.

        Raises:
            ArgumentError: the transaction was refused, or the output is not one with this contract.
        """
        found = sent.contract(output)
        known = self.untyped.contract.artifact
        if found.contract.artifact != known:
            raise ArgumentError("output", f"an output with {known.contract}", f"{found.contract.artifact.contract}")
        return type(self)(found, Draft(self.draft.chain))

    def _call(self, function: str, *args: object) -> Draft:
        """Return the draft with a call of a function, whose arguments are in the order of its parameters."""
        artifact = self.untyped.contract.artifact
        shapes = [
            shape_of(each, artifact, constructing=False) for each in self.untyped.contract.function(function).params
        ]
        return self.draft.spend(self.untyped, function, *map(plain, args, shapes))

    def _state(self, record: type[R]) -> R:
        """Return the state as a record; exceptions as `Contract.state`."""
        return typed(record, self.untyped.state)

    def _next(self, *values: object) -> Destination:
        """Return the next instance: with these values of its state, in order, None for those that do not change."""
        artifact = self.untyped.contract.artifact
        given = {
            each.name: plain(value, shape_of(each, artifact, constructing=False))
            for each, value in zip(artifact.state_properties, values, strict=True)
            if value is not None
        }
        return self.untyped.next(**given)


C = TypeVar("C", bound=Coin)


class Binding(Generic[C]):
    """A contract with the arguments of its constructor, typed: the base class of generated ones.

    Attributes:
        source: the contract that the bindings are made of.
        coin_type: the class of its coins.
    """

    source: ClassVar[Source]
    coin_type: type[C]

    def __init__(self, *arguments: object) -> None:
        self._arguments = arguments
        self._assembly: Mapping[str, bytes | int] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._arguments))})"

    @classmethod
    def artifact(cls, target: ChainRecord | str | None = None) -> Artifact:
        """Compile the contract by the settings of its project.

        Args:
            target: the chain to compile for; None for that of the settings.

        Raises:
            BindingsError: the contract is missing, or has changed since the bindings were made.
            CompileError, ProjectError, UnreadableSource: as `penstock.compile_in_project`.
        """
        return cls.source.checked(compile_in_project(cls.source.path, target))

    def assembly(self, values: Mapping[str, bytes | int]) -> Self:
        """Return the contract with values for the variables of its inline assembly, as for `Artifact.instantiate`."""
        made = type(self).__new__(type(self))
        made._arguments, made._assembly = self._arguments, values  # noqa: SLF001 - of its own class
        return made

    def contract(self, of: Artifact | ChainRecord | str | None = None) -> Contract:
        """Return the instance of the contract with these arguments.

        Args:
            of: the artifact to instantiate, or the chain to compile for; None for that of the project's settings. An
                artifact in a file of its own keeps a script the same, whichever compiler is installed.

        Raises:
            ArgumentError: an argument does not fit its type.
            BindingsError, CompileError, ProjectError, UnreadableSource: as `artifact`.
        """
        artifact = self.source.checked(of) if isinstance(of, Artifact) else self.artifact(of)
        parameters = artifact.constructor.params
        shapes = [shape_of(each, artifact, constructing=True) for each in parameters]
        given = constructor_arguments(artifact, list(map(plain, self._arguments, shapes)), {})
        return artifact.instantiate(*given, asm=self._assembly)

    def fund(self, chain: Chain, value: int, *, wrap: Wrap | str | None = None, internal_key: Key | None = None) -> C:
        """Make a coin with this contract on a test chain, which can be spent at once; mines blocks.

        Args:
            chain: the chain; the contract is compiled for it.
            value: satoshis.
            wrap: the form of the output; None for the chain's.
            internal_key: p2tr: the key that spends without the script.

        Raises:
            ArgumentError, BindingsError, CompileError, ProjectError, UnreadableSource: as `contract`.
            LedgerError: as `Chain.fund`.
        """
        contract = self.contract(chain.compile(self.source.path))
        return self.coin_type(chain.fund(contract, value, wrap=wrap, internal_key=internal_key), chain.tx())
