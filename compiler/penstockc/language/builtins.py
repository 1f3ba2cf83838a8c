"""Built-in functions: one row each."""

from enum import Enum, auto

from penstock.artifact.artifact import BASIC_TYPES, BasicType
from penstock.records import Record
from penstockc.language.operations import Operation


class BuiltinForm(Enum):
    """Built-in functions that are more than one primitive operation on basic values."""

    CHECK_MULTI_SIG = auto()  # takes two array literals
    FLATTEN_SHA256 = auto()  # takes any type
    REPEAT = auto()  # takes any type, gives an array


class Builtin(Record, frozen=True):
    """A built-in function: types of its parameters (None: given by `form`), result type, operation, parameter names.

    The name of a parameter with type None contains the type for messages (`any x`).
    `constants` are the indices of parameters that take compile-time constants only, from 1 to `LARGEST_CONSTANT`.
    """

    name: str
    parameters: tuple[BasicType | None, ...]
    result: BasicType | None
    form: Operation | BuiltinForm
    names: tuple[str, ...]
    constants: frozenset[int] = frozenset()

    @property
    def signature(self) -> str:
        """The declaration, as text for messages."""
        pairs = zip(self.parameters, self.names, strict=True)
        parameters = ", ".join(name if kind is None else f"{kind} {name}" for kind, name in pairs)
        return f"{self.name}({parameters})" + ("" if self.result is None else f" : {self.result}")


LARGEST_CONSTANT = 10_000  # a size; each unit of it becomes code

_T, _O = BasicType, Operation

_ROWS = (
    Builtin("abs", (_T.INT,), _T.INT, _O.ABS, ("x",)),
    Builtin("min", (_T.INT, _T.INT), _T.INT, _O.MIN, ("x", "y")),
    Builtin("max", (_T.INT, _T.INT), _T.INT, _O.MAX, ("x", "y")),
    Builtin("within", (_T.INT, _T.INT, _T.INT), _T.BOOL, _O.WITHIN, ("x", "low", "high")),
    Builtin("ripemd160", (_T.BYTES,), _T.RIPEMD160, _O.RIPEMD160, ("b",)),
    Builtin("sha1", (_T.BYTES,), _T.SHA1, _O.SHA1, ("b",)),
    Builtin("sha256", (_T.BYTES,), _T.SHA256, _O.SHA256, ("b",)),
    Builtin("hash160", (_T.BYTES,), _T.RIPEMD160, _O.HASH160, ("b",)),
    Builtin("hash256", (_T.BYTES,), _T.SHA256, _O.HASH256, ("b",)),
    Builtin("flattenSha256", (None,), _T.SHA256, BuiltinForm.FLATTEN_SHA256, ("any x",)),
    Builtin("checkSig", (_T.SIG, _T.PUB_KEY), _T.BOOL, _O.CHECK_SIG, ("sig", "key")),
    Builtin("checkMultiSig", (None, None), _T.BOOL, BuiltinForm.CHECK_MULTI_SIG, ("Sig[] sigs", "PubKey[] keys")),
    Builtin("checkLockTime", (_T.INT,), _T.BOOL, _O.CHECK_LOCK_TIME, ("x",)),  # true, or the script aborts
    Builtin("checkSequence", (_T.INT,), _T.BOOL, _O.CHECK_SEQUENCE, ("x",)),  # true, or the script aborts
    Builtin("num2bin", (_T.INT, _T.INT), _T.BYTES, _O.NUM_TO_BIN, ("x", "size")),
    Builtin("pack", (_T.INT,), _T.BYTES, _O.PACK, ("x",)),
    Builtin("unpack", (_T.BYTES,), _T.INT, _O.UNPACK, ("b",)),
    Builtin("len", (_T.BYTES,), _T.INT, _O.LENGTH, ("b",)),
    Builtin("reverseBytes", (_T.BYTES, _T.INT), _T.BYTES, _O.REVERSE, ("b", "size"), constants=frozenset({1})),
    Builtin("repeat", (None, _T.INT), None, BuiltinForm.REPEAT, ("any x", "size"), constants=frozenset({1})),
)

BUILTINS = {row.name: row for row in _ROWS}

# Names of basic types as contracts write them; calling one casts.
TYPE_NAMES = {**BASIC_TYPES, "PubKeyHash": BasicType.RIPEMD160}
