"""The LALR tables of `grammar.lark`, made once and cached next to Python's bytecode.

Building the tables takes ten times as long as loading them, and every run of the command pays. The cache is in the
`__pycache__` next to this file (or below `sys.pycache_prefix`), where only those can change it who can change the
bytecode as well. Lark checks it against the grammar, its own version and Python's, and rebuilds it when it does not
match, is damaged or cannot be written.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput
from lark.lexer import PatternRE, PatternStr, TerminalDef

from penstockc.support.recursion_limit import MAX_ALTERNATIVES, MAX_CONDITIONS, MAX_NESTING, MAX_OPERATORS

Node = Tree[Token | None]  # None where something optional is absent
OnError = Callable[[UnexpectedInput], bool]

END = "$END"  # Lark's name of the end of the text


def parse_module(text: str, on_error: OnError) -> Node | None:
    """Parse a file. `on_error` is called at each mistake: True continues (the tree must not be used), False stops."""
    try:
        return cast(Node, _grammar(_nesting(text)).parse(text, start="module", on_error=on_error))
    except UnexpectedInput:
        return None


def parse_generic(text: str) -> Node | None:
    """Parse the type `Name<argument, ..>`; None for other texts."""
    try:
        return cast(Node, _grammar(_nesting(text)).parse(text, start="generic"))
    except UnexpectedInput:
        return None


def spelling(terminal: str) -> str | None:
    """Return the spelling of a terminal, if it has only one."""
    return _spellings().get(terminal)


_DEPTHS: Final = (0, 1, 2, 16)
"""How deep type arguments nest within others in a pattern: those for many levels take long to make."""
_BRACKETS: Final = re.compile(r"[A-Za-z0-9_]\s*<|[>;{}()]")


def _nesting(text: str) -> int:
    """Return how deep the patterns for a text have to hold type arguments; no list of them holds `;{}()`."""
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        match found[0][-1]:
            case "<":
                depth += 1
                deepest = max(deepest, depth)
            case ">":
                depth = max(0, depth - 1)
            case _:
                depth = 0
    return next((each for each in _DEPTHS if each + 1 >= deepest), _DEPTHS[-1])


_LEVEL: Final = 200
"""Depth of one level, in the unit of the limit; an operand of a chain counts less."""
_CHAIN_LEVELS: Final = 400
"""Levels that the longest chain counts for."""
_CHAINS: Final = {
    # rule: the child that continues a chain if it is of the same rule, and the limit of its operands
    "binary": (0, MAX_OPERATORS),
    "if": (2, MAX_ALTERNATIVES),
    "conditional": (2, MAX_ALTERNATIVES),
}
_LOGICAL: Final = frozenset({"&&", "||"})
"""Operators whose right operand is evaluated in a branch."""


def too_deep(tree: Node) -> Node | None:
    """Return the first node that nests deeper than `MAX_NESTING` levels, or is in too long a chain, if there is one."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth >= MAX_NESTING * _LEVEL:
            return node
        place, most = _CHAINS.get(node.data, (None, 1))
        if node.data == "binary" and node.children[1] in _LOGICAL:
            most = MAX_CONDITIONS
        step = _CHAIN_LEVELS * _LEVEL // most
        for index, child in enumerate(node.children):
            if isinstance(child, Tree):
                is_chain = index == place and child.data == node.data
                waiting.append((child, depth + (step if is_chain else _LEVEL)))
    return None


@cache
def keywords() -> frozenset[str]:
    """Return the words that cannot be names: spelled out in the grammar, and not of the terminal NAME."""
    name = next(terminal.pattern.value for terminal in _grammar().terminals if terminal.name == "NAME")
    words = (word for word in _spellings().values() if word.isidentifier())
    return frozenset(word for word in words if not re.fullmatch(name, word))


@cache
def _grammar(nesting: int = _DEPTHS[0]) -> Lark:
    """Return the parser, whose patterns hold type arguments that nest so deep."""
    text = files("penstockc.syntax").joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start=["module", "generic"],
        propagate_positions=True,
        maybe_placeholders=True,
        edit_terminals=partial(_edit, nesting=nesting),
        cache=_cache_path(nesting),
    )


_HEADS: Final = frozenset({"import", "type", "struct", "library", "contract", "constructor", "function"})
"""Keywords at places without names: only this tells the lexer that `contractor` is not one of them."""
_WORD_END: Final = r"\b"


_GENERICS: Final = frozenset({"GENERIC", "GENERIC_VALUE"})


def _edit(terminal: TerminalDef, nesting: int) -> TerminalDef:
    """End a keyword of `_HEADS` at the end of the word, and put a list of types into a generic head."""
    if isinstance(terminal.pattern, PatternStr) and terminal.pattern.value in _HEADS:
        terminal.pattern = PatternRE(terminal.pattern.value + _WORD_END)
    if terminal.name in _GENERICS:
        terminal.pattern = PatternRE(terminal.pattern.value.replace("<>", f"<{_types(nesting)}>"))
    return terminal


def _types(depth: int) -> str:
    """Return a pattern for types between commas, each with dimensions and, down to `depth`, type arguments of its own.

    It does not match comparisons: `x << 8 > y`, `x < y >> z`, `x < 1 && y > (z)`.
    """
    inside = rf"(?:\s*<{_types(depth - 1)}>)?" if depth else ""
    return rf"(?:\s*[A-Za-z_][A-Za-z0-9_]*{inside}(?:\s*\[[A-Za-z0-9_\s.]*\])*\s*(?:,|(?=>)))+"


def _cache_path(nesting: int) -> str | bool:
    """Return the path of the cached tables, or False when no folder can hold them."""
    path = Path(cache_from_source(__file__)).with_suffix(f".{nesting}.tables")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return str(path)


@cache
def _spellings() -> dict[str, str]:
    patterns = {terminal.name: terminal.pattern for terminal in _grammar().terminals}
    return {
        name: pattern.value.removesuffix(_WORD_END)
        for name, pattern in patterns.items()
        if pattern.type == "str" or pattern.value.removesuffix(_WORD_END) in _HEADS
    }
