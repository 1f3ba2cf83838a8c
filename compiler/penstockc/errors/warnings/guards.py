"""Warnings about guards: values that are not checked on every path on which the script accepts."""

from penstockc.diagnostics import WarningDiagnostic


class PreimageWithoutCheck(WarningDiagnostic, frozen=True):
    """A preimage that is read, and is not checked on some path on which the script accepts."""

    name: str
    message = "`{name}` can accept without a check of the preimage that is read here"
    hint = "require `Tx.checkPreimage` of this value on every path: otherwise the spender makes it up"


class UnguardedFunction(WarningDiagnostic, frozen=True):
    """A public function that requires no signature, preimage or hash, and accepts arguments that anyone can make up."""

    name: str
    message = "`{name}` can accept without a signature, preimage or hash that a spender cannot make up"
    hint = "anyone can spend it: require a signature by a known key, a known hash, or a checked preimage on every path"


class UncheckedSignature(WarningDiagnostic, frozen=True):
    """A parameter of type Sig whose signature decides nothing."""

    name: str
    message = "the signature `{name}` is never checked"
    hint = "check it: `require(checkSig({name}, key));`"


class StateNotHandedOn(WarningDiagnostic, frozen=True):
    """A change of state that no output is required to have, on some path on which the script accepts."""

    name: str
    message = "`{name}` can accept without an output that has this change of state"
    hint = "require `this.updateState(preimage, amount)`, or an output with `this.getStateScript()`, after the change"


class StateWithoutCheck(WarningDiagnostic, frozen=True):
    """A public function that can accept without a check of the preimage that state is read from."""

    name: str
    message = "`{name}` can accept without a check of the preimage that its `@state` properties are read from"
    hint = "require `Tx.checkPreimage` or `this.updateState` on every path: otherwise the spender makes the state up"


class StateBehindSeparator(WarningDiagnostic, frozen=True):
    """A public function that keeps state after a code separator, with only a part of the script."""

    name: str
    message = "`{name}` passes on only the part of the script after a code separator"
    hint = "the next output gets the code in the preimage, which begins after the last separator"


class LockTimeByHand(WarningDiagnostic, frozen=True):
    """A lock time of a preimage, compared with a number."""

    message = "a lock time can be a height or a time in seconds, and a final input makes it void: this checks neither"
    hint = "`SigHash.lockTimeReached(preimage, n)` checks all of it"
