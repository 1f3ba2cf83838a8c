"""Primitive operations of the language: one row for each operator and built-in function.

A row gives the operands' and results' kinds, the meaning on Python values, the opcodes, and how freely the compiler
may move it. The semantics stage picks rows, the evaluator and constant folding apply `meaning`, code generation emits
`opcodes`. A row without opcodes is rewritten into rows that have them before code generation (`ir/passes/expand.py`).

Operands are on the stack in order, the last on top; so are results. Values are int, bool and bytes of Python.
"""

from collections.abc import Callable
from enum import Enum, auto

from penstock.artifact.artifact import Kind
from penstock.script import hashes
from penstock.script.opcodes import Op
from penstockc.language import arithmetic, octets

Value = int | bool | bytes
Meaning = Callable[..., Value | tuple[Value, ...]]

INT, BOOL, BYTES = Kind.INT, Kind.BOOL, Kind.BYTES


class Freedom(Enum):
    """How freely the compiler may move, share and drop an operation.

    TOTAL: never aborts; reorder, share, drop. PARTIAL: aborts for some operands; move within its path, share with an
    earlier one on the same path, never drop, never hoist out of a branch. On a target with number limits every
    operation that reads a number is partial.
    """

    TOTAL = auto()
    PARTIAL = auto()


TOTAL, PARTIAL = Freedom.TOTAL, Freedom.PARTIAL


