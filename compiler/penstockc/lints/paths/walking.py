"""The trace of a public function -> checks that are missing on a path on which the script accepts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, assert_never

from penstock.records import Record
from penstock.script.opcodes import Op
from penstockc.ir import nodes
from penstockc.language.operations import Operation
from penstockc.lints.paths.dependencies import CHECKING, HASHES, HASHING, VERIFYING, DependencyTable, PreimageRead
from penstockc.lints.paths.facts import (
    ORDERS,
    CheckedPreimage,
    Choice,
    Fact,
    Guarded,
    Handed,
    Implications,
    KnownTruth,
    PathArm,
    bounded,
)
from penstockc.lints.paths.path import Changed, Guard, Owed, Path
from penstockc.lints.paths.recording import EntryTrace, Fork, HandOver, ProgramTraces, StateChange, Step, Trace
from penstockc.semantics import typed
from penstockc.source import Span
from penstockc.support.recursion_limit import raised_recursion_limit
from penstockc.syntax.standard import BASE

_NOT_READING: Final = HASHES | {Operation.CONCATENATE, Operation.LENGTH, Operation.BYTES_EQUAL, Operation.CHECK_SIG}
"""Operations on a preimage that do not trust its contents."""


class UnguardedPaths(Record, frozen=True):
    """Missing checks on paths through a public function that reach acceptance.

    Attributes:
        function: the public function.
        loading: the place where its state is read.
        is_guarded: whether a signature, a preimage or a hash is required.
        owed: preimages that were read and not checked, changes of state that were not passed on.
        is_in_part: whether state was passed on by a preimage with only a part of the code.
        signed: for each leaf of each parameter whether it is part of a signature whose check decides something.
        lock_times: places where the lock time of a preimage is compared with a number.
    """

    function: typed.Function
    loading: Span | None
    is_guarded: bool
    owed: frozenset[Owed]
    is_in_part: bool
    signed: tuple[tuple[bool, ...], ...]
    lock_times: frozenset[Span]


def outcomes(recording: ProgramTraces) -> Iterator[UnguardedPaths]:
    """Walk all public functions of a program."""
    dependencies = DependencyTable(recording.preimages)
    walker = _PathWalker(recording, dependencies, Path(Implications(dependencies, recording.known)))
    bits = [
        [[dependencies.argument(value) for value in parameter] for parameter in entry.arguments]
        for entry in recording.entries
    ]
    with raised_recursion_limit():
        walker.trace(recording.prologue)
        for entry, numbers in zip(recording.entries, bits, strict=True):
            yield walker.entry(entry, numbers)


@dataclass(slots=True)
class _PathWalker:
    recording: ProgramTraces
    dependencies: DependencyTable
    path: Path
    is_guarded: bool = True
    unpaid: set[Owed] = field(default_factory=set)
    is_in_part: bool = False
    is_separated: bool = False
    signed: int = 0
    changes: int = 1
    loading: Span | None = None
    """The place where the state of the current public function is read: its preimage."""
    lock_times: set[Span] = field(default_factory=set)

    def entry(self, entry: EntryTrace, bits: list[list[int]]) -> UnguardedPaths:
        """Walk one public function."""
        self.is_guarded, self.is_in_part, self.loading = True, False, entry.loading
        self.unpaid, self.lock_times = set(), set()
        before, was_separated = dict(self.path.owed), self.is_separated
        with self.path.aside():
            self.trace(entry.trace)
            self.accept()
        self.path.owed, self.is_separated = before, was_separated
        return UnguardedPaths(
            entry.function,
            entry.loading,
            self.is_guarded,
            frozenset(self.unpaid),
            self.is_in_part,
            tuple(tuple(bool(bit & self.signed) for bit in parameter) for parameter in bits),
            frozenset(self.lock_times),
        )

    def accept(self) -> None:
        """Record missing checks where the script ends with success."""
        if self.path.is_dead:
            return
        self.unpaid.update(self.path.unpaid())
        self.is_guarded = self.is_guarded and self.path.is_guarded()
        is_handed = any(isinstance(fact, Handed) for fact in self.path.facts)
        self.is_in_part = self.is_in_part or (is_handed and self.path.is_in_part())

    def trace(self, trace: Trace) -> None:
        """Walk a trace, as far as a spend gets."""
        for step in trace:
            if self.path.is_dead:
                return
            self.step(step)

    def step(self, step: Step) -> None:  # noqa: C901 - one arm per step of a closed union
        """Take one step."""
        match step:
            case nodes.Constant():
                self.dependencies.constant(step)
            case nodes.Apply():
                self.dependencies.add(step, is_separated=self.is_separated)
                self.read(step)
            case nodes.Element() | nodes.CheckMultiSig():
                self.dependencies.add(step, is_separated=self.is_separated)
            case nodes.Assembly():
                self.assembly(step)
            case nodes.Require(condition=condition, span=span):
                self.decide(condition, span)
                self.signed |= self.path.demand(condition)
            case nodes.Exit(condition=condition, span=span):
                self.decide(condition, span)
                self.signed |= self.path.demand(condition)
                self.accept()
                self.path.is_dead = True
            case nodes.Separator():
                self.is_separated = True
            case StateChange(span=span):
                self.changes += 1
                self.path.owe(Changed(self.changes, span))
            case HandOver(script=script):
                self.dependencies.hand(script, self.changes)
            case Fork():
                self.fork(step)
            case nodes.Placeholder(result=result):
                self.dependencies.given(result)
            case nodes.If() | nodes.Dispatch() | nodes.Result():
                pass  # forks, entries and requirements in a trace
            case _:
                assert_never(step)

    def read(self, step: nodes.Apply) -> None:
        """Record reads of a preimage, and comparisons of a lock time."""
        if step.operation not in _NOT_READING:
            self.note_reads(step)
        is_compared = step.operation in ORDERS and step.span.start < BASE
        if is_compared and any(operand in self.recording.lock_times for operand in step.operands):
            self.lock_times.add(step.span)

    def note_reads(self, step: nodes.Apply | nodes.Assembly) -> None:
        """Record that a step reads from a preimage."""
        for operand in step.operands:
            if operand in self.recording.preimages and operand not in self.recording.known:
                self.dependencies.read(step.results, PreimageRead(self.dependencies.name(operand), step.span.shown))

    def assembly(self, step: nodes.Assembly) -> None:
        """Take a step of assembly."""
        self.dependencies.add(step, is_separated=self.is_separated)
        words = self.dependencies.opcodes(step)
        if not words & (CHECKING | HASHING):
            self.note_reads(step)
        for read in self.dependencies.union(step.operands).reads:
            self.path.owe(read)  # assembly may do anything with them
        if words & CHECKING:
            self.signed |= self.dependencies.union(step.operands).arguments
        self.is_separated = self.is_separated or Op.OP_CODESEPARATOR in words
        is_verified = words & VERIFYING or (words & CHECKING and Op.OP_VERIFY in words) or not step.results
        if is_verified and self.dependencies.checks_or_hashes(step):
            facts: set[Fact] = {Guarded()}
            for result in step.results[:1]:
                check = self.dependencies.checks.get(result)
                preimages = check.preimages if check is not None else ()
                facts |= {CheckedPreimage(each, check is not None and check.signs_part) for each in preimages}
            self.path.add(frozenset(facts))

    def decide(self, condition: nodes.Value, span: Span) -> None:
        """Record the signatures in a deciding condition, and its reads of preimages.

        Conditions in the loading of state itself do not count: unused state need not be true.
        """
        found = self.dependencies.of(condition)
        self.signed |= found.signed
        for read in found.reads if span.shown != self.loading else ():
            self.path.owe(read)

    def fork(self, step: Fork) -> None:
        """Walk both arms of a branch, and join the rest of them."""
        branch, was_separated = step.branch, self.is_separated
        if step.decides:
            self.decide(branch.condition, branch.span)
        self.signed |= self.dependencies.of(branch.condition).signed
        then, owed_then = self.arm(KnownTruth(branch.condition, truth=True), step.then, branch.then)
        separated_then, self.is_separated = self.is_separated, was_separated
        otherwise, owed_otherwise = self.arm(
            KnownTruth(branch.condition, truth=False), step.otherwise, branch.otherwise
        )
        self.is_separated = self.is_separated or separated_then
        for index, result in enumerate(branch.results):
            self.path.implications.chosen[result] = Choice((then, otherwise), index)
        live = [arm for arm in (then, otherwise) if arm.facts is not None]
        self.dependencies.choose(branch.results, branch.condition, tuple(arm.yields for arm in live))
        self.join(branch, (then, owed_then), (otherwise, owed_otherwise))

    def arm(
        self, literal: KnownTruth, trace: Trace, region: nodes.Region
    ) -> tuple[PathArm, dict[Owed, tuple[Guard, ...]]]:
        """Walk one arm; return it, and the checks still missing at its end."""
        before, self.path.owed = self.path.owed, dict(self.path.owed)
        with self.path.aside() as mark:
            self.path.assume(literal.value, truth=literal.truth)
            self.trace(trace)
            facts = None if self.path.is_dead else bounded(self.path.since(mark))
            owed = {} if facts is None else {o: g for o, g in self.path.owed.items() if not self.path.is_paid(o)}
        self.path.owed = before
        return PathArm(facts, region.yields), owed

    def join(self, branch: nodes.If, *ways: tuple[PathArm, dict[Owed, tuple[Guard, ...]]]) -> None:
        """Continue with the facts common to all arms that do not end the script."""
        live = [(arm.facts, owed, truth) for (arm, owed), truth in zip(ways, (True, False), strict=True)]
        facts = [facts for facts, _, _ in live if facts is not None]
        if not facts:
            self.path.is_dead = True
            return
        common = facts[0].intersection(*facts[1:])
        name, before = self.dependencies.name(branch.condition), dict(self.path.owed)
        for held, owed, truth in live:
            if held is None:
                continue
            literal = KnownTruth(name, truth)
            self.path.learn(literal, held - common - {literal})
            under: Guard = frozenset({literal}) if len(facts) > 1 else frozenset()
            for each, guards in owed.items():
                for guard in guards:
                    if guard not in before.get(each, ()):
                        self.path.owe(each, guard | under)
        self.path.add(common)
