"""What each value of a trace is made of: arguments, hashes, signature checks, preimages, the script of the next output.

The cone of a value is all that it is computed from, the conditions that chose it included.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

from penstock.script.opcodes import Op
from penstockc.ir.nodes import Apply, Assembly, CheckMultiSig, Constant, Element, Statement, Value, operands_of
from penstockc.language.operations import Operation
from penstockc.source import Span

HASHES: Final = frozenset({Operation.RIPEMD160, Operation.SHA1, Operation.SHA256, Operation.HASH160, Operation.HASH256})
CHECKING: Final = frozenset({Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY, Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY})
VERIFYING: Final = frozenset({Op.OP_CHECKSIGVERIFY, Op.OP_CHECKMULTISIGVERIFY})
HASHING: Final = frozenset({Op.OP_RIPEMD160, Op.OP_SHA1, Op.OP_SHA256, Op.OP_HASH160, Op.OP_HASH256})


@dataclass(frozen=True, slots=True)
class PreimageRead:
    """A preimage was read at a place: if that decides anything, it must be that of the spend."""

    preimage: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Cone:
    """What a value is made of.

    Attributes:
        arguments: what the spender gives, a bit for each, as `Cones.bits` numbers them.
        is_checked: whether a hash of something that the spender gives, or the check of a signature, is part of it.
        handed: which script of a next output is part of it: the number of the last; 0 for none.
        signed: the arguments that lie in a signature whose check is part of it, as bits.
        digests: the values whose double hash is part of it.
        reads: what it takes from preimages.
        is_given: whether it is made of what the contract was instantiated with.
    """

    arguments: int = 0
    is_checked: bool = False
    handed: int = 0
    signed: int = 0
    digests: frozenset[Value] = frozenset()
    reads: frozenset[PreimageRead] = frozenset()
    is_given: bool = False

    @property
    def is_bound(self) -> bool:
        """Whether the spender cannot choose it as he likes: the contract knows a part of it, or all."""
        return self.is_given or not self.arguments

    def __or__(self, other: "Cone") -> "Cone":
        if other is EMPTY or other is self:
            return self
        if self is EMPTY:
            return other
        return Cone(
            self.arguments | other.arguments,
            self.is_checked or other.is_checked,
            max(self.handed, other.handed),
            self.signed | other.signed,
            self.digests | other.digests if self.digests and other.digests else self.digests or other.digests,
            self.reads | other.reads if self.reads and other.reads else self.reads or other.reads,
            self.is_given or other.is_given,
        )


EMPTY: Final = Cone()


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """A check of a signature: the preimages that are the spend's if it holds, and whether it signs the whole script."""

    preimages: frozenset[Value]
    signs_part: bool


