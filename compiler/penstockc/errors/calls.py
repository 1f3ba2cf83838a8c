"""Errors of calls of functions, constructors and built-ins, and of their total size."""

from typing import Final

from penstockc.diagnostics import Diagnostic

_SHOWN_CALLS: Final = 6  # of a chain, from the outermost on, and the last one


class EntryPointOutsideRequire(Diagnostic, frozen=True):
    """A public function called outside of the condition of a `require`."""

    name: str
    message = "`{name}` is public and has no result"
    hint = "call it as the condition of a require: `require(x.{name}(..));`"


class EntryPointAsStatement(Diagnostic, frozen=True):
    """A public function of inline assembly, called as a statement."""

    name: str
    message = "`{name}` is inline assembly without a `require`: as a statement it would demand nothing"
    hint = "make it a function with a result, and require that"


class NotConstructible(Diagnostic, frozen=True):
    """Something that `new` or a call cannot make."""

    name: str
    reason: str
    message = "`{name}` cannot be made like this: {reason}"


class WrongArgumentCount(Diagnostic, frozen=True):
    """A call with too many or too few arguments."""

    name: str
    wanted: int
    given: int
    signature: str
    message = "`{name}` takes {wanted:count argument}, not {given}"
    hint = "it is `{signature}`"


class SwappedArguments(Diagnostic, frozen=True):
    """A call with two arguments swapped. The span is that of all arguments."""

    name: str
    signature: str
    message = "two arguments of `{name}` are swapped"
    hint = "it is `{signature}`"


class MoreSignaturesThanKeys(Diagnostic, frozen=True):
    """A `checkMultiSig` of more signatures than keys."""

    signatures: int
    keys: int
    message = "{signatures} signatures cannot match {keys:count key}"


class Recursion(Diagnostic, frozen=True):
    """Functions that call themselves, directly or not."""

    ring: tuple[str, ...]
    message = "`{ring[0]}` calls itself: {ring:chain}"
    hint = "all calls are inlined, so there is no recursion"


class CodeTooLarge(Diagnostic, frozen=True):
    """Calls and loops that expand to more code than can be compiled."""

    calls: tuple[str, ...]
    most: int
    message = "calls and loops expand this contract to more than {most} steps"

    @property
    def hint(self) -> str:
        if not self.calls:
            return "the script contains the body of a loop once for each iteration"
        is_long = len(self.calls) > _SHOWN_CALLS + 1
        chain = " -> ".join((*self.calls[:_SHOWN_CALLS], "…", self.calls[-1]) if is_long else self.calls)
        return f"each call is expanded where it is made, here {chain}: keep the result of a call in a local"
