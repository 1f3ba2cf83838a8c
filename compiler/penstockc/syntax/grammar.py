"""The LALR tables of `grammar.lark`, made once and kept where Python keeps its bytecode.

Building the tables takes ten times as long as loading them, and every run of the command pays. The cache lies in the
`__pycache__` beside this file (or below `sys.pycache_prefix`), so whoever could tamper with it could tamper with the
bytecode as well. Lark checks it against the grammar, its own version and Python's, and builds anew when it does not
fit, is damaged or cannot be written.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput
from lark.lexer import PatternRE, PatternStr, TerminalDef

from penstockc.nesting import MAX_NESTING

Node = Tree[Token | None]  # None where something optional is absent
OnError = Callable[[UnexpectedInput], bool]

END = "$END"  # Lark's name of the end of the text


def parse_module(text: str, on_error: OnError) -> Node | None:
    """Parse a file. `on_error` is asked at each mistake: True goes on (the tree is not to be used), False gives up."""
    try:
        return cast(Node, _grammar().parse(text, start="module", on_error=on_error))
    except UnexpectedInput:
        return None


def parse_generic(text: str) -> Node | None:
    """Parse the type `Name<argument, ..>`; None when it is none."""
    try:
        return cast(Node, _grammar().parse(text, start="generic"))
    except UnexpectedInput:
        return None


def spelling(terminal: str) -> str | None:
    """How a terminal is spelled, if there is only one way."""
    return _spellings().get(terminal)


def too_deep(tree: Node) -> Node | None:
    """The outermost node that nests deeper than `MAX_NESTING` levels, if there is one."""
    level = [tree]
    for _ in range(MAX_NESTING):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return None
    return level[0]


@cache
def keywords() -> frozenset[str]:
    """The words that cannot name anything: spelled out in the grammar, and not of the terminal NAME."""
    name = next(terminal.pattern.value for terminal in _grammar().terminals if terminal.name == "NAME")
    words = (word for word in _spellings().values() if word.isidentifier())
    return frozenset(word for word in words if not re.fullmatch(name, word))


@cache
def _grammar() -> Lark:
    text = files("penstockc.syntax").joinpath("grammar.lark").read_text("utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer="contextual",
        start=["module", "generic"],
        propagate_positions=True,
        maybe_placeholders=True,
        edit_terminals=_end_at_word,
        cache=_cache_path(),
    )


_HEADS: Final = frozenset({"import", "type", "struct", "library", "contract", "constructor", "function"})
"""Keywords that stand where no name can: nothing else tells the lexer that `contractor` is not one of them."""
_WORD_END: Final = r"\b"


def _end_at_word(terminal: TerminalDef) -> TerminalDef:
    """Let a keyword of `_HEADS` end where the word ends."""
    if isinstance(terminal.pattern, PatternStr) and terminal.pattern.value in _HEADS:
        terminal.pattern = PatternRE(terminal.pattern.value + _WORD_END)
    return terminal


def _cache_path() -> str | bool:
    """Where the tables are kept, or False when there is no folder to keep them in."""
    path = Path(cache_from_source(__file__)).with_suffix(".tables")
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
