"""What lets others in: something that is believed, and not checked on every path on which the script accepts."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class PreimageWithoutCheck(Diagnostic):
    """A preimage that is read, and is not checked on some path on which the script accepts."""

    code: ClassVar[str] = "preimage-without-check"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` can accept without a check of the preimage that is read here"

    @property
    def hint(self) -> str:
        return "demand `Tx.checkPreimage` of this very value on every path: otherwise the spender makes it up"


@dataclass(frozen=True, slots=True)
class UnguardedFunction(Diagnostic):
    """A public function that can accept what anybody can make up: no signature, preimage or hash is demanded."""

    code: ClassVar[str] = "unguarded-function"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` can accept without a signature, preimage or hash that a spender cannot make up"

    @property
    def hint(self) -> str:
        return (
            "anybody can spend it: demand a signature by a known key, a known hash, or a checked preimage on every path"
        )


@dataclass(frozen=True, slots=True)
class UncheckedSignature(Diagnostic):
    """A parameter of type Sig that is in no signature whose check decides anything."""

    code: ClassVar[str] = "unchecked-signature"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"the signature `{self.name}` is never checked"

    @property
    def hint(self) -> str:
        return f"demand it: `require(checkSig({self.name}, key));`"


@dataclass(frozen=True, slots=True)
class StateNotHandedOn(Diagnostic):
    """A change of state that the outputs need not have, on some path on which the script accepts."""

    code: ClassVar[str] = "state-not-handed-on"
    severity: ClassVar[str] = "warning"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` can accept without an output that has this change of state"

    @property
    def hint(self) -> str:
        return (
            "demand `this.updateState(preimage, amount)`, or an output with `this.getStateScript()`, after the change"
        )


@dataclass(frozen=True, slots=True)
class LockTimeByHand(Diagnostic):
    """A lock time of a preimage that is compared with a number."""

    code: ClassVar[str] = "lock-time-by-hand"
    severity: ClassVar[str] = "warning"

    @property
    def message(self) -> str:
        return (
            "a lock time can be a height or a time in seconds, and a final input makes it void: this compares neither"
        )

    @property
    def hint(self) -> str:
        return "`SigHash.lockTimeReached(preimage, n)` looks at all of it"
