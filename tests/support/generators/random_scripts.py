"""Random scripts made to a plan: they mostly have the needed items on the stack, and stay near the limits.

A script is drawn from a `Chooser`: Hypothesis (which shrinks failing scripts) or a seeded generator (fifty times
faster, for runs of a million). `Grammar` lists the opcodes.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from penstock.script.numbers import encode_number
from penstock.script.opcodes import Family, Op
from penstock.script.pushes import push, push_data

T = TypeVar("T")


class Chooser(Protocol):
    """Who decides."""

    def integer(self, low: int, high: int) -> int:
        """Choose a number, both ends included."""

    def pick(self, options: Sequence[T]) -> T:
        """Choose one of them."""


class Drawing:
    """Hypothesis decides."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))

    def pick(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))


class Seeded:
    """A generator with a seed decides."""

    def __init__(self, seed: int) -> None:
        generator = random.Random(seed)
        self.integer = generator.randint
        self.pick = generator.choice


def from_seeds(seeds: Iterable[int], check: Callable[[Chooser], T]) -> Iterator[T]:
    """Check the case of each seed; a failure shows its seed."""
    for seed in seeds:
        try:
            yield check(Seeded(seed))
        except AssertionError as error:
            error.add_note(f"seed {seed}")
            raise


def per_cent(choose: Chooser, chance: int) -> bool:
    """Decide with this chance."""
    return choose.integer(1, 100) <= chance


