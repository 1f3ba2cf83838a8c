"""Witness programs: segwit version 0 (BIP141) and taproot (BIP341, BIP342).

`run_program` continues an evaluation whose locking or redeem script is a witness program. It leaves exactly one item on
the stack, which satisfies CLEANSTACK.
"""

from functools import lru_cache
from typing import Final

from penstock.errors import hides_frames
from penstock.script.consensus import ANNEX_MARK, LEAF_VERSION_MASK, P2PKH_HEAD, P2PKH_TAIL, TAPSCRIPT_LEAF
from penstock.script.hashes import sha256, tagged_hash
from penstock.script.parse import ScriptParseError, instructions
from penstock.script.witness_program import WitnessProgram
from penstock.tx.secp256k1.interface import KeyFormatError
from penstock.tx.sighash import tapleaf_hash
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.signatures import tweak_public_key
from penstock.tx.wire import compact_size
from penstock.vm.judging.case import CaseError, Phase
from penstock.vm.judging.checker import TapLeaf
from penstock.vm.judging.evaluation import Evaluation
from penstock.vm.opcodes.dialect import Dialect, dialect
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.rules import Rule

__tracebackhide__ = hides_frames

_CONTROL_BASE: Final = 33
_CONTROL_NODE: Final = 32
_CONTROL_NODES: Final = 128
_WEIGHT_OFFSET: Final = 50
_REMEMBERED: Final = 100_000
"""Bytes. Longer scripts are parsed again each time."""

_PAY_TO_ANCHOR: Final = bytes.fromhex("4e73")


def run_program(evaluation: Evaluation, found: WitnessProgram, *, nested: bool) -> None:
    """Judge the witness of a program; `nested` if the program is a redeem script.

    Raises:
        ScriptError: the witness does not satisfy it.
        CaseError: a taproot output is spent, and the spent outputs are missing.
    """
    version, program = found.version, found.program
    if version == 0:
        _run_version_0(evaluation, program)
    elif version == 1 and len(program) == 32 and not nested:
        if evaluation.plan.taproot:
            _run_taproot(evaluation, program)
    elif version != 1 or program != _PAY_TO_ANCHOR or nested:
        _upgradable(evaluation, Rule.DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM)
    evaluation.stack = evaluation.stack[:1]


def _upgradable(evaluation: Evaluation, rule: Rule) -> None:
    """Accept an undefined witness program, unless `rule` discourages it."""
    if rule in evaluation.plan.rules.rules:
        raise ScriptError(Reason[rule.name])


def _run_version_0(evaluation: Evaluation, program: bytes) -> None:
    items = list(evaluation.case.witness)
    evaluation.phase = Phase.WITNESS
    if len(program) == 20:
        if len(items) != 2:
            raise ScriptError(Reason.WITNESS_PROGRAM_MISMATCH)
        script = P2PKH_HEAD + program + P2PKH_TAIL
    elif len(program) == 32:
        if not items:
            raise ScriptError(Reason.WITNESS_PROGRAM_WITNESS_EMPTY)
        script = items.pop()
        if sha256(script) != program:
            raise ScriptError(Reason.WITNESS_PROGRAM_MISMATCH)
    else:
        raise ScriptError(Reason.WITNESS_PROGRAM_WRONG_LENGTH)
    _run_script(evaluation, Phase.WITNESS, script, items, dialect(evaluation.plan.rules, SignatureVersion.SEGWIT_V0))


def _run_script(evaluation: Evaluation, phase: Phase, script: bytes, items: list[bytes], words: Dialect) -> None:
    """Run a script on the items of its witness; it must leave one true item."""
    evaluation.phase = phase
    evaluation.stack = list(items)
    if any(len(item) > words.setting.limits.element_size for item in items):
        raise ScriptError(Reason.PUSH_SIZE)
    evaluation.run(phase, script, words)
    if len(evaluation.stack) != 1:
        raise ScriptError(Reason.CLEANSTACK)
    evaluation.require_true()


