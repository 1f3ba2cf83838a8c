"""Dependencies of each value of a trace: arguments, hashes, signature checks, preimages, the script of the next output.

A value depends on all values that it is computed from, and on the conditions that chose it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

from penstock.records import Record
from penstock.script.opcodes import Op
from penstockc.ir import nodes
from penstockc.ir.nodes import operands_of
from penstockc.language.operations import Operation
from penstockc.source import Span

HASHES: Final = frozenset({Operation.RIPEMD160, Operation.SHA1, Operation.SHA256, Operation.HASH160, Operation.HASH256})
CHECKING: Final = frozenset({Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY, Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY})
VERIFYING: Final = frozenset({Op.OP_CHECKSIGVERIFY, Op.OP_CHECKMULTISIGVERIFY})
HASHING: Final = frozenset({Op.OP_RIPEMD160, Op.OP_SHA1, Op.OP_SHA256, Op.OP_HASH160, Op.OP_HASH256})


class PreimageRead(Record, frozen=True):
    """A read of a preimage at a place: if it decides anything, the preimage must be that of the spend."""

    preimage: nodes.Value
    span: Span


class Dependencies(Record, frozen=True):
    """Dependencies of a value.

    Attributes:
        arguments: arguments of the spender, a bit for each, as `argument` numbers them.
        is_checked: whether it depends on a hash of an argument, or on the check of a signature.
        handed: the number of the last script of a next output that it contains; 0 for none.
        signed: the arguments in signatures whose checks it depends on, as bits.
        digests: the values whose double hash it contains.
        reads: the reads of preimages that it depends on.
        is_given: whether it depends on the constructor's arguments.
    """

    arguments: int = 0
    is_checked: bool = False
    handed: int = 0
    signed: int = 0
    digests: frozenset[nodes.Value] = frozenset()
    reads: frozenset[PreimageRead] = frozenset()
    is_given: bool = False

    @property
    def is_bound(self) -> bool:
        """Whether the spender cannot choose it freely: it has a part, or all, from the contract."""
        return self.is_given or not self.arguments

    def __or__(self, other: "Dependencies") -> "Dependencies":
        if other is EMPTY or other is self:
            return self
        if self is EMPTY:
            return other
        return Dependencies(
            self.arguments | other.arguments,
            self.is_checked or other.is_checked,
            max(self.handed, other.handed),
            self.signed | other.signed,
            self.digests | other.digests if self.digests and other.digests else self.digests or other.digests,
            self.reads | other.reads if self.reads and other.reads else self.reads or other.reads,
            self.is_given or other.is_given,
        )


EMPTY: Final = Dependencies()


class SignatureCheck(Record, frozen=True):
    """A check of a signature: the preimages that its success proves, and whether it signs only a part of the script."""

    preimages: frozenset[nodes.Value]
    signs_part: bool


@dataclass(slots=True)
class DependencyTable:
    """Dependencies of all values so far, and which of them are the same value."""

    preimages: frozenset[nodes.Value]
    found: dict[nodes.Value, Dependencies] = field(default_factory=dict)
    made: dict[nodes.Value, nodes.Statement] = field(default_factory=dict)
    same: dict[nodes.Value, nodes.Value] = field(default_factory=dict)
    checks: dict[nodes.Value, SignatureCheck] = field(default_factory=dict)
    _first: dict[object, nodes.Value] = field(default_factory=dict)
    _opcodes: dict[int, frozenset[Op]] = field(default_factory=dict)
    _bits: int = 0

    def name(self, value: nodes.Value) -> nodes.Value:
        """Return the first value that is equal to this one."""
        return self.same.get(value, value)

    def opcodes(self, statement: nodes.Assembly) -> frozenset[Op]:
        """Return the opcodes in assembly, which can be long and frequent."""
        known_as = id(statement.words)  # they live as long as the trace
        if known_as not in self._opcodes:
            self._opcodes[known_as] = frozenset(word for _, word in statement.words if isinstance(word, Op))
        return self._opcodes[known_as]

    def checks_or_hashes(self, statement: nodes.Assembly) -> bool:
        """Return whether assembly checks a signature, or hashes something."""
        return bool(self.opcodes(statement) & (CHECKING | HASHING))

    def of(self, value: nodes.Value) -> Dependencies:
        """Return the dependencies of a value."""
        return self.found.get(value, EMPTY)

    def union(self, values: Iterable[nodes.Value]) -> Dependencies:
        """Return the dependencies of some values together."""
        return reduce(Dependencies.__or__, map(self.of, values), EMPTY)

    def argument(self, value: nodes.Value) -> int:
        """Add an argument of the spender; return its bit."""
        bit = 1 << self._bits
        self._bits += 1
        self.found[value] = Dependencies(arguments=bit)
        return bit

    def constant(self, statement: nodes.Constant) -> None:
        """Add a constant."""
        self._identify(statement.result, (statement.result.kind, statement.data))

    def given(self, placeholder: nodes.Value) -> None:
        """Add a constructor argument."""
        self.found[placeholder] = Dependencies(is_given=True)

    def hand(self, script: nodes.Value, number: int) -> None:
        """Mark a value as the script of the next output, with the state after change `number`."""
        self.found[script] = self.of(script) | Dependencies(handed=number)

    def read(self, results: tuple[nodes.Value, ...], read: PreimageRead) -> None:
        """Mark values as read from a preimage."""
        for result in results:
            self.found[result] = self.of(result) | Dependencies(reads=frozenset({read}))

    def add(
        self, statement: nodes.Apply | nodes.Element | nodes.CheckMultiSig | nodes.Assembly, *, is_separated: bool
    ) -> None:
        """Add the results of a statement; `is_separated`: it is after a code separator."""
        match statement:
            case nodes.Apply(results=results, operation=operation, operands=operands):
                self._apply(results, operation, operands, statement, is_separated=is_separated)
            case nodes.Element(results=results):
                self._all(results, self.union(operands_of(statement)), statement)
            case nodes.CheckMultiSig(result=result, signatures=signatures):
                dependencies = self.union(operands_of(statement))
                signed = dependencies.signed | self.union(signatures).arguments
                self._all((result,), dependencies | Dependencies(is_checked=True, signed=signed), statement)
            case nodes.Assembly(results=results, operands=operands):
                dependencies = self.union(operands)
                if self.checks_or_hashes(statement):
                    is_checking = bool(self.opcodes(statement) & CHECKING)
                    dependencies |= Dependencies(is_checked=True, signed=dependencies.arguments if is_checking else 0)
                    self._check_assembly(statement, is_separated=is_separated)
                self._all(results, dependencies, statement)

    def choose(
        self, results: tuple[nodes.Value, ...], condition: nodes.Value, arms: tuple[tuple[nodes.Value, ...], ...]
    ) -> None:
        """Add the results of a branch; without arms, no spend passes it."""
        for index, result in enumerate(results):
            yielded = [self.name(arm[index]) for arm in arms]
            if len(set(yielded)) == 1:
                self.same[result] = yielded[0]
                self.found[result] = self.of(yielded[0])
            else:
                self.found[result] = self.of(condition) | self.union(yielded)

    def _apply(
        self,
        results: tuple[nodes.Value, ...],
        operation: Operation,
        operands: tuple[nodes.Value, ...],
        statement: nodes.Apply,
        *,
        is_separated: bool,
    ) -> None:
        dependencies = self.union(operands)
        if operation in HASHES and dependencies.arguments:
            dependencies |= Dependencies(is_checked=True, digests=frozenset(self._hashed(operation, operands[0])))
        elif operation is Operation.CHECK_SIG:
            signature, key = operands
            dependencies |= Dependencies(is_checked=True, signed=self.of(signature).arguments)
            checked = self._proven(signature, key)
            if checked:
                self.checks[results[0]] = SignatureCheck(checked, is_separated)
        self._all(results, dependencies, statement)
        names = tuple(map(self.name, operands))
        for index, result in enumerate(results):
            self._identify(result, (operation, names, index))

    def _hashed(self, operation: Operation, operand: nodes.Value) -> Iterable[nodes.Value]:
        """Yield the value whose double hash an operation makes, if it is one."""
        inner = self.made.get(self.name(operand))
        if operation is Operation.HASH256:
            yield self.name(operand)
        elif operation is Operation.SHA256 and isinstance(inner, nodes.Apply) and inner.operation is Operation.SHA256:
            yield self.name(inner.operands[0])

    def _proven(self, signature: nodes.Value, key: nodes.Value) -> frozenset[nodes.Value]:
        """Return the preimages that a true check of this signature by this key proves.

        The signature is made from the preimage's hash. The spender chooses nothing else in it, and nothing in the key,
        except the hash type at its end: for a signature of his choice he could find a key, and the other way
        round.
        """
        body = signature
        made = self.made.get(self.name(signature))
        if isinstance(made, nodes.Apply) and made.operation is Operation.CONCATENATE:
            body = made.operands[0]
        chosen = self.of(body).arguments | self.of(key).arguments
        proven = self.of(body).digests
        return frozenset(value for value in proven if chosen & ~self.of(value).arguments == 0)

    def _check_assembly(self, statement: nodes.Assembly, *, is_separated: bool) -> None:
        """Add assembly that hashes, or takes a hash, and checks a signature: it counts as a check."""
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

    def _all(self, results: tuple[nodes.Value, ...], dependencies: Dependencies, statement: nodes.Statement) -> None:
        for result in results:
            self.found[result] = dependencies
            self.made[result] = statement

    def _identify(self, value: nodes.Value, known_as: object) -> None:
        first = self._first.setdefault(known_as, value)
        if first != value:
            self.same[value] = first