@dataclass(slots=True)
class Cones:
    """The cones of all values so far, and which of them are one and the same value."""

    preimages: frozenset[Value]
    of: dict[Value, Cone] = field(default_factory=dict)
    made: dict[Value, Statement] = field(default_factory=dict)
    same: dict[Value, Value] = field(default_factory=dict)
    checks: dict[Value, SignatureCheck] = field(default_factory=dict)
    _first: dict[object, Value] = field(default_factory=dict)
    _opcodes: dict[int, frozenset[Op]] = field(default_factory=dict)
    _bits: int = 0

    def name(self, value: Value) -> Value:
        """Return the first value that is the same as this one."""
        return self.same.get(value, value)

    def opcodes(self, statement: Assembly) -> frozenset[Op]:
        """Return the opcodes in hand-written code, which can be long and come often."""
        known_as = id(statement.words)  # they live as long as the trace
        if known_as not in self._opcodes:
            self._opcodes[known_as] = frozenset(word for _, word in statement.words if isinstance(word, Op))
        return self._opcodes[known_as]

    def checks_or_hashes(self, statement: Assembly) -> bool:
        """Tell whether hand-written code checks a signature, or hashes something."""
        return bool(self.opcodes(statement) & (CHECKING | HASHING))

    def cone(self, value: Value) -> Cone:
        """Return what a value is made of."""
        return self.of.get(value, EMPTY)

    def union(self, values: Iterable[Value]) -> Cone:
        """Return what some values are made of."""
        return reduce(Cone.__or__, map(self.cone, values), EMPTY)

    def argument(self, value: Value) -> int:
        """Number something that the spender gives; return its bit."""
        bit = 1 << self._bits
        self._bits += 1
        self.of[value] = Cone(arguments=bit)
        return bit

    def constant(self, statement: Constant) -> None:
        """Note a constant."""
        self._identify(statement.result, (statement.result.kind, statement.data))

    def given(self, placeholder: Value) -> None:
        """Note a constructor argument."""
        self.of[placeholder] = Cone(is_given=True)

    def hand(self, script: Value, number: int) -> None:
        """Note that a value is the script of the next output, with the state after change `number`."""
        self.of[script] = self.cone(script) | Cone(handed=number)

    def read(self, results: tuple[Value, ...], read: PreimageRead) -> None:
        """Note that values are taken from a preimage."""
        for result in results:
            self.of[result] = self.cone(result) | Cone(reads=frozenset({read}))

    def add(self, statement: Apply | Element | CheckMultiSig | Assembly, *, is_separated: bool) -> None:
        """Note what a statement makes; `is_separated`: a code separator stands before it."""
        match statement:
            case Apply(results=results, operation=operation, operands=operands):
                self._apply(results, operation, operands, statement, is_separated=is_separated)
            case Element(results=results):
                self._all(results, self.union(operands_of(statement)), statement)
            case CheckMultiSig(result=result, signatures=signatures):
                cone = self.union(operands_of(statement))
                signed = cone.signed | self.union(signatures).arguments
                self._all((result,), cone | Cone(is_checked=True, signed=signed), statement)
            case Assembly(results=results, operands=operands):
                cone = self.union(operands)
                if self.checks_or_hashes(statement):
                    is_checking = bool(self.opcodes(statement) & CHECKING)
                    cone |= Cone(is_checked=True, signed=cone.arguments if is_checking else 0)
                    self._check_assembly(statement, is_separated=is_separated)
                self._all(results, cone, statement)

    def choose(self, results: tuple[Value, ...], condition: Value, arms: tuple[tuple[Value, ...], ...]) -> None:
        """Note that a branch gives what one of its arms yields; no arms are left where no spend gets through."""
        for index, result in enumerate(results):
            yielded = [self.name(arm[index]) for arm in arms]
            if len(set(yielded)) == 1:
                self.same[result] = yielded[0]
                self.of[result] = self.cone(yielded[0])
            else:
                self.of[result] = self.cone(condition) | self.union(yielded)

    def _apply(
        self,
        results: tuple[Value, ...],
        operation: Operation,
        operands: tuple[Value, ...],
        statement: Apply,
        *,
        is_separated: bool,
    ) -> None:
        cone = self.union(operands)
        if operation in HASHES and cone.arguments:
            cone |= Cone(is_checked=True, digests=frozenset(self._hashed(operation, operands[0])))
        elif operation is Operation.CHECK_SIG:
            signature, key = operands
            cone |= Cone(is_checked=True, signed=self.cone(signature).arguments)
            checked = self._proven(signature, key)
            if checked:
                self.checks[results[0]] = SignatureCheck(checked, is_separated)
        self._all(results, cone, statement)
        names = tuple(map(self.name, operands))
        for index, result in enumerate(results):
            self._identify(result, (operation, names, index))

    def _hashed(self, operation: Operation, operand: Value) -> Iterable[Value]:
        """Yield what the double hash is of, if it is one."""
        inner = self.made.get(self.name(operand))
        if operation is Operation.HASH256:
            yield self.name(operand)
        elif operation is Operation.SHA256 and isinstance(inner, Apply) and inner.operation is Operation.SHA256:
            yield self.name(inner.operands[0])

    def _proven(self, signature: Value, key: Value) -> frozenset[Value]:
        """Return the preimages that are the spend's if this signature by this key holds.

        The signature is made from the preimage's hash. Nothing else in it, and nothing in the key, is what the spender
        chooses, but for the hash type at its end: to a signature of his choice he could find a key, and the other way
        round.
        """
        body = signature
        made = self.made.get(self.name(signature))
        if isinstance(made, Apply) and made.operation is Operation.CONCATENATE:
            body = made.operands[0]
        chosen = self.cone(body).arguments | self.cone(key).arguments
        proven = self.cone(body).digests
        return frozenset(value for value in proven if chosen & ~self.cone(value).arguments == 0)

    def _check_assembly(self, statement: Assembly, *, is_separated: bool) -> None:
        """Hand-written code that hashes, or takes a hash, and checks a signature: it is taken for a check."""
        words = self.opcodes(statement)
        if not words & CHECKING:
            return
        if words <= {Op.OP_CODESEPARATOR, Op.OP_CHECKSIG} and len(statement.operands) == 2:
            checked = self._proven(*statement.operands)
        else:
            checked = self.union(statement.operands).digests
            if Op.OP_HASH256 in words or Op.OP_SHA256 in words:
                checked |= {self.name(each) for each in statement.operands}
        signs_part = is_separated or Op.OP_CODESEPARATOR in words
        for result in statement.results:
            self.checks[result] = SignatureCheck(checked, signs_part)

    def _all(self, results: tuple[Value, ...], cone: Cone, statement: Statement) -> None:
        for result in results:
            self.of[result] = cone
            self.made[result] = statement

    def _identify(self, value: Value, known_as: object) -> None:
        first = self._first.setdefault(known_as, value)
        if first != value:
            self.same[value] = first
