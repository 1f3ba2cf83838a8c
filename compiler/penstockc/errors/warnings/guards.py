"""Warnings about guards: values that are not checked on every path on which the script accepts."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic


@dataclass(frozen=True, slots=True)
class PreimageWithoutCheck(WarningDiagnostic):
    """A preimage that is read, and is not checked on some path on which the script accepts."""

    name: str
    message = "`{name}` can accept without a check of the preimage that is read here"
    hint = "demand `Tx.checkPreimage` of this very value on every path: otherwise the spender makes it up"


@dataclass(frozen=True, slots=True)
class UnguardedFunction(WarningDiagnostic):
    """A public function that demands no signature, preimage or hash, and can accept what anyone can make up."""

    name: str
    message = "`{name}` can accept without a signature, preimage or hash that a spender cannot make up"
    hint = "anyone can spend it: demand a signature by a known key, a known hash, or a checked preimage on every path"


@dataclass(frozen=True, slots=True)
class UncheckedSignature(WarningDiagnostic):
    """A parameter of type Sig that is in no signature whose check decides anything."""

    name: str
    message = "the signature `{name}` is never checked"
    hint = "demand it: `require(checkSig({name}, key));`"


@dataclass(frozen=True, slots=True)
class StateNotHandedOn(WarningDiagnostic):
    """A change of state that the outputs need not have, on some path on which the script accepts."""

    name: str
    message = "`{name}` can accept without an output that has this change of state"
    hint = "demand `this.updateState(preimage, amount)`, or an output with `this.getStateScript()`, after the change"


@dataclass(frozen=True, slots=True)
class StateWithoutCheck(WarningDiagnostic):
    """An entry point that can accept although the preimage that state is read from was not checked."""

    name: str
    message = "`{name}` can accept without a check of the preimage that its `@state` properties are read from"
    hint = "demand `Tx.checkPreimage` or `this.updateState` on every path: otherwise the spender makes the state up"


@dataclass(frozen=True, slots=True)
class StateBehindSeparator(WarningDiagnostic):
    """An entry point that hands state on, and signs only a part of the script."""

    name: str
    message = "`{name}` hands on only the part of the script after a code separator"
    hint = "the next output gets the code that the preimage has, and that begins after the last separator"


@dataclass(frozen=True, slots=True)
class LockTimeByHand(WarningDiagnostic):
    """A lock time of a preimage that is compared with a number."""

    message = "a lock time can be a height or a time in seconds, and a final input makes it void: this compares neither"
    hint = "`SigHash.lockTimeReached(preimage, n)` looks at all of it"
