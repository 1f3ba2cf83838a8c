"""Inline assembly as written -> opcodes, data and variables; loops are unrolled.

A word is, in this order: the induction variable of an enclosing loop; an opcode with its `OP_`; data in hexadecimal;
an opcode without `OP_`. Opcodes are written in any case. `add` is three hexadecimal digits, and so an error.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, assert_never

from penstock.records import Record
from penstock.script.numbers import encode_number
from penstock.script.opcodes import ALIASES, Op
from penstockc.errors.constants import ConstantOutOfRange, NotConstant, UnrolledTooLarge
from penstockc.errors.statements import BadAssemblyWord, UnbalancedAssembly
from penstockc.errors.warnings.assembly import VaryingAssembly
from penstockc.language.limits import LARGEST_SCRIPT
from penstockc.semantics import typed
from penstockc.semantics.expressions.context import BodyContext
from penstockc.semantics.expressions.sizes import LARGEST_SIZE
from penstockc.source import Span
from penstockc.support.suggestions import suggest
from penstockc.syntax import ast
from penstockc.syntax.literals import number

Word = tuple[Span, Op | bytes | typed.AssemblyVariable]

_LENGTHS: Final = frozenset({Op.OP_PUSHDATA1, Op.OP_PUSHDATA2, Op.OP_PUSHDATA4})  # would consume the words after them
_OPCODES: Final = {op.name: op for op in Op if op not in _LENGTHS} | ALIASES
_BARE: Final = {name.removeprefix("OP_"): op for name, op in _OPCODES.items()}
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_OPENING: Final = frozenset({Op.OP_IF, Op.OP_NOTIF, Op.OP_VERIF, Op.OP_VERNOTIF})


class _Variable(Record, frozen=True):
    """The induction variable of an enclosing loop, as a word."""

    span: Span
    name: str


class _UnrolledLoop(Record, frozen=True):
    """A loop that is checked and not yet unrolled."""

    span: Span
    count: int
    variable: str | None
    pieces: "tuple[_Piece, ...]"


_Piece = Word | _Variable | _UnrolledLoop


def check_assembly(body: BodyContext, node: ast.Asm) -> typed.Assembly | None:
    """Return the words of `asm { .. }`; None after a report."""
    pieces = _pieces(body, node.items, frozenset())
    if pieces is None:
        return None
    too_large = next(
        (piece for piece in pieces if isinstance(piece, _UnrolledLoop) and _size(piece) > LARGEST_SCRIPT), None
    )
    if too_large is not None:
        body.report(UnrolledTooLarge(too_large.span, LARGEST_SCRIPT))
        return None
    words = tuple(_unrolled(pieces, {}))
    _check_balance(body, words)
    return typed.Assembly(node.span, words)


def _pieces(body: BodyContext, items: Sequence[ast.AsmItem], variables: frozenset[str]) -> tuple[_Piece, ...] | None:
    """Return the pieces of all items, with the induction variables in scope; None after a report."""
    pieces = [_piece(body, item, variables) for item in items]
    known = tuple(piece for piece in pieces if piece is not None)
    return known if len(known) == len(pieces) else None


def _piece(body: BodyContext, item: ast.AsmItem, variables: frozenset[str]) -> _Piece | None:
    match item:
        case ast.AsmWord(text=text) if text in variables:
            return _Variable(item.span, text)
        case ast.AsmWord():
            word = _word(body, item)
            return None if word is None else (item.span, word)
        case ast.AsmData(value=value):
            return item.span, value
        case ast.AsmVariable(name=name):
            return item.span, typed.AssemblyVariable(name)
        case ast.AsmLoop(variable=variable):
            count = _count(body, item)
            pieces = _pieces(body, item.items, variables if variable is None else variables | {variable})
            return None if count is None or pieces is None else _UnrolledLoop(item.span, count, variable, pieces)
        case _:
            assert_never(item)


def _word(body: BodyContext, node: ast.AsmWord) -> Op | bytes | None:
    word = _meant(body, node)
    if isinstance(word, Op) and any(item.endswith("?") for item in word.outputs):
        body.report(VaryingAssembly(node.span, word.name, word.effect))
    return word


def _meant(body: BodyContext, node: ast.AsmWord) -> Op | bytes | None:
    text, name = node.text, node.text.upper()
    if name in _OPCODES:
        return _OPCODES[name]
    if _HEXADECIMAL.issuperset(text):
        if len(text) % 2 == 0:
            return bytes.fromhex(text)
        body.report(BadAssemblyWord(node.span, text, f"OP_{name}" if f"OP_{name}" in _OPCODES else f"0{text}"))
        return None
    if name in _BARE:
        return _BARE[name]
    body.report(BadAssemblyWord(node.span, text, suggest(name, [*_OPCODES, *_BARE])))
    return None


def _size(piece: _Piece) -> int:
    """Return the unrolled size of a piece: each word counts, and each iteration."""
    return piece.count * (1 + sum(map(_size, piece.pieces))) if isinstance(piece, _UnrolledLoop) else 1


def _unrolled(pieces: Iterable[_Piece], values: Mapping[str, int]) -> Iterator[Word]:
    """Yield the words of all pieces, for these values of the induction variables."""
    for piece in pieces:
        if isinstance(piece, _Variable):
            yield piece.span, encode_number(values[piece.name])
        elif not isinstance(piece, _UnrolledLoop):
            yield piece
        elif piece.variable is None:
            yield from list(_unrolled(piece.pieces, values)) * piece.count
        else:
            for iteration in range(piece.count):
                yield from _unrolled(piece.pieces, {**values, piece.variable: iteration})


def _count(body: BodyContext, node: ast.AsmLoop) -> int | None:
    """Return the number of iterations of a loop: a number, or the name of a compile-time constant."""
    text = node.count
    value = number(text, node.span, body.report) if text[0].isdigit() else _constant(body, text, node.span)
    if value is None:
        body.report(NotConstant(node.span))
    elif not 0 <= value <= LARGEST_SIZE:
        body.report(ConstantOutOfRange(node.span, value, 0, LARGEST_SIZE))
    else:
        return value
    return None


def _constant(body: BodyContext, name: str, span: Span) -> int | None:
    """Return the value of a compile-time parameter or a static of the owner, if it is a number."""
    bound, static = body.scope.find(name), body.owner.statics.get(name)
    found: typed.Expression | None = None
    if bound is not None:
        found = bound.constant
    elif static is not None:
        found = body.context.static_value(static, span)
    value = found.value if isinstance(found, typed.Literal) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _check_balance(body: BodyContext, words: Sequence[Word]) -> None:
    """Report an `OP_IF` without its `OP_ENDIF`, or the other way round: a script with it always fails."""
    opened = list[Span]()
    for span, word in words:
        if word in _OPENING:
            opened.append(span)
        elif word in {Op.OP_ELSE, Op.OP_ENDIF} and not opened:
            body.report(UnbalancedAssembly(span))
            return
        elif word is Op.OP_ENDIF:
            opened.pop()
    if opened:
        body.report(UnbalancedAssembly(opened[-1]))
