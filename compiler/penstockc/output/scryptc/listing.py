"""Instructions -> the list that the SDKs read with `--asm`, and the source map.

In: the code and the sources. Out: JSON objects. An instruction's index in the list is its index in every script made
from the template: pushes and placeholders count one each.
"""

from functools import cache

from penstock.artifact.artifact import Position, SourceFile, SourceMap
from penstock.script.assembler import disassemble
from penstockc.codegen.instructions.emit import template_hex
from penstockc.codegen.instructions.instruction import Code, Hole, Instr, Word
from penstockc.output.scryptc.places import file_name, numbers
from penstockc.source import Sources, Span


def assembly(code: Code, sources: Sources, autos: tuple[dict[str, str], ...]) -> dict[str, object]:
    """Return the instructions with their places, and the `auto` declarations; joined, each `hex` is the template."""
    indices = {source.base: index for index, source in enumerate(sources.files)}
    row = cache(_row)  # a script of a million instructions has few different ones

    @cache
    def src(span: Span) -> str:
        source = sources.find(span.start)
        return f"{indices[source.base]}:{numbers(source, span)}"

    return {
        "sources": [file_name(source) for source in sources.files],
        "output": [{**row(instr.word), "src": src(instr.span)} for instr in code],
        "autoTypedVars": list(autos),
    }


def source_map(code: Code, sources: Sources) -> dict[str, object]:
    """Return the source map: version 3, but with lines counted from 1, as scryptlib reads them."""
    indices = {source.base: index for index, source in enumerate(sources.files)}

    def position(instr: Instr) -> Position:
        source = sources.find(instr.span.start)
        line, column = source.position(instr.span.start)
        return Position(indices[source.base], line + 1, column)  # one more, since writing subtracts one

    files = [SourceFile(file_name(source)) for source in sources.files]
    shape = SourceMap.of(files, map(position, code)).to_object()
    return {name: shape[name] for name in ("version", "sources", "names", "mappings")}


def _row(word: Word) -> dict[str, str]:
    """Return the text of a word: an opcode by its name, a push by its data, a placeholder as `$name`; and its hex."""
    digits = template_hex((Instr(word, Span(0, 0)),))
    return {"opcode": f"${word.name}" if isinstance(word, Hole) else disassemble(bytes.fromhex(digits)), "hex": digits}
