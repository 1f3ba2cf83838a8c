"""Notes for an explanation, taken while the case is judged once more.

In: a judgement to listen to. Out: the last branches that were taken, the signatures that caused the failure, and items
that may be preimages. The size of the notes is bounded for scripts of any length; that of a trace is not.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from penstock.script.opcodes import Op
from penstock.script.parse import Instruction, ScriptParseError, instructions
from penstock.tx.digests import Digests
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.explaining.formatting import shown
from penstock.vm.explaining.outputs import read_outputs
from penstock.vm.explaining.trace import EcdsaCheck, SchnorrCheck, SignatureCheck
from penstock.vm.items import Item, as_bytes, same, size_of
from penstock.vm.judging.case import Case, Phase
from penstock.vm.judging.checker import TapLeaf
from penstock.vm.judging.evaluation import Evaluation
from penstock.vm.judging.plan import plan
from penstock.vm.judging.steps import evaluate
from penstock.vm.judging.verdict import Verdict
from penstock.vm.reasons import Reason, ScriptError

_BRANCHES: Final = 16
_CHECKS: Final = 64
_PREIMAGES: Final = 16
_OUTPUTS: Final = 16
_SHORTEST_OUTPUT: Final = 9
_HASH_SIZE: Final = 32
_HASHES: Final = 64
_HASHED: Final = 16
_LONGEST_HASHED: Final = 1 << 20
_LONGEST_COMPARED: Final = 80

_HASHING: Final = frozenset({Op.OP_RIPEMD160, Op.OP_SHA1, Op.OP_SHA256, Op.OP_HASH160, Op.OP_HASH256})
_COMPARING: Final = frozenset({Op.OP_EQUAL, Op.OP_EQUALVERIFY})
_LEAVING: Final = frozenset({None, Op.OP_NOP, Op.OP_NIP, Op.OP_ELSE, Op.OP_ENDIF, Op.OP_VERIFY})
"""Opcodes that leave the top item of the stack, or fail because of it."""

_OUTPOINT: Final = slice(68, 104)
"""Position of the outpoint in a preimage of the BIP143 layout."""


class TakenBranch(NamedTuple):
    """An IF or a similar opcode that was run: its place, and its decision."""

    script: Phase
    opcode_index: int
    taken: bool


class Hashed(NamedTuple):
    """A hash that a script has made: the opcode, the data (None if long), a short form of the data, and the hash."""

    opcode: int
    item: bytes | None
    shown: str
    digest: bytes


class FailedComparison(NamedTuple):
    """Two items that EQUAL or EQUALVERIFY found different."""

    one: bytes
    other: bytes


class Notes:
    """Listener that takes the notes.

    Attributes:
        scripts: the scripts that have run.
        branches: the last branches.
        branch_count: number of all branches.
        failed: the signatures that were tried by the last opcode that found some invalid (the last of them, if many);
            empty without one.
        preimages: items that may be preimages: they contain the outpoint at its position.
        outputs: the last items that may be serialized outputs of a transaction, one after the other.
        hashes: the last items that may be hashes.
        code: the script code of the last script; empty without a script.
        hashed: the last hashes that the scripts have made.
        comparison: the last two short items that were found different, if the result has only been checked since; None
            if the script ended for another reason.
    """

    def __init__(self, case: Case, digests: Digests) -> None:
        self.scripts: dict[Phase, bytes] = {}
        self.branches: deque[TakenBranch] = deque(maxlen=_BRANCHES)
        self.branch_count = 0
        self.failed: tuple[SignatureCheck, ...] = ()
        self.preimages: deque[bytes | memoryview] = deque(maxlen=_PREIMAGES)
        self.outputs: deque[bytes | memoryview] = deque(maxlen=_OUTPUTS)
        self.hashes: deque[bytes] = deque(maxlen=_HASHES)
        self.code = b""
        self.hashed: deque[Hashed] = deque(maxlen=_HASHED)
        self.comparison: FailedComparison | None = None
        self._hashing: tuple[int, Item] | None = None
        self._reader: Iterator[tuple[int, Instruction]] = iter(())
        self._checks: deque[SignatureCheck] = deque(maxlen=_CHECKS)
        self._phase = Phase.UNLOCKING
        self._index = 0
        txid, index = case.tx.inputs[case.input_index].outpoint
        self._outpoint = txid + index.to_bytes(4, "little")
        evaluation = Evaluation(case, plan(case.rules, case.tx.version > 1), digests, self)
        try:
            evaluate(evaluation)
        except ScriptError as error:
            verdict = evaluation.failed(error)
        else:
            verdict = evaluation.passed()
        if evaluation.state is not None:
            self.code = evaluation.state.code()
        self._end(verdict)

    def script(self, phase: Phase, script: bytes) -> None:
        """Receive a script before it runs."""
        self._settle()
        self._phase = phase
        self.scripts[phase] = script
        self._hashing = self.comparison = None
        uncopied: bytes = memoryview(script)  # type: ignore[assignment]  # same interface; pushes may have gigabytes
        self._reader = enumerate(instructions(uncopied))

    def opcode(self, index: int, stack: Sequence[Item], alt: Sequence[Item]) -> None:  # noqa: ARG002  # a Listener's
        """Receive the stacks before an opcode runs."""
        self._settle()
        self._index = index
        self._note_hashing(self._opcode(index), stack)
        top = stack[-1] if stack else 0
        if isinstance(top, int) or len(top) < _SHORTEST_OUTPUT:
            return
        if len(top) == _HASH_SIZE:
            self.hashes.append(bytes(top))
        elif top[_OUTPOINT] == self._outpoint:
            self._note_preimage(top)
        elif not any(top is known for known in self.outputs) and read_outputs(top) is not None:
            self.outputs.append(top)

    def branch(self, *, taken: bool) -> None:
        """Receive the decision of an opcode."""
        self.branch_count += 1
        self.branches.append(TakenBranch(self._phase, self._index, taken))

    def ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes, *, good: bool) -> None:
        """Receive an ECDSA signature."""
        self._checks.append(EcdsaCheck(kind, code, signature, key, good))

    def schnorr(self, hash_type: int, leaf: TapLeaf, separator: int, signature: bytes, key: bytes) -> None:
        """Receive a Schnorr signature. An invalid one ends the script."""
        self._checks.clear()
        self._checks.append(SchnorrCheck(hash_type, leaf, separator, signature, key))

    def _opcode(self, index: int) -> int | None:
        """Return the opcode of this index; None for the end of the script. Indexes never decrease within a script."""
        with suppress(ScriptParseError):
            return next((each.opcode for number, each in self._reader if number == index), None)
        return None

    def _note_hashing(self, opcode: int | None, stack: Sequence[Item]) -> None:
        """Note a hash that was made, one that the next opcode makes, and a comparison."""
        if self._hashing is not None and stack:
            made_by, item = self._hashing
            short = as_bytes(item) if size_of(item) <= _LONGEST_HASHED else None
            self.hashed.append(Hashed(made_by, short, shown(item), as_bytes(stack[-1])))
        self._hashing = (opcode, stack[-1]) if opcode is not None and opcode in _HASHING and stack else None
        if opcode in _COMPARING:
            self.comparison = _different(stack)
        elif opcode not in _LEAVING:
            self.comparison = None

    def _note_preimage(self, item: bytes | memoryview) -> None:
        if not any(item is known for known in self.preimages):
            self.preimages.append(item)

    def _settle(self) -> None:
        """Keep the signatures of a finished opcode if the last was invalid: then the opcode has failed."""
        if self._checks and isinstance(self._checks[-1], EcdsaCheck) and not self._checks[-1].good:
            self.failed = tuple(self._checks)
        self._checks.clear()

    def _end(self, verdict: Verdict) -> None:
        if verdict.error == Reason.SCHNORR_SIG.name:
            self.failed = tuple(self._checks)
        self._settle()


def _different(stack: Sequence[Item]) -> FailedComparison | None:
    """Return the two items on top of the stack if they differ and are short enough to be hashes."""
    if len(stack) < 2 or same(stack[-1], stack[-2]) or max(map(size_of, stack[-2:])) > _LONGEST_COMPARED:
        return None
    return FailedComparison(as_bytes(stack[-2]), as_bytes(stack[-1]))
