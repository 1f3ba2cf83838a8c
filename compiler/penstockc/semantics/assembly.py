"""Inline assembly as it is written -> opcodes, data and variables; loops are unrolled.

A word is, in this order: the induction variable of a loop around it; an opcode with its `OP_`; data in hexadecimal;
an opcode without `OP_`. Opcodes are written in any case. `add` is three hexadecimal digits, and so an error.
"""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from penstock.script.numbers import encode_number
from penstock.script.opcodes import ALIASES, Op
from penstockc.errors.assembly import BadAssemblyWord, UnbalancedAssembly
from penstockc.errors.constants import ConstantOutOfRange, NotConstant, UnrolledTooLarge
from penstockc.semantics import typed
from penstockc.semantics.body import Body
from penstockc.semantics.extent import LARGEST_BODY
from penstockc.semantics.sizes import LARGEST_SIZE
from penstockc.semantics.suggestions import suggest
from penstockc.source import Span
from penstockc.syntax import ast
from penstockc.syntax.literals import number

Word = tuple[Span, Op | bytes | typed.AssemblyVariable]

_LENGTHS: Final = frozenset({Op.OP_PUSHDATA1, Op.OP_PUSHDATA2, Op.OP_PUSHDATA4})  # would eat the words behind them
_OPCODES: Final = {op.name: op for op in Op if op not in _LENGTHS} | ALIASES
_BARE: Final = {name.removeprefix("OP_"): op for name, op in _OPCODES.items()}
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_OPENING: Final = frozenset({Op.OP_IF, Op.OP_NOTIF, Op.OP_VERIF, Op.OP_VERNOTIF})


def check_assembly(body: Body, node: ast.Asm) -> typed.Assembly | None:
    """The words of `asm { .. }`; None after a report."""
    words = _items(body, node.items, {})
    if words is None:
        return None
    _check_balance(body, words)
    return typed.Assembly(node.span, tuple(words))


def _items(body: Body, items: Sequence[ast.AsmItem], variables: Mapping[str, int]) -> list[Word] | None:
    """The words of all items, `variables` being the induction variables in sight; None after a report."""
    found = [_item(body, item, variables) for item in items]
    known = [words for words in found if words is not None]
    return [word for words in known for word in words] if len(known) == len(found) else None


def _item(body: Body, item: ast.AsmItem, variables: Mapping[str, int]) -> Sequence[Word] | None:
    match item:
        case ast.AsmWord():
            word = _word(body, item, variables)
            return None if word is None else ((item.span, word),)
        case ast.AsmData(value=value):
            return ((item.span, value),)
        case ast.AsmVariable(name=name):
            return ((item.span, typed.AssemblyVariable(name)),)
        case ast.AsmLoop():
            return _loop(body, item, variables)
        case _:
            assert_never(item)


def _word(body: Body, node: ast.AsmWord, variables: Mapping[str, int]) -> Op | bytes | None:
    text, name = node.text, node.text.upper()
    if text in variables:
        return encode_number(variables[text])
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


def _loop(body: Body, node: ast.AsmLoop, variables: Mapping[str, int]) -> list[Word] | None:
    """The words of a loop, unrolled."""
    count = _count(body, node)
    words = list[Word]()
    for iteration in range(max(count or 0, 1)):  # the items of a loop that is never run are looked at, too
        inner = variables if node.variable is None else {**variables, node.variable: iteration}
        with body.world.findings.repeated(is_repeated=iteration > 0):
            found = _items(body, node.items, inner)
        if count is None or found is None:
            return None
        copies = count if node.variable is None else min(count, 1)
        if len(words) + len(found) * copies > LARGEST_BODY:
            body.report(UnrolledTooLarge(node.span, LARGEST_BODY))
            return None
        words += found * copies
        if node.variable is None:
            break
    return words


def _count(body: Body, node: ast.AsmLoop) -> int | None:
    """How often a loop goes round: a number, or the name of a compile-time constant."""
    text = node.count
    value = number(text, node.span, body.report) if text[0].isdigit() else _constant(body, text, node.span)
    if value is None:
        body.report(NotConstant(node.span))
    elif not 0 <= value <= LARGEST_SIZE:
        body.report(ConstantOutOfRange(node.span, value, 0, LARGEST_SIZE))
    else:
        return value
    return None


def _constant(body: Body, name: str, span: Span) -> int | None:
    """The number that a compile-time parameter or a static of the owner is worth."""
    bound, static = body.scope.find(name), body.owner.statics.get(name)
    found: typed.Expression | None = None
    if bound is not None:
        found = bound.constant
    elif static is not None:
        found = body.world.static_value(static, span)
    value = found.value if isinstance(found, typed.Literal) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _check_balance(body: Body, words: Sequence[Word]) -> None:
    """Report an `OP_IF` without its `OP_ENDIF`, or the other way round: no script with it would ever run."""
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