class Operation(Enum):
    """One primitive operation. `meaning` is None where the result depends on the spend (signatures, lock times).

    `uses_bytes`: its opcodes use the bytes of a number or truth value without decoding them, so an operand must be
    canonical. A spender can push 1 as 01, 0100 or 010000, and true as any bytes that are not zero.
    """

    takes: tuple[Kind, ...]
    gives: tuple[Kind, ...]
    opcodes: tuple[Op, ...] | None
    meaning: Meaning | None
    freedom: Freedom
    commutes: bool
    uses_bytes: bool

    def __init__(  # noqa: PLR0913, PLR0917 - the columns of the table
        self,
        takes: tuple[Kind, ...],
        gives: tuple[Kind, ...],
        opcodes: tuple[Op, ...] | None,
        meaning: Meaning | None,
        freedom: Freedom = TOTAL,
        commutes: bool = False,  # noqa: FBT001, FBT002 - a column
        uses_bytes: bool = False,  # noqa: FBT001, FBT002 - a column
    ) -> None:
        self.takes = takes
        self.gives = gives
        self.opcodes = opcodes
        self.meaning = meaning
        self.freedom = freedom
        self.commutes = commutes
        self.uses_bytes = uses_bytes

    __hash__ = object.__hash__  # rows are singletons; the hash of enumerations is slow, and compiling needs it often

    # Numbers
    NEGATE = (INT,), (INT,), (Op.OP_NEGATE,), lambda a: -a
    INCREMENT = (INT,), (INT,), (Op.OP_1ADD,), lambda a: a + 1
    DECREMENT = (INT,), (INT,), (Op.OP_1SUB,), lambda a: a - 1
    ABS = (INT,), (INT,), (Op.OP_ABS,), abs
    ADD = (INT, INT), (INT,), (Op.OP_ADD,), lambda a, b: a + b, TOTAL, True
    SUB = (INT, INT), (INT,), (Op.OP_SUB,), lambda a, b: a - b
    MUL = (INT, INT), (INT,), (Op.OP_MUL,), lambda a, b: a * b, TOTAL, True
    DIV = (INT, INT), (INT,), (Op.OP_DIV,), arithmetic.divide, PARTIAL
    MOD = (INT, INT), (INT,), (Op.OP_MOD,), arithmetic.remainder, PARTIAL
    MIN = (INT, INT), (INT,), (Op.OP_MIN,), min, TOTAL, True
    MAX = (INT, INT), (INT,), (Op.OP_MAX,), max, TOTAL, True
    INT_AND = (INT, INT), (INT,), None, arithmetic.bitwise_and, TOTAL, True
    INT_OR = (INT, INT), (INT,), None, arithmetic.bitwise_or, TOTAL, True
    INT_XOR = (INT, INT), (INT,), None, arithmetic.bitwise_xor, TOTAL, True
    INT_INVERT = (INT,), (INT,), (Op.OP_INVERT, Op.OP_BIN2NUM), arithmetic.invert, TOTAL, False, True
    NORMALIZE = (INT,), (INT,), (Op.OP_BIN2NUM,), lambda a: a  # canonical bytes; without OP_BIN2NUM, zero is added
    INT_SHIFT_LEFT = (INT, INT), (INT,), None, arithmetic.shift_left, PARTIAL
    INT_SHIFT_RIGHT = (INT, INT), (INT,), None, arithmetic.shift_right, PARTIAL

    # Comparisons
    NUM_EQUAL = (INT, INT), (BOOL,), (Op.OP_NUMEQUAL,), lambda a, b: a == b, TOTAL, True
    NUM_NOT_EQUAL = (INT, INT), (BOOL,), (Op.OP_NUMNOTEQUAL,), lambda a, b: a != b, TOTAL, True
    LESS = (INT, INT), (BOOL,), (Op.OP_LESSTHAN,), lambda a, b: a < b
    LESS_OR_EQUAL = (INT, INT), (BOOL,), (Op.OP_LESSTHANOREQUAL,), lambda a, b: a <= b
    GREATER = (INT, INT), (BOOL,), (Op.OP_GREATERTHAN,), lambda a, b: a > b
    GREATER_OR_EQUAL = (INT, INT), (BOOL,), (Op.OP_GREATERTHANOREQUAL,), lambda a, b: a >= b
    WITHIN = (INT, INT, INT), (BOOL,), (Op.OP_WITHIN,), lambda x, low, high: low <= x < high
    BYTES_EQUAL = (BYTES, BYTES), (BOOL,), (Op.OP_EQUAL,), lambda a, b: a == b, TOTAL, True
    BOOL_EQUAL = (BOOL, BOOL), (BOOL,), (Op.OP_EQUAL,), lambda a, b: a == b, TOTAL, True, True

    # Truth
    NOT = (BOOL,), (BOOL,), (Op.OP_NOT,), lambda a: not a
    NORMALIZE_BOOL = (BOOL,), (BOOL,), (Op.OP_0NOTEQUAL,), lambda a: a  # 01 or empty
    BOOL_TO_INT = (BOOL,), (INT,), (), int, TOTAL, False, True  # 1 or 0: the same bytes
    BOOL_AND = (BOOL, BOOL), (BOOL,), (Op.OP_BOOLAND,), lambda a, b: a and b, TOTAL, True
    BOOL_OR = (BOOL, BOOL), (BOOL,), (Op.OP_BOOLOR,), lambda a, b: a or b, TOTAL, True
    INT_TO_BOOL = (INT,), (BOOL,), (Op.OP_0NOTEQUAL,), lambda a: a != 0
    IS_ZERO = (INT,), (BOOL,), (Op.OP_NOT,), lambda a: a == 0
    BYTES_TO_BOOL = (BYTES,), (BOOL,), None, any

    # Bytes
    CONCATENATE = (BYTES, BYTES), (BYTES,), (Op.OP_CAT,), lambda a, b: a + b
    SPLIT = (BYTES, INT), (BYTES, BYTES), (Op.OP_SPLIT,), octets.split, PARTIAL
    SLICE = (BYTES, INT, INT), (BYTES,), None, octets.part, PARTIAL
    TAKE = (BYTES, INT), (BYTES,), None, octets.take, PARTIAL
    SKIP = (BYTES, INT), (BYTES,), None, octets.skip, PARTIAL
    LENGTH = (BYTES,), (INT,), (Op.OP_SIZE, Op.OP_NIP), len
    BYTES_AND = (BYTES, BYTES), (BYTES,), (Op.OP_AND,), octets.bitwise_and, PARTIAL, True
    BYTES_OR = (BYTES, BYTES), (BYTES,), (Op.OP_OR,), octets.bitwise_or, PARTIAL, True
    BYTES_XOR = (BYTES, BYTES), (BYTES,), (Op.OP_XOR,), octets.bitwise_xor, PARTIAL, True
    BYTES_INVERT = (BYTES,), (BYTES,), (Op.OP_INVERT,), octets.invert
    BYTES_SHIFT_LEFT = (BYTES, INT), (BYTES,), (Op.OP_LSHIFT,), octets.shift_left, PARTIAL
    BYTES_SHIFT_RIGHT = (BYTES, INT), (BYTES,), (Op.OP_RSHIFT,), octets.shift_right, PARTIAL
    REVERSE = (BYTES, INT), (BYTES,), None, octets.reverse, PARTIAL  # the size is a compile-time constant
    NUM_TO_BIN = (INT, INT), (BYTES,), (Op.OP_NUM2BIN,), arithmetic.to_bytes, PARTIAL
    PACK = (INT,), (BYTES,), (), arithmetic.pack, TOTAL, False, True
    UNPACK = (BYTES,), (INT,), (Op.OP_BIN2NUM,), arithmetic.unpack

    # Hashes
    RIPEMD160 = (BYTES,), (BYTES,), (Op.OP_RIPEMD160,), hashes.ripemd160
    SHA1 = (BYTES,), (BYTES,), (Op.OP_SHA1,), hashes.sha1
    SHA256 = (BYTES,), (BYTES,), (Op.OP_SHA256,), hashes.sha256
    HASH160 = (BYTES,), (BYTES,), (Op.OP_HASH160,), hashes.hash160
    HASH256 = (BYTES,), (BYTES,), (Op.OP_HASH256,), hashes.hash256

    # Results that depend on the spend
    CHECK_SIG = (BYTES, BYTES), (BOOL,), (Op.OP_CHECKSIG,), None, PARTIAL
    CHECK_LOCK_TIME = (INT,), (), (Op.OP_CHECKLOCKTIMEVERIFY, Op.OP_DROP), None, PARTIAL
    CHECK_SEQUENCE = (INT,), (), (Op.OP_CHECKSEQUENCEVERIFY, Op.OP_DROP), None, PARTIAL
