"""What can be wrong with state: `@state` properties, and what must be known of the transaction that changes them."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class StateWithoutPreimage(Diagnostic):
    """An entry point that touches state, and has no preimage to read it from."""

    code: ClassVar[str] = "state-without-preimage"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` uses `@state` properties without a parameter of type SigHashPreimage"

    @property
    def hint(self) -> str:
        return "state is read from the preimage of the transaction that spends the contract: take it as an argument"


@dataclass(frozen=True, slots=True)
class StateWithoutCheck(Diagnostic):
    """An entry point that can accept although the preimage that state is read from was not checked."""

    code: ClassVar[str] = "state-without-check"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` can accept without a check of the preimage that its `@state` properties are read from"

    @property
    def hint(self) -> str:
        return "demand `Tx.checkPreimage` or `this.updateState` on every path: otherwise the spender makes the state up"


@dataclass(frozen=True, slots=True)
class StateBehindSeparator(Diagnostic):
    """An entry point that hands state on, and signs only a part of the script."""

    code: ClassVar[str] = "state-behind-separator"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` hands on only what stands behind a code separator in the script"

    @property
    def hint(self) -> str:
        return "the next output gets the code that the preimage has, and that begins behind the last separator"


@dataclass(frozen=True, slots=True)
class StateOutsideContract(Diagnostic):
    """A `@state` property of a library."""

    code: ClassVar[str] = "state-outside-contract"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` cannot be state: a library is never spent"

    @property
    def hint(self) -> str:
        return "mark the contract's property that holds the library instead"
