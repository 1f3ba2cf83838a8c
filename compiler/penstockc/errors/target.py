"""Errors of a target: parts of the language that it lacks."""

from typing import Final

from penstock.script.lock_times import Lock
from penstock.script.opcodes import Op
from penstockc.diagnostics import Diagnostic
from penstockc.message_templates import alternatives

_PARTS = "let the spender push the parts as arguments of their own"
_WHOLE = "let the spender push the whole as an argument, and compare its hash"
_NUMBER_OR_BYTES = "keep the value a number, or bytes, all the way: an argument can be either"
_BITS = "use a bool for each bit, with `&&`, `||` and `!`"
_RESULT = "let the spender push the result as an argument, and check it by additions"

WAYS_ROUND: Final = {
    Op.OP_CAT: _WHOLE,
    Op.OP_SPLIT: _PARTS,
    Op.OP_NUM2BIN: _NUMBER_OR_BYTES,
    Op.OP_BIN2NUM: _NUMBER_OR_BYTES,
    Op.OP_INVERT: _BITS,
    Op.OP_AND: _BITS,
    Op.OP_OR: _BITS,
    Op.OP_XOR: _BITS,
    Op.OP_MUL: _RESULT,
    Op.OP_DIV: _RESULT,
    Op.OP_MOD: _RESULT,
    Op.OP_LSHIFT: _BITS,
    Op.OP_RSHIFT: _BITS,
    Op.OP_CHECKLOCKTIMEVERIFY: "take a SigHashPreimage p: `Tx.checkPreimage(p) && SigHash.lockTimeReached(p, x)`",
    Op.OP_CHECKSEQUENCEVERIFY: "lock times by age do not exist there: use an absolute time, `SigHash.lockTimeReached`",
}
"""The hint for each missing opcode."""


class MissingOpcode(Diagnostic, frozen=True):
    """An expression that needs an opcode that the target lacks."""

    expression: str
    opcode: Op
    target: str
    message = "`{expression}` needs {opcode.name}, which {target} does not have"

    @property
    def hint(self) -> str | None:
        return WAYS_ROUND.get(self.opcode)


_TIMES = "scripts cannot read their own transaction there; `checkLockTime` and `checkSequence` check times"
_PUSHED = "let the spender push the parts, and check them by hashes and signatures"

LIBRARY_WAYS_ROUND: Final = {"SigHash": _TIMES, "Tx": _TIMES}
"""Hints for classes of the standard library that need more than operations on bytes."""


class LibraryOnTarget(Diagnostic, frozen=True):
    """A call of the standard library that needs opcodes that the target lacks."""

    expression: str
    opcodes: tuple[Op, ...]
    target: str

    @property
    def message(self) -> str:
        opcodes = alternatives([opcode.name for opcode in self.opcodes], "and")
        return f"`{self.expression}` needs {opcodes}, which {self.target} does not have"

    @property
    def hint(self) -> str:
        return LIBRARY_WAYS_ROUND.get(self.expression.partition(".")[0], _PUSHED)


class NoExit(Diagnostic, frozen=True):
    """An `exit` on a target whose scripts cannot end early with success."""

    target: str
    message = "scripts cannot end early on {target}: OP_RETURN always fails there"
    hint = "put the following code into the other arm of an `if`"


class ElementTooLong(Diagnostic, frozen=True):
    """A constant that is too long for the target's stack."""

    size: int
    limit: int
    target: str
    message = "a value of {size} bytes: {target} takes at most {limit}"
    hint = "keep its hash in the contract, and let the spender push it in parts"


class NumberTooLong(Diagnostic, frozen=True):
    """A constant that is read as a number, and is too long for one of the target's."""

    expression: str
    size: int
    limit: int
    target: str
    message = "`{expression}` reads a number of {size} bytes: {target} reads at most {limit}"

    @property
    def hint(self) -> str:
        largest = (1 << 8 * self.limit - 1) - 1
        return f"use numbers from {-largest} to {largest}; of larger ones compare the bytes: `pack(x) == pack(y)`"


class LockOutOfRange(Diagnostic, frozen=True):
    """A constant lock that has no effect, or that is never reached."""

    number: int
    lock: Lock
    message = "`{lock}({number})` is not a lock"
    hint = "{lock.units}"


class TooManyKeys(Diagnostic, frozen=True):
    """A `checkMultiSig` of more keys than the target allows."""

    count: int
    limit: int
    target: str
    message = "`checkMultiSig` of {count} keys: {target} takes at most {limit}"
    hint = "share the keys out among several `checkMultiSig`, joined with `&&` or `||`"


class ScriptTooLong(Diagnostic, frozen=True):
    """A contract whose script is too long to be spent."""

    size: int
    limit: int
    target: str
    message = "the contract takes {size} bytes of script or more: {target} runs at most {limit}"
    hint = "split the work over several contracts"


class TooManyOpcodes(Diagnostic, frozen=True):
    """A contract whose script has too many opcodes to be spent."""

    count: int
    keys: int
    limit: int
    target: str
    hint = "split the work over several contracts"

    @property
    def message(self) -> str:
        keys = f" and {self.keys} for the keys of `checkMultiSig`" if self.keys else ""
        return (
            f"the contract takes {self.count} opcodes other than pushes{keys}: {self.target} runs at most {self.limit}"
        )