def _run_taproot(evaluation: Evaluation, key: bytes) -> None:
    case = evaluation.case
    evaluation.phase = Phase.TAPROOT
    items = list(case.witness)
    if not items:
        raise ScriptError(Reason.WITNESS_PROGRAM_WITNESS_EMPTY)
    if evaluation.checker.digests.spent_outputs is None:
        raise CaseError("a taproot output signs the outputs that all inputs spend: give spent_outputs")
    annex = items.pop() if len(items) >= 2 and items[-1][:1] == ANNEX_MARK else None
    if len(items) == 1:
        evaluation.checker.leaf = TapLeaf(annex=annex)
        evaluation.checker.check_schnorr(items[0], key)
        return
    control, script = items.pop(), items.pop()
    if not _is_control_size(len(control)):
        raise ScriptError(Reason.TAPROOT_WRONG_CONTROL_SIZE)
    leaf_version = control[0] & LEAF_VERSION_MASK
    leaf_hash = tapleaf_hash(script, leaf_version)
    if not _commits(key, control, leaf_hash):
        raise ScriptError(Reason.WITNESS_PROGRAM_MISMATCH)
    if leaf_version != TAPSCRIPT_LEAF:
        _upgradable(evaluation, Rule.DISCOURAGE_UPGRADABLE_TAPROOT_VERSION)
        return
    evaluation.checker.leaf = TapLeaf(leaf_hash, annex)
    evaluation.checker.weight_left = _WEIGHT_OFFSET + _serialized_size(case.witness)
    _run_tapscript(evaluation, script, items)


def _run_tapscript(evaluation: Evaluation, script: bytes, items: list[bytes]) -> None:
    words = dialect(evaluation.plan.rules, SignatureVersion.TAPROOT)
    evaluation.phase = Phase.TAPSCRIPT
    try:
        known = words.setting.era.success
        succeeds = _succeeds_again(script, known) if len(script) <= _REMEMBERED else _succeeds(script, known)
    except ScriptParseError:
        raise ScriptError(Reason.BAD_OPCODE) from None
    if succeeds:
        _upgradable(evaluation, Rule.DISCOURAGE_OP_SUCCESS)
        return
    if len(items) > words.setting.limits.stack_items:
        raise ScriptError(Reason.STACK_SIZE)
    _run_script(evaluation, Phase.TAPSCRIPT, script, items, words)


def _succeeds(script: bytes, success: frozenset[int]) -> bool:
    """Return whether a tapscript succeeds because of an undefined opcode (OP_SUCCESS).

    Raises:
        ScriptParseError: a push runs past the end before there is such an opcode.
    """
    return any(instruction.opcode in success for instruction in instructions(script))


_succeeds_again = lru_cache(maxsize=64)(_succeeds)


def _is_control_size(size: int) -> bool:
    nodes, rest = divmod(size - _CONTROL_BASE, _CONTROL_NODE)
    return 0 <= nodes <= _CONTROL_NODES and not rest


def _commits(output_key: bytes, control: bytes, leaf_hash: bytes) -> bool:
    """Return whether an output key commits to a leaf through the path in its control block (BIP341)."""
    try:
        tweaked = tweak_public_key(control[1:_CONTROL_BASE], merkle_root(control, leaf_hash))
    except KeyFormatError:
        return False
    return tweaked == (output_key, control[0] & 1)


def merkle_root(control: bytes, leaf_hash: bytes) -> bytes:
    """Return the root of a script tree, from a leaf and the path in its control block (BIP341)."""
    root = leaf_hash
    for start in range(_CONTROL_BASE, len(control), _CONTROL_NODE):
        node = control[start : start + _CONTROL_NODE]
        root = tagged_hash("TapBranch", *sorted((root, node)))
    return root


def without_annex(witness: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return the items of a taproot witness without the annex, if it has one (BIP341)."""
    return witness[:-1] if len(witness) >= 2 and witness[-1][:1] == ANNEX_MARK else witness


def _serialized_size(witness: tuple[bytes, ...]) -> int:
    """Return the size of a serialized witness in bytes."""
    return len(compact_size(len(witness))) + sum(len(compact_size(len(item))) + len(item) for item in witness)
