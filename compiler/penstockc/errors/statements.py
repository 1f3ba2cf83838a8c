"""Errors of statements and function bodies: how they end, `return`, inline assembly."""

from enum import StrEnum

from penstockc.diagnostics import Diagnostic


class Ending(StrEnum):
    """The hint for a public function, by the statement at its end."""

    IF = "add `require(true);` after it: the requirements of its arms still hold"
    LOOP = "add `require(true);` after it, or require the result of the loop: `require(done);`"
    RETURN = "the last `require(..);` decides: write `require(x == 1);` instead of `return x == 1;`"


class EntryPointWithoutRequire(Diagnostic, frozen=True):
    """A public function that does not end in `require`."""

    name: str
    ending: Ending | None = None
    message = "public function `{name}` must end with `require(..);`"

    @property
    def hint(self) -> str:
        return str(self.ending or "require proof from the spender: `require(checkSig(sig, this.owner));`")


class MissingReturn(Diagnostic, frozen=True):
    """A function that does not end in `return`."""

    name: str
    ends_in_if: bool = False
    message = "function `{name}` must end with `return ..;`"

    @property
    def hint(self) -> str:
        if self.ends_in_if:
            return "write `return c ? a : b;`, or give a local its value in both arms and return that at the end"
        return "end with the result: `return x;`; a function without one returns a bool: `return true;`"


class MisplacedReturn(Diagnostic, frozen=True):
    """A `return` that is not at the end of a function with a result."""

    is_public: bool = False
    message = "`return` can only be the last statement of a function with a result"

    @property
    def hint(self) -> str:
        if self.is_public:
            return (
                "put the following code into the other arm: `if (c) { .. } else { .. }`; on bsv `exit(true);` accepts"
            )
        return "keep the result in a local and return that at the end"


class ReturnWithoutValue(Diagnostic, frozen=True):
    """A `return` without a value."""

    message = "`return` needs a value"


class AsmNotAlone(Diagnostic, frozen=True):
    """Inline assembly among other statements, or outside of a function."""

    message = "inline assembly must be the whole body of its function"


class BadAssemblyWord(Diagnostic, frozen=True):
    """A word of inline assembly that is neither an opcode nor data."""

    word: str
    close: str | None
    message = "`{word}` is neither an opcode nor data in hexadecimal (two digits a byte)"
    hint = "did you mean `{close}`?"


class UnbalancedAssembly(Diagnostic, frozen=True):
    """An `OP_IF`, `OP_ELSE` or `OP_ENDIF` without its counterpart in the same assembly."""

    message = "this opcode lacks its `OP_IF` or `OP_ENDIF`"
    hint = "the assembly of a function must close what it opens"
