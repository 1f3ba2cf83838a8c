"""What a contract asks of a target that the target does not have.

In: the script after its passes, and later its instructions. Out: nothing, or `CompileError` with everything in it that
cannot work. What no spend can reach is not looked at: it has been taken out before.
"""

from collections.abc import Iterator

from penstock.script.opcodes import Op
from penstockc.codegen.instructions import Code, code_size
from penstockc.diagnostics import CompileError, Diagnostic
from penstockc.errors.target import ElementTooLong, MissingOpcode, NoExit, ScriptTooLong, TooManyOpcodes
from penstockc.ir.nodes import Apply, Constant, Exit, Script, Statement, walk
from penstockc.source import Sources, Span
from penstockc.targets import Target

LONGEST_EXCERPT = 60  # characters of an expression that a message repeats


def check_operations(script: Script, target: Target, sources: Sources) -> None:
    """Raise `CompileError` for every expression that the target cannot evaluate."""
    found = {(diagnostic.span, type(diagnostic)): diagnostic for diagnostic in _misfits(script, target, sources)}
    if found:
        raise CompileError(sources, found.values())


def _misfits(script: Script, target: Target, sources: Sources) -> Iterator[Diagnostic]:
    for statement in walk(script.body):
        yield from _misfit(statement, target, sources)


def _misfit(statement: Statement, target: Target, sources: Sources) -> Iterator[Diagnostic]:
    limit = target.limits.element
    match statement:
        case Apply(span=span, operation=operation):
            missing = [opcode for opcode in operation.opcodes or () if opcode in target.missing]
            if missing:
                yield MissingOpcode(span, _excerpt(span, sources), missing[0], target.name)
        case Exit(span=span) if not target.has_exit:
            yield NoExit(span, target.name)
        case Constant(span=span, data=data) if limit is not None and len(data) > limit:
            yield ElementTooLong(span, len(data), limit, target.name)
        case _:
            pass


def _excerpt(span: Span, sources: Sources) -> str:
    source = sources.find(span.start)
    text = " ".join(source.text[span.start - source.base : span.end - source.base].split())
    return text if len(text) <= LONGEST_EXCERPT else f"{text[: LONGEST_EXCERPT - 1]}…"


def check_code(span: Span, code: Code, target: Target, sources: Sources) -> None:
    """Raise `CompileError` for code that no spend can get through: `span` is the contract's."""
    size = code_size(code)
    opcodes = sum(isinstance(instr.word, Op) and instr.word > Op.OP_16 for instr in code)
    found: list[Diagnostic] = []
    if target.script_size is not None and size > target.script_size:
        found.append(ScriptTooLong(span, size, target.script_size, target.name))
    if target.opcode_count is not None and opcodes > target.opcode_count:
        found.append(TooManyOpcodes(span, opcodes, target.opcode_count, target.name))
    if found:
        raise CompileError(sources, found)
