"""Availability: parts of a contract that the target does not support.

In: the script after its passes, and later its instructions. Out: nothing, or `CompileError` with every unsupported
part. Unreachable code is not checked: it was removed before.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from penstock.artifact.artifact import Kind
from penstock.errors import hides_frames
from penstock.records import replace
from penstock.script.opcodes import Family, Op
from penstockc.codegen.instructions.instruction import Code, code_size
from penstockc.diagnostics import CompileError, Diagnostic, InternalError
from penstockc.errors.target import (
    ElementTooLong,
    LibraryOnTarget,
    MissingOpcode,
    NoExit,
    NumberTooLong,
    ScriptTooLong,
    TooManyKeys,
    TooManyOpcodes,
)
from penstockc.ir import nodes
from penstockc.ir.nodes import regions_of, walk
from penstockc.source import Sources, Span
from penstockc.targets import LOCK_TIMES, REWRITTEN, Target
from penstockc.validation.lock_times import wrong_locks

__tracebackhide__ = hides_frames

LONGEST_EXCERPT = 60  # characters of an expression that a message repeats


def check_operations(script: nodes.Script, target: Target, sources: Sources) -> None:
    """Raise `CompileError` for every expression that the target cannot evaluate.

    An error in the standard library is reported at the contract's call.
    """
    errors = chain(_unsupported(script, target, sources), wrong_locks(script))
    found = {(error.span, error.span.site, error.message): error for error in errors}
    inside = dict[Span, list[Diagnostic]]()
    for error in found.values():
        if error.span.site is not None:
            inside.setdefault(error.span.site, []).append(error)
    reported = [error for error in found.values() if error.span.site is None]
    reported.extend(_of_library(site, errors, target, sources) for site, errors in inside.items())
    if reported:
        raise CompileError(sources, reported)


def _of_library(site: Span, errors: list[Diagnostic], target: Target, sources: Sources) -> Diagnostic:
    """Return errors inside of the standard library as one error of the call that led there."""
    opcodes = {error.opcode for error in errors if isinstance(error, MissingOpcode)}
    if opcodes:
        return LibraryOnTarget(site, _excerpt(site, sources), tuple(sorted(opcodes)), target.name)
    return replace(errors[0], span=site)


def _unsupported(script: nodes.Script, target: Target, sources: Sources) -> Iterator[Diagnostic]:
    known: dict[nodes.Value, bytes] = {}
    for statement in walk(script.body):
        if isinstance(statement, nodes.Constant):
            known[statement.result] = statement.data
        if isinstance(statement, nodes.Apply):
            yield from _long_numbers(statement, known, target, sources)
        yield from _unsupported_in(statement, target, sources)


def _unsupported_in(statement: nodes.Statement, target: Target, sources: Sources) -> Iterator[Diagnostic]:
    limit, most_keys = target.limits.element, target.multisig_keys
    match statement:
        case nodes.Apply(span=span, operation=operation):
            missing = [opcode for opcode in operation.opcodes or () if opcode in target.missing]
            if missing and operation not in REWRITTEN:
                yield MissingOpcode(span, _excerpt(span, sources), missing[0], target.name)
        case nodes.Assembly(words=words):
            opcodes = [(place, word) for place, word in words if isinstance(word, Op) and word in target.missing]
            for place, opcode in opcodes:
                if opcode.family is not Family.LOCK_TIME:  # without those it has no effect there
                    yield MissingOpcode(place, _excerpt(place, sources), opcode, target.name)
        case nodes.Exit(span=span) if not target.has_exit:
            yield NoExit(span, target.name)
        case nodes.Constant(span=span, data=data) if limit is not None and len(data) > limit:
            yield ElementTooLong(span, len(data), limit, target.name)
        case nodes.CheckMultiSig(span=span, keys=keys) if most_keys is not None and len(keys) > most_keys:
            yield TooManyKeys(span, len(keys), most_keys, target.name)
        case _:
            pass


def _long_numbers(
    statement: nodes.Apply, known: Mapping[nodes.Value, bytes], target: Target, sources: Sources
) -> Iterator[Diagnostic]:
    """Yield the constants that an operation reads as numbers, and that are too long for that."""
    limit = None if statement.operation in LOCK_TIMES else target.number_limit(statement.operation)
    for kind, operand in zip(statement.operation.takes, statement.operands, strict=True):
        data = known.get(operand, b"")
        if limit is not None and kind is Kind.INT and len(data) > limit:
            yield NumberTooLong(statement.span, _excerpt(statement.span, sources), len(data), limit, target.name)


def _excerpt(span: Span, sources: Sources) -> str:
    source = sources.find(span.start)
    text = " ".join(source.text[span.start - source.base : span.end - source.base].split())
    return text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1]}…"


def check_code(script: nodes.Script, code: Code, target: Target, sources: Sources) -> None:
    """Raise `CompileError` for the code of a script if every spend would exceed a limit."""
    unknown = [instr.word for instr in code if instr.word in target.missing and not instr.as_written]
    if unknown:
        raise InternalError(f"{unknown[0]} was written, which {target.name} lacks")
    span, size, keys = script.span, code_size(code), _fewest_keys(script.body)
    opcodes = sum(isinstance(instr.word, Op) and instr.word > Op.OP_16 for instr in code)
    found: list[Diagnostic] = []
    if target.script_size is not None and size > target.script_size:
        found.append(ScriptTooLong(span, size, target.script_size, target.name))
    if target.opcode_count is not None and opcodes + keys > target.opcode_count:
        found.append(TooManyOpcodes(span, opcodes, keys, target.opcode_count, target.name))
    if found:
        raise CompileError(sources, found)


def _fewest_keys(region: nodes.Region) -> int:
    """Return the least number of keys of the `CheckMultiSig`s on any path: each counts as an opcode."""
    keys = 0
    for statement in region.statements:
        if isinstance(statement, nodes.CheckMultiSig):
            keys += len(statement.keys)
        elif inner := regions_of(statement):
            keys += min([_fewest_keys(arm) for arm in inner])
    return keys
