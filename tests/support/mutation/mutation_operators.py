"""Small changes to Python source that its tests should notice: where they can be made, and the source with one made.

In: the text of a module. Out: `Change`s, each with the place and the text that goes there. What no test can notice is
left alone: annotations, assertions, messages, and the contents of f-strings.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Final, TypeAlias

COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
"""Each comparison and the one at its boundary, or its opposite where it has none."""
ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
CALLS: Final = {"any": "all", "all": "any", "min": "max", "max": "min"}
ENDS: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)
UNTOUCHED: Final = (ast.Assert, ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Raise)
"""Statements and expressions in which nothing is changed."""
LONGEST_SHOWN: Final = 70  # characters of each side of a change

Found: TypeAlias = "tuple[ast.expr | ast.stmt, str, str]"
"""What is replaced, by which text, and by which operator."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one expression or statement.

    Attributes:
        line: where it begins, from 1.
        start: the byte in the source, in UTF-8, with which the old text begins.
        end: the byte after it.
        new: the text that goes there.
        operator: the kind of the change.
        shown: old and new text in one line each, for people.
    """

    line: int
    start: int
    end: int
    new: str
    operator: str
    shown: tuple[str, str]

    def apply(self, source: str) -> str:
        """Return the source with the change made."""
        data = source.encode()
        return (data[: self.start] + self.new.encode() + data[self.end :]).decode()


def changes(source: str) -> list[Change]:
    """Return every change that can be made to a module, in order."""
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = set[Change]()
    for node, new, operator in _in_body(ast.parse(source)):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        shown = _short(ast.unparse(node)), _short(new)
        found.add(Change(node.lineno, start, end, new, operator, shown))
    return sorted(found, key=lambda change: (change.start, change.end, change.new))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"


def _in_body(node: ast.AST) -> Iterator[Found]:
    """Yield the possible changes of a node and of all nodes inside it."""
    if isinstance(node, UNTOUCHED):
        return
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    yield from _here(node)
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, ast.AST):
                yield from _in_body(inner)


def _here(node: ast.AST) -> Iterator[Found]:  # noqa: C901 - one arm per kind of node
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _conditions(node)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, _wrapped(operand), "not dropped"
        case ast.BinOp(op=op) if type(op) in ARITHMETIC:
            yield node, _with(node, op=ARITHMETIC[type(op)]()), "arithmetic"
        case ast.AugAssign(op=op) if type(op) in ARITHMETIC:
            changed = deepcopy(node)
            changed.op = ARITHMETIC[type(op)]()
            yield node, ast.unparse(changed), "arithmetic"
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            yield node, str(value + 1), "constant"
            yield node, f"({value - 1})" if value < 1 else str(value - 1), "constant"
        case ast.Constant(value=bool(value)):
            yield node, str(not value), "constant"
        case ast.IfExp(body=body, orelse=orelse):
            yield node, _wrapped(body), "one side"
            yield node, _wrapped(orelse), "one side"
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield node, _with(node, func=ast.Name(CALLS[name])), "call"
        case ast.Expr(value=ast.Call()):
            yield node, "pass", "statement dropped"
        case ast.If(test=test, body=[*_, last]) if isinstance(last, ENDS):
            yield test, "False", "early end dropped"
        case ast.match_case(guard=ast.expr() as guard):
            yield guard, "True", "guard dropped"
        case _:
            pass


def _comparisons(node: ast.Compare) -> Iterator[Found]:
    for place, op in enumerate(node.ops):
        ops = [*node.ops]
        ops[place] = COMPARISONS[type(op)]()
        yield node, _with(node, ops=ops), "comparison"


def _conditions(node: ast.BoolOp) -> Iterator[Found]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield node, _with(node, op=other), "and, or"
    for place in range(len(node.values)):
        rest = node.values[:place] + node.values[place + 1 :]
        yield node, _with(node, values=rest) if len(rest) > 1 else _wrapped(rest[0]), "operand dropped"


def _with(node: ast.expr, **fields: object) -> str:
    """The text of a node with other fields."""
    changed = deepcopy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return _wrapped(changed)


def _wrapped(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"
