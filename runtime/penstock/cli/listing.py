"""A template as rows to be listed: one per opcode, with its size and the source place it came from.

In: a template, and the artifact around it where there is one. Out: rows, and how many bytes each function has.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from penstock.artifact.artifact import Artifact, BasicType, Location, Placeholder, Template
from penstock.contract.values.shape import leaves, shape_of
from penstock.script.assembler import instruction_text
from penstock.script.chains import Chain
from penstock.script.parse import ScriptParseError, instructions
from penstockc.diagnostics import CompileError
from penstockc.source import Source
from penstockc.syntax import ast
from penstockc.syntax.parse import parse

SHARED: Final = "(shared)"
"""What belongs to no function of the sources: the dispatch, and properties that several functions use."""


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One opcode of a listing.

    Attributes:
        index: its index among the opcodes of the script.
        text: its name, or the data that it pushes.
        size: its bytes; of a placeholder, those of the push it becomes, or None where its type has no single length.
        location: where it came from, if that is known.
    """

    index: int
    text: str
    size: int | None
    location: Location | None


@dataclass(frozen=True, slots=True)
class FunctionSize:
    """What a function of the sources has in the script, code inlined into it not counted.

    Attributes:
        name: `Owner.function`, or `SHARED`.
        opcodes: how many.
        size: their bytes; a placeholder without a single length counts as one byte.
    """

    name: str
    opcodes: int
    size: int


def rows(template: Template, artifact: Artifact | None, chain: Chain) -> list[ListingRow]:
    """List a template in the opcode names of a chain."""
    sizes = _placeholder_sizes(artifact) if artifact else {}
    words = (
        word
        for piece in template.pieces
        for word in (
            [(f"<{piece.name}>", sizes.get(piece.name))] if isinstance(piece, Placeholder) else _words(piece, chain)
        )
    )
    return [
        ListingRow(index, text, size, artifact.location(index) if artifact else None)
        for index, (text, size) in enumerate(words)
    ]


def function_sizes(listed: list[ListingRow], artifact: Artifact) -> list[FunctionSize]:
    """Add up the rows of each function, in the order of the sources; nothing if the artifact carries none."""
    spans = [span for file in artifact.source_map.files for span in _functions(file.name, file.text or "")]
    totals = {name: [0, 0] for name in (*(span.name for span in spans), SHARED)}
    for row in listed:
        owner = next((span.name for span in spans if row.location and span.holds(row.location)), SHARED)
        totals[owner][0] += 1
        totals[owner][1] += row.size or 1
    return [FunctionSize(name, opcodes, size) for name, (opcodes, size) in totals.items() if opcodes] if spans else []


@dataclass(frozen=True, slots=True)
class _FunctionSpan:
    name: str
    file: str
    start: tuple[int, int]
    end: tuple[int, int]

    def holds(self, location: Location) -> bool:
        return location.file == self.file and self.start <= (location.line, location.column) < self.end


def _functions(name: str, text: str) -> Iterator[_FunctionSpan]:
    """Find the functions and constructors of a source; nothing if it cannot be parsed by this version."""
    source = Source(name, text)
    try:
        module = parse(source)
    except CompileError:
        return
    for declared in module.declarations:
        if not isinstance(declared, ast.Class):
            continue
        for member in declared.members:
            match member:
                case ast.Function():
                    label = f"{declared.name.text}.{member.name.text}"
                case ast.Constructor():
                    label = f"{declared.name.text}.constructor"
                case ast.Property():
                    continue
            yield _FunctionSpan(label, name, source.position(member.span.start), source.position(member.span.end))


def _words(script: bytes, chain: Chain) -> Iterator[tuple[str, int]]:
    try:
        for instruction in instructions(script):
            yield instruction_text(instruction, chain), instruction.size
    except ScriptParseError as error:
        rest = script[error.offset :]
        yield f"!{rest.hex()}", len(rest)


def _placeholder_sizes(artifact: Artifact) -> dict[str, int | None]:
    filling = (
        leaf
        for parameter in artifact.constructor.params
        for leaf in leaves(parameter.name, shape_of(parameter, artifact, constructing=True))
    )
    # no more than there are placeholders: the sizes in an artifact may be absurd
    return {leaf.path: _push_size(leaf.type) for leaf in islice(filling, len(artifact.template.names))}


def _push_size(basic: BasicType) -> int | None:
    """Return the bytes of a push of this type; of public keys, which come in two lengths, the compressed one's."""
    if basic is BasicType.BOOL:
        return 1
    return 1 + basic.lengths[0] if basic.lengths else None