NUMBERS = tuple(
    {
        sign * (base + offset)
        for base in (0, 1, 16, 127, 128, 255, 256, 520, 32_767, 32_768, 2**23, 2**31 - 1, 2**31, 2**39)
        for offset in (-1, 0, 1)
        for sign in (-1, 1)
    }
)
BIG_NUMBERS = (2**63, -(2**63), 2**64 - 1, 2**255 - 19, -(2**256), 2**2048 + 1)
SIZES = (0, 1, 2, 3, 4, 5, 20, 32, 33, 71, 75, 76, 255, 256, 519, 520, 521)
LOCK_TIMES = (-1, 0, 1, 2, 16, 0xFFFF, 0x40_0000, 0x40_0001, 0x40_FFFF, 499_999_999, 500_000_000, 2**31, 2**32, 2**39)
ODD_NUMBERS = (b"\x00", b"\x80", b"\x00\x80", b"\x01\x00", b"\x01\x80", b"\xff\x00\x80")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Which scripts there are.

    Attributes:
        opcodes: those whose effect on the depth of the stack is in their rows, and that mean something.
        strange: bytes to throw in now and then.
        numbers: to push.
        truths: possible conditions of IF.
        branches: opcodes that open a branch.
        elses: how many ELSEs one IF may have.
    """

    opcodes: tuple[Op, ...]
    strange: tuple[int, ...]
    numbers: tuple[int, ...]
    truths: tuple[bytes, ...] = (b"", b"\x01", b"\x01", b"\x02", b"\x00", b"\x80", b"\x01\x00")
    branches: tuple[Op, ...] = (Op.OP_IF, Op.OP_NOTIF)
    elses: int = 2


_HANDLED = (Family.STACK, Family.BYTES, Family.ARITHMETIC, Family.CRYPTO, Family.NOTHING)
_CHECKS = ("CHECKSIG", "CHECKMULTISIG", "CODESEPARATOR")
_ORDINARY = tuple(op for op in Op if op.family in _HANDLED and not any(word in op.name for word in _CHECKS))
_CHRONICLE = (Op.OP_SUBSTR, Op.OP_LEFT, Op.OP_RIGHT, Op.OP_LSHIFTNUM, Op.OP_RSHIFTNUM, Op.OP_2MUL, Op.OP_2DIV)
_DISABLED_ON_BTC = (
    *(Op.OP_CAT, Op.OP_SPLIT, Op.OP_NUM2BIN, Op.OP_BIN2NUM, Op.OP_INVERT, Op.OP_AND, Op.OP_OR, Op.OP_XOR),
    *(Op.OP_MUL, Op.OP_DIV, Op.OP_MOD, Op.OP_LSHIFT, Op.OP_RSHIFT),
)

BTC = Grammar(
    tuple(op for op in _ORDINARY if op not in _DISABLED_ON_BTC + _CHRONICLE),
    tuple(range(256)),
    NUMBERS,
)
GENESIS = Grammar(
    tuple(op for op in _ORDINARY if op not in _CHRONICLE),
    tuple(range(256)),
    NUMBERS + BIG_NUMBERS,
    elses=1,
)
CHRONICLE = Grammar(
    _ORDINARY,
    tuple(range(256)),
    NUMBERS + BIG_NUMBERS,
    branches=(Op.OP_IF, Op.OP_NOTIF, Op.OP_VERIF, Op.OP_VERNOTIF),
    elses=1,
)


class Writer:
    """Writes a script, and guesses how deep the stack is."""

    def __init__(self, choose: Chooser, grammar: Grammar, depth: int = 0) -> None:
        self.choose = choose
        self.grammar = grammar
        self.depth = depth
        self.parts: list[bytes] = []

    def script(self) -> bytes:
        """Return the script so far."""
        return b"".join(self.parts)

    def write(self, steps: int, nesting: int = 3) -> None:
        """Write about so many opcodes."""
        for _ in range(steps):
            kind = self.choose.integer(1, 100)
            if kind <= 30:
                self.number()
            elif kind <= 40:
                self.data()
            elif kind <= 92 or (kind <= 98 and not nesting):
                self.opcode()
            elif kind <= 98:
                self.branch(nesting - 1)
            else:
                self.rarity()

    def rarity(self) -> None:
        """Write something rare: a lock time, a separator, a limit of depth, or any byte at all."""
        kind = self.choose.integer(1, 12)
        if kind <= 5:
            self.push(encode_number(self.choose.pick(LOCK_TIMES)))
            self.byte(self.choose.pick((Op.OP_CHECKLOCKTIMEVERIFY, Op.OP_CHECKSEQUENCEVERIFY)))
        elif kind <= 8:
            self.byte(Op.OP_CODESEPARATOR)
        elif kind == 9:
            times = self.choose.pick((60, 66, 98, 100, 196, 201, 331))
            self.parts.append(bytes((Op.OP_1, Op.OP_2, Op.OP_2DUP, *(Op.OP_3DUP,) * times)))
            self.depth += 4 + 3 * times
        else:
            self.byte(self.choose.pick(self.grammar.strange))

    def finish(self) -> None:
        """Mostly leave one true item, as CLEANSTACK wants it."""
        if per_cent(self.choose, 85):
            while self.depth > 1:
                self.byte(Op.OP_2DROP if self.depth > 2 else Op.OP_NIP)
                self.depth -= 2 if self.depth > 2 else 1
            if not self.depth:
                self.push(b"\x01")
            elif per_cent(self.choose, 50):
                self.parts.append(bytes((Op.OP_SIZE, Op.OP_NIP, Op.OP_1ADD)))

    def byte(self, byte: int) -> None:
        """Write one byte."""
        self.parts.append(bytes((byte,)))

    def push(self, data: bytes) -> None:
        """Push data in one of the forms of pushes, mostly the shortest."""
        form = self.choose.integer(1, 40)
        if form == 1 and len(data) < 256:
            self.parts.append(bytes((Op.OP_PUSHDATA1, len(data))) + data)
        elif form == 2:
            self.parts.append(bytes((Op.OP_PUSHDATA2,)) + len(data).to_bytes(2, "little") + data)
        elif form == 3:
            self.parts.append(bytes((Op.OP_PUSHDATA4,)) + len(data).to_bytes(4, "little") + data)
        else:
            self.parts.append(push_data(data) if form == 4 else push(data))
        self.depth += 1

    def number(self) -> None:
        """Push a number: one near a limit, a small one, or one in an unusual form."""
        kind = self.choose.integer(1, 20)
        if kind == 1:
            self.push(self.choose.pick(ODD_NUMBERS))
        elif kind <= 8:
            self.push(encode_number(self.choose.pick(self.grammar.numbers)))
        else:
            self.push(encode_number(self.choose.integer(-2, 20)))

    def data(self) -> None:
        """Push bytes of some length; all the same, or alternating."""
        size = self.choose.pick(SIZES) if per_cent(self.choose, 60) else self.choose.integer(0, 8)
        pattern = self.choose.pick((b"\x00", b"\x01", b"\x7f", b"\x80", b"\xff", b"\x01\x80"))
        self.push((pattern * size)[:size])

    def opcode(self) -> None:
        """Write an opcode, mostly one that finds enough on the stack."""
        op = self.choose.pick(self.grammar.opcodes)
        if op.takes > self.depth and per_cent(self.choose, 95):
            return self.number()
        if op in _INDEXED and per_cent(self.choose, 90):
            self.push(encode_number(self.choose.integer(0, max(0, self.depth - 1))))
        self.byte(op)
        self.depth = max(0, self.depth - op.takes) + op.gives
        return None

    def branch(self, nesting: int) -> None:
        """Write an IF with one to three bodies."""
        self.push(self.choose.pick(self.grammar.truths))
        opening = self.choose.pick(self.grammar.branches)
        self.byte(opening)
        self.depth -= 1
        before = self.depth
        for turn in range(self.choose.integer(1, 1 + self.grammar.elses)):
            if turn:
                self.byte(Op.OP_ELSE)
            self.depth = before
            self.write(self.choose.integer(0, 6), nesting)
            if per_cent(self.choose, 4):
                self.byte(Op.OP_RETURN)
            self.level(before)
        self.byte(Op.OP_ENDIF)

    def level(self, depth: int) -> None:
        """Bring the stack back to a depth, so that the arms of a branch agree."""
        while self.depth > depth:
            self.byte(Op.OP_DROP)
            self.depth -= 1
        while self.depth < depth:
            self.push(b"\x01")


_INDEXED = (Op.OP_PICK, Op.OP_ROLL, Op.OP_SPLIT, Op.OP_LEFT, Op.OP_RIGHT, Op.OP_LSHIFT, Op.OP_RSHIFT, Op.OP_LSHIFTNUM)

Made = TypeVar("Made")


def drawn(make: Callable[[Chooser], Made]) -> st.SearchStrategy[Made]:
    """Turn a function of a chooser into a strategy."""

    @st.composite
    def strategy(draw: st.DrawFn) -> Made:
        return make(Drawing(draw))

    return strategy()
