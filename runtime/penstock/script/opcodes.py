"""Instruction set: one row per opcode.

The assembler uses the byte, the compiler's stack model the effect, the machine the arity and the number operands in the
effect; the reference manual is generated from this table. No other module defines opcode numbers.

An effect is in Forth notation, top of stack last. Its words give the kind of item:

* `n`, or a word that starts with `n_`: a script number;
* `flag`: a truth value;
* a word that ends in `*`: a run of items, its length known at run time only
  (not counted by `takes` and `gives`);
* a word that ends in `?`: an optional item (not counted either);
* any other word: bytes.

Names and effects are those of BSV since Chronicle. The opcodes that a chain lacks or names differently are in its
record (`penstock.script.chains`).
"""

from enum import Enum, IntEnum
from typing import Final, Self


class Family(Enum):
    """The subject of an opcode; the machine has one file of handlers for each of the larger families."""

    PUSH = "push"
    FLOW = "flow"
    STACK = "stack"
    BYTES = "bytes"
    ARITHMETIC = "arithmetic"
    CRYPTO = "crypto"
    LOCK_TIME = "lock time"
    NOTHING = "nothing"
    RESERVED = "reserved"


class Op(IntEnum):
    """An opcode: its byte, its stack effect, its family."""

    effect: str
    family: Family

    def __new__(cls, code: int, effect: str, family: Family) -> Self:
        """Create the member of one row."""
        op = int.__new__(cls, code)
        op._value_ = code
        op.effect = effect
        op.family = family
        return op

    @property
    def takes(self) -> int:
        """Number of items that it pops, without runs (`x*`)."""
        return sum(word[-1] not in "*?" for word in self.inputs)

    @property
    def gives(self) -> int:
        """Number of items that it pushes, without runs (`x*`) and optional ones (`x?`)."""
        return sum(word[-1] not in "*?" for word in self.outputs)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The words left of the dashes, deepest first."""
        return tuple(self.effect.partition("--")[0].split())

    @property
    def outputs(self) -> tuple[str, ...]:
        """The words right of the dashes, deepest first."""
        return tuple(self.effect.partition("--")[2].split())

    @property
    def variadic(self) -> bool:
        """Whether the effect depends on values, so that `takes` and `gives` are incomplete."""
        return "*" in self.effect or "?" in self.effect

    # Pushes. The bytes 0x01 to 0x4b push that many bytes and have no rows.
    OP_0 = 0x00, "-- empty", Family.PUSH
    OP_PUSHDATA1 = 0x4C, "-- bytes", Family.PUSH
    OP_PUSHDATA2 = 0x4D, "-- bytes", Family.PUSH
    OP_PUSHDATA4 = 0x4E, "-- bytes", Family.PUSH
    OP_1NEGATE = 0x4F, "-- n", Family.PUSH
    OP_RESERVED = 0x50, "--", Family.RESERVED
    OP_1 = 0x51, "-- n", Family.PUSH
    OP_2 = 0x52, "-- n", Family.PUSH
    OP_3 = 0x53, "-- n", Family.PUSH
    OP_4 = 0x54, "-- n", Family.PUSH
    OP_5 = 0x55, "-- n", Family.PUSH
    OP_6 = 0x56, "-- n", Family.PUSH
    OP_7 = 0x57, "-- n", Family.PUSH
    OP_8 = 0x58, "-- n", Family.PUSH
    OP_9 = 0x59, "-- n", Family.PUSH
    OP_10 = 0x5A, "-- n", Family.PUSH
    OP_11 = 0x5B, "-- n", Family.PUSH
    OP_12 = 0x5C, "-- n", Family.PUSH
    OP_13 = 0x5D, "-- n", Family.PUSH
    OP_14 = 0x5E, "-- n", Family.PUSH
    OP_15 = 0x5F, "-- n", Family.PUSH
    OP_16 = 0x60, "-- n", Family.PUSH

    # Flow
    OP_NOP = 0x61, "--", Family.NOTHING
    OP_VER = 0x62, "-- version", Family.FLOW
    OP_IF = 0x63, "flag --", Family.FLOW
    OP_NOTIF = 0x64, "flag --", Family.FLOW
    OP_VERIF = 0x65, "version --", Family.FLOW
    OP_VERNOTIF = 0x66, "version --", Family.FLOW
    OP_ELSE = 0x67, "--", Family.FLOW
    OP_ENDIF = 0x68, "--", Family.FLOW
    OP_VERIFY = 0x69, "flag --", Family.FLOW
    OP_RETURN = 0x6A, "--", Family.FLOW

    # Stack. TOALTSTACK and FROMALTSTACK move the item to and from the second stack.
    OP_TOALTSTACK = 0x6B, "a --", Family.STACK
    OP_FROMALTSTACK = 0x6C, "-- a", Family.STACK
    OP_2DROP = 0x6D, "a b --", Family.STACK
    OP_2DUP = 0x6E, "a b -- a b a b", Family.STACK
    OP_3DUP = 0x6F, "a b c -- a b c a b c", Family.STACK
    OP_2OVER = 0x70, "a b c d -- a b c d a b", Family.STACK
    OP_2ROT = 0x71, "a b c d e f -- c d e f a b", Family.STACK
    OP_2SWAP = 0x72, "a b c d -- c d a b", Family.STACK
    OP_IFDUP = 0x73, "a -- a a?", Family.STACK
    OP_DEPTH = 0x74, "-- n", Family.STACK
    OP_DROP = 0x75, "a --", Family.STACK
    OP_DUP = 0x76, "a -- a a", Family.STACK
    OP_NIP = 0x77, "a b -- b", Family.STACK
    OP_OVER = 0x78, "a b -- a b a", Family.STACK
    OP_PICK = 0x79, "a above* n -- a above* a", Family.STACK
    OP_ROLL = 0x7A, "a above* n -- above* a", Family.STACK
    OP_ROT = 0x7B, "a b c -- b c a", Family.STACK
    OP_SWAP = 0x7C, "a b -- b a", Family.STACK
    OP_TUCK = 0x7D, "a b -- b a b", Family.STACK

    # Bytes
    OP_CAT = 0x7E, "a b -- ab", Family.BYTES
    OP_SPLIT = 0x7F, "bytes n -- head tail", Family.BYTES
    OP_NUM2BIN = 0x80, "number n_size -- bytes", Family.BYTES
    OP_BIN2NUM = 0x81, "bytes -- n", Family.BYTES
    OP_SIZE = 0x82, "bytes -- bytes n", Family.BYTES
    OP_INVERT = 0x83, "bytes -- bytes", Family.BYTES
    OP_AND = 0x84, "a b -- bytes", Family.BYTES
    OP_OR = 0x85, "a b -- bytes", Family.BYTES
    OP_XOR = 0x86, "a b -- bytes", Family.BYTES
    OP_EQUAL = 0x87, "a b -- flag", Family.BYTES
    OP_EQUALVERIFY = 0x88, "a b --", Family.BYTES
    OP_RESERVED1 = 0x89, "--", Family.RESERVED
    OP_RESERVED2 = 0x8A, "--", Family.RESERVED

    # Arithmetic
    OP_1ADD = 0x8B, "n -- n", Family.ARITHMETIC
    OP_1SUB = 0x8C, "n -- n", Family.ARITHMETIC
    OP_2MUL = 0x8D, "n -- n", Family.ARITHMETIC
    OP_2DIV = 0x8E, "n -- n", Family.ARITHMETIC
    OP_NEGATE = 0x8F, "n -- n", Family.ARITHMETIC
    OP_ABS = 0x90, "n -- n", Family.ARITHMETIC
    OP_NOT = 0x91, "n -- flag", Family.ARITHMETIC
    OP_0NOTEQUAL = 0x92, "n -- flag", Family.ARITHMETIC
    OP_ADD = 0x93, "n_a n_b -- n", Family.ARITHMETIC
    OP_SUB = 0x94, "n_a n_b -- n", Family.ARITHMETIC
    OP_MUL = 0x95, "n_a n_b -- n", Family.ARITHMETIC
    OP_DIV = 0x96, "n_a n_b -- n", Family.ARITHMETIC
    OP_MOD = 0x97, "n_a n_b -- n", Family.ARITHMETIC
    OP_LSHIFT = 0x98, "bytes n -- bytes", Family.BYTES
    OP_RSHIFT = 0x99, "bytes n -- bytes", Family.BYTES
    OP_BOOLAND = 0x9A, "n_a n_b -- flag", Family.ARITHMETIC
    OP_BOOLOR = 0x9B, "n_a n_b -- flag", Family.ARITHMETIC
    OP_NUMEQUAL = 0x9C, "n_a n_b -- flag", Family.ARITHMETIC
    OP_NUMEQUALVERIFY = 0x9D, "n_a n_b --", Family.ARITHMETIC
    OP_NUMNOTEQUAL = 0x9E, "n_a n_b -- flag", Family.ARITHMETIC
    OP_LESSTHAN = 0x9F, "n_a n_b -- flag", Family.ARITHMETIC
    OP_GREATERTHAN = 0xA0, "n_a n_b -- flag", Family.ARITHMETIC
    OP_LESSTHANOREQUAL = 0xA1, "n_a n_b -- flag", Family.ARITHMETIC
    OP_GREATERTHANOREQUAL = 0xA2, "n_a n_b -- flag", Family.ARITHMETIC
    OP_MIN = 0xA3, "n_a n_b -- n", Family.ARITHMETIC
    OP_MAX = 0xA4, "n_a n_b -- n", Family.ARITHMETIC
    OP_WITHIN = 0xA5, "n n_low n_high -- flag", Family.ARITHMETIC

    # Crypto
    OP_RIPEMD160 = 0xA6, "bytes -- digest", Family.CRYPTO
    OP_SHA1 = 0xA7, "bytes -- digest", Family.CRYPTO
    OP_SHA256 = 0xA8, "bytes -- digest", Family.CRYPTO
    OP_HASH160 = 0xA9, "bytes -- digest", Family.CRYPTO
    OP_HASH256 = 0xAA, "bytes -- digest", Family.CRYPTO
    OP_CODESEPARATOR = 0xAB, "--", Family.CRYPTO
    OP_CHECKSIG = 0xAC, "signature key -- flag", Family.CRYPTO
    OP_CHECKSIGVERIFY = 0xAD, "signature key --", Family.CRYPTO
    OP_CHECKMULTISIG = 0xAE, "dummy signatures* n_signatures keys* n_keys -- flag", Family.CRYPTO
    OP_CHECKMULTISIGVERIFY = 0xAF, "dummy signatures* n_signatures keys* n_keys --", Family.CRYPTO

    # Lock times, upgradable NOPs, and the opcodes that replaced some of them
    OP_NOP1 = 0xB0, "--", Family.NOTHING
    OP_CHECKLOCKTIMEVERIFY = 0xB1, "n -- n", Family.LOCK_TIME
    OP_CHECKSEQUENCEVERIFY = 0xB2, "n -- n", Family.LOCK_TIME
    OP_SUBSTR = 0xB3, "bytes n_offset n_size -- bytes", Family.BYTES
    OP_LEFT = 0xB4, "bytes n_size -- bytes", Family.BYTES
    OP_RIGHT = 0xB5, "bytes n_size -- bytes", Family.BYTES
    OP_LSHIFTNUM = 0xB6, "n n_bits -- n", Family.ARITHMETIC
    OP_RSHIFTNUM = 0xB7, "n n_bits -- n", Family.ARITHMETIC
    OP_NOP9 = 0xB8, "--", Family.NOTHING
    OP_NOP10 = 0xB9, "--", Family.NOTHING
    OP_CHECKSIGADD = 0xBA, "signature n key -- n", Family.CRYPTO


BY_BYTE: Final[dict[int, Op]] = {op.value: op for op in Op}
"""The row of each byte that has one."""

ALIASES: Final[dict[str, Op]] = {
    "OP_FALSE": Op.OP_0,
    "OP_TRUE": Op.OP_1,
    "OP_NOP2": Op.OP_CHECKLOCKTIMEVERIFY,
    "OP_NOP3": Op.OP_CHECKSEQUENCEVERIFY,
}
"""Second names in common use."""
