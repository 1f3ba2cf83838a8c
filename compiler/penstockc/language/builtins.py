"""The functions that are always there: one row each."""

from dataclasses import dataclass
from enum import Enum, auto

from penstock.contract.artifact import BASIC_TYPES, BasicType
from penstockc.language.operations import Operation


class Form(Enum):
    """Functions that are more than one primitive operation on basic values."""

    CHECK_MULTI_SIG = auto()  # takes two array literals
    FLATTEN_SHA256 = auto()  # takes any type
    REPEAT = auto()  # takes any type, gives an array


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function: its parameters' types (None: `form` knows), its result's, and what it does.

    `constants` are the indices of parameters that take compile-time constants only, from 1 to `LARGEST_CONSTANT`.
    """

    name: str
    parameters: tuple[BasicType | None, ...]
    result: BasicType | None
    form: Operation | Form
    constants: frozenset[int] = frozenset()


LARGEST_CONSTANT = 10_000  # a size; each unit of it becomes code

_T, _O = BasicType, Operation

_ROWS = (
    Builtin("abs", (_T.INT,), _T.INT, _O.ABS),
    Builtin("min", (_T.INT, _T.INT), _T.INT, _O.MIN),
    Builtin("max", (_T.INT, _T.INT), _T.INT, _O.MAX),
    Builtin("within", (_T.INT, _T.INT, _T.INT), _T.BOOL, _O.WITHIN),
    Builtin("ripemd160", (_T.BYTES,), _T.RIPEMD160, _O.RIPEMD160),
    Builtin("sha1", (_T.BYTES,), _T.SHA1, _O.SHA1),
    Builtin("sha256", (_T.BYTES,), _T.SHA256, _O.SHA256),
    Builtin("hash160", (_T.BYTES,), _T.RIPEMD160, _O.HASH160),
    Builtin("hash256", (_T.BYTES,), _T.SHA256, _O.HASH256),
    Builtin("flattenSha256", (None,), _T.SHA256, Form.FLATTEN_SHA256),
    Builtin("checkSig", (_T.SIG, _T.PUB_KEY), _T.BOOL, _O.CHECK_SIG),
    Builtin("checkMultiSig", (None, None), _T.BOOL, Form.CHECK_MULTI_SIG),
    Builtin("checkLockTime", (_T.INT,), _T.BOOL, _O.CHECK_LOCK_TIME),  # true, or the script aborts
    Builtin("checkSequence", (_T.INT,), _T.BOOL, _O.CHECK_SEQUENCE),  # true, or the script aborts
    Builtin("num2bin", (_T.INT, _T.INT), _T.BYTES, _O.NUM_TO_BIN),
    Builtin("pack", (_T.INT,), _T.BYTES, _O.PACK),
    Builtin("unpack", (_T.BYTES,), _T.INT, _O.UNPACK),
    Builtin("len", (_T.BYTES,), _T.INT, _O.LENGTH),
    Builtin("reverseBytes", (_T.BYTES, _T.INT), _T.BYTES, _O.REVERSE, constants=frozenset({1})),
    Builtin("repeat", (None, _T.INT), None, Form.REPEAT, constants=frozenset({1})),
)

BUILTINS = {row.name: row for row in _ROWS}

# Names of basic types as contracts write them; calling one casts.
TYPE_NAMES = {**BASIC_TYPES, "PubKeyHash": BasicType.RIPEMD160}
