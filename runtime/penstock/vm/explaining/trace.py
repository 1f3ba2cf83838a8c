"""Trace: every step of judging an input, recorded by a listener of the same machine.

    for step in trace(unlocking, locking, tx=tx, input_index=0, value=1000).steps:
        print(step)

A step keeps both stacks as they were, so a trace takes memory in the number of steps times the depth of the stacks.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from penstock.script.assembler import instruction_text
from penstock.script.chains import DEFAULT_RULES, Chain
from penstock.script.parse import Instruction, ScriptParseError, instructions
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import Transaction
from penstock.vm.items import Item, as_bytes
from penstock.vm.judging.case import Case, Phase, SourceLookup, SpentOutputs
from penstock.vm.judging.checker import TapLeaf
from penstock.vm.judging.steps import judge
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import make_case
from penstock.vm.reasons import Reason
from penstock.vm.rules import RuleSet

if TYPE_CHECKING:
    from bitcoin.core import CTransaction


@dataclass(frozen=True, slots=True)
class Stacks:
    """Both stacks at one moment.

    Attributes:
        items: the stack, bottom first, in the machine's representation.
        alt_items: the second stack.
    """

    items: tuple[Item, ...]
    alt_items: tuple[Item, ...]

    @property
    def stack(self) -> tuple[bytes, ...]:
        """The stack, bottom first."""
        return tuple(map(as_bytes, self.items))

    @property
    def alt_stack(self) -> tuple[bytes, ...]:
        """The second stack, bottom first."""
        return tuple(map(as_bytes, self.alt_items))


@dataclass(frozen=True, slots=True)
class Step:
    """One opcode that was run.

    Attributes:
        script: the script that contains it.
        opcode_index: its index in the script.
        offset: its offset in bytes.
        text: its name, or the data that it pushes.
        before: the stacks before it.
        after: the stacks after it; None if it failed.
        taken: for IF and similar opcodes whether the branch was taken.
        source_line: its source line, if the artifact is known.
    """

    script: Phase
    opcode_index: int
    offset: int
    text: str
    before: Stacks
    after: Stacks | None
    taken: bool | None = None
    source_line: str | None = None

    def __str__(self) -> str:
        shown = " ".join(item.hex() or "''" for item in self.before.stack[-4:])
        deeper = "… " if len(self.before.items) > 4 else ""
        return f"{self.script.value} {self.opcode_index:4} {self.text:24.24} | {deeper}{shown}"


@dataclass(frozen=True, slots=True)
class EcdsaCheck:
    """An ECDSA signature that was checked: the kind of digest, the script code, the key, and the result."""

    kind: SignatureVersion
    code: bytes
    signature: bytes
    key: bytes
    good: bool


@dataclass(frozen=True, slots=True)
class SchnorrCheck:
    """A Schnorr signature that was checked: its hash type, the leaf, the last CODESEPARATOR in it, its key."""

    hash_type: int
    leaf: TapLeaf
    separator: int
    signature: bytes
    key: bytes


SignatureCheck = EcdsaCheck | SchnorrCheck


@dataclass(frozen=True, slots=True)
class Trace:
    """All steps, all signatures that were checked, and the verdict."""

    steps: tuple[Step, ...]
    signatures: tuple[SignatureCheck, ...]
    verdict: Verdict


def trace(  # noqa: PLR0913 - those of `verify`
    unlocking: bytes,
    locking: bytes,
    *,
    tx: "bytes | CTransaction | Transaction",
    input_index: int,
    value: int,
    rules: RuleSet | Chain | str = DEFAULT_RULES,
    spent_outputs: SpentOutputs | None = None,
    artifact: SourceLookup | None = None,
) -> Trace:
    """Judge one input and keep every step; arguments and errors are those of `verify`."""
    return trace_case(make_case(unlocking, locking, tx, input_index, value, rules, spent_outputs, artifact))


def trace_case(case: Case) -> Trace:
    """Judge a case and keep every step."""
    recording = _StepRecorder(case)
    verdict = judge(case, watcher=recording)
    recording.complete(failed=verdict.opcode_index is not None and verdict.error != Reason.EVAL_FALSE.name)
    return Trace(tuple(recording.steps), tuple(recording.signatures), verdict)


class _StepRecorder:
    """Listener that records the steps."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.steps: list[Step] = []
        self.signatures: list[SignatureCheck] = []
        self.phase = Phase.UNLOCKING
        self.listing: list[Instruction] = []
        self.stack: Sequence[Item] = ()
        self.alt: Sequence[Item] = ()
        self.unfinished = False

    def script(self, phase: Phase, script: bytes) -> None:
        self.complete()
        self.phase = phase
        self.listing = []
        with suppress(ScriptParseError):
            self.listing.extend(instructions(script))

    def opcode(self, index: int, stack: Sequence[Item], alt: Sequence[Item]) -> None:
        self.complete()
        self.stack, self.alt = stack, alt
        if index >= len(self.listing):
            return  # the end of the script, or a push that runs past it
        instruction = self.listing[index]
        text = instruction_text(instruction, self.case.rules.chain)
        line = None
        if self.case.artifact is not None and self.phase is not Phase.UNLOCKING:
            line = self.case.artifact.source_line(index)
        self.steps.append(Step(self.phase, index, instruction.offset, text, self._stacks(), None, None, line))
        self.unfinished = True

    def branch(self, *, taken: bool) -> None:
        self.steps[-1] = replace(self.steps[-1], taken=taken)

    def ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes, *, good: bool) -> None:
        self.signatures.append(EcdsaCheck(kind, code, signature, key, good))

    def schnorr(self, hash_type: int, leaf: TapLeaf, separator: int, signature: bytes, key: bytes) -> None:
        self.signatures.append(SchnorrCheck(hash_type, leaf, separator, signature, key))

    def complete(self, *, failed: bool = False) -> None:
        """Record the stacks after the last opcode."""
        if self.unfinished and not failed:
            self.steps[-1] = replace(self.steps[-1], after=self._stacks())
        self.unfinished = False

    def _stacks(self) -> Stacks:
        return Stacks(tuple(self.stack), tuple(self.alt))
