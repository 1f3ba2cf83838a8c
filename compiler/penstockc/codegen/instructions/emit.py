"""Encoding of instructions: the template's hex text, and the place in the sources of each instruction.

In: instructions. Out: the artifact's form of them. One instruction of the template has one position, so that the
index of an opcode in any script made from it finds its source line.
"""

import posixpath
from collections.abc import Iterator
from typing import Final

from penstock.artifact.artifact import Position, SourceFile, SourceMap
from penstock.script.opcodes import Op
from penstock.script.pushes import push
from penstockc.codegen.instructions.instruction import Code, Hole, Word
from penstockc.source import Sources, Span
from penstockc.syntax.standard import BASE

MOST_CALLS: Final = 8
"""Limit of the calls in a position, the innermost first."""


def template_hex(code: Code) -> str:
    """Return the template: lower-case hex in which placeholders are `<name>`."""
    return "".join(_word_hex(instr.word) for instr in code)


def _word_hex(word: Word) -> str:
    match word:
        case Op():
            return f"{word:02x}"
        case bytes():
            return push(word).hex()
        case Hole(name=name):
            return f"<{name}>"


def source_map(code: Code, sources: Sources) -> SourceMap:
    """Return the map from instructions to the places where their sources begin.

    Code of the standard library has the place of the contract's call that led to it. Files are named from the compiled
    file's folder on: the folder's own place is not part of the artifact.
    """
    main = posixpath.normpath(sources.files[0].name)
    folder = posixpath.join(posixpath.dirname(main), "")
    own = [source for source in sources.files if source.base < BASE]
    names = (posixpath.normpath(source.name).removeprefix(folder) for source in own)
    files = [SourceFile(name, source.text) for name, source in zip(names, own, strict=True)]
    return SourceMap.of(files, _positions(code, Sources(tuple(own))))


def _positions(code: Code, sources: Sources) -> Iterator[Position | None]:
    known: dict[tuple[Span, tuple[Span, ...]], Position | None] = {}
    for instr in code:
        path = instr.span.path
        if path not in known:
            known[path] = _position(path[0].start, path[1], sources)
        yield known[path]


def _position(start: int, calls: tuple[Span, ...], sources: Sources) -> Position | None:
    if start >= BASE:
        return None
    source = sources.find(start)
    line, column = source.position(start)
    found = (_position(call.start, (), sources) for call in calls[:MOST_CALLS])
    return Position(sources.files.index(source), line, column, tuple(call for call in found if call is not None))
