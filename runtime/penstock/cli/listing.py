"""Listing of a template: one row per opcode, with its size and source place.

In: a template, and its artifact if there is one. Out: rows, and the number of bytes of each function.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from penstock.artifact.artifact import Artifact, BasicType, Location, Placeholder, Template
from penstock.cli.transactions.scripts import parts_of
from penstock.contract.values.shape import leaves, shape_of
from penstock.script.assembler import instruction_text
from penstock.script.chains import Chain
from penstock.script.parse import ScriptParseError, instructions
from penstockc.diagnostics import CompileError
from penstockc.source import Source
from penstockc.syntax import ast
from penstockc.syntax.parse import parse

SHARED: Final = "(shared)"
"""Code outside of the sources' functions: the dispatch, and properties that several functions use."""


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One opcode of a listing.

    Attributes:
        index: its index among the opcodes of the script.
        text: its name, or the data that it pushes.
        size: its bytes; for a placeholder, those of its push, or None if its type has no single length.
        location: its source place, if known.
    """

    index: int
    text: str
    size: int | None
    location: Location | None


@dataclass(frozen=True, slots=True)
class FunctionSize:
    """The part of a function of the sources in the script, without code that is inlined into it.

    Attributes:
        name: `Owner.function`, or `SHARED`.
        opcodes: number of opcodes.
        size: their bytes; a placeholder without a single length counts as one byte.
    """

    name: str
    opcodes: int
    size: int


def rows(template: Template, artifact: Artifact | None, chain: Chain) -> list[ListingRow]:
    """Return the rows of a template, in the opcode names of a chain."""
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
    """Add up the rows of each function, in the order of the sources; empty if the artifact contains no sources."""
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
    """Yield the functions and constructors of a source; none if this version cannot parse it."""
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


def without_data(template: Template, chain: Chain) -> tuple[Template, bytes | None]:
    """Split a bare script at the OP_RETURN that ends it: the code, and the data after it, None without an OP_RETURN.

    A script with placeholders is not split: it is the code of a contract.
    """
    match template.pieces:
        case (bytes() as script,):
            parts = parts_of(script, chain)
            return Template((parts.code,)), parts.data
        case _:
            return template, None


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
    # no more leaves than there are placeholders: sizes in a damaged artifact may be huge
    return {leaf.path: _push_size(leaf.type) for leaf in islice(filling, len(artifact.template.names))}


def _push_size(basic: BasicType) -> int | None:
    """Return the bytes of a push of this type; for public keys, which have two lengths, of the compressed form."""
    if basic is BasicType.BOOL:
        return 1
    return 1 + basic.lengths[0] if basic.lengths else None
