"""Comments of a contract's sources, by the declaration that they are about.

A comment is about the declaration right below it; one after a property, on its line, is about the property. The first
comment of the file is about the contract if it has none of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from penstockc.source import Source
from penstockc.syntax import ast
from penstockc.syntax.imports import Modules

_OPEN, _CLOSE, _LINE = "/*", "*/", "//"
_ALLOWANCE: Final = re.compile(r"\s*allow\([\w\s,-]+\)")
"""A comment for the compiler, which allows a warning."""


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments, as plain text.

    Attributes:
        contract: that of the contract.
        functions: those of its functions, by name.
        properties: those of its properties, by name.
        types: those of structs and libraries, by name.
    """

    contract: str = ""
    functions: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


def comments_of(modules: Modules, contract: str) -> Comments:
    """Return the comments of a contract, and of all structs and libraries that its files declare."""
    found = Comments(types=dict(_of_types(modules)))
    source, tree = modules.sources.files[0], modules.trees[0]
    classes = [each for each in tree.declarations if isinstance(each, ast.Class) and each.name.text == contract]
    for each in classes:
        for member in each.members:
            if isinstance(member, ast.Function):
                found.functions[member.name.text] = above(source, member.span.start)
            elif isinstance(member, ast.Property):
                found.properties[member.name.text] = beside(source, member.span.end) or above(source, member.span.start)
    own = next((above(source, each.span.start) for each in classes), "")
    if own:
        return Comments(own, found.functions, found.properties, found.types)
    header = _header(source.text)
    types = {name: text for name, text in found.types.items() if text != header}
    return Comments(header, found.functions, found.properties, types)


def _of_types(modules: Modules) -> Iterator[tuple[str, str]]:
    for source, tree in zip(modules.sources.files, modules.trees, strict=False):  # the standard library has no tree
        for each in tree.declarations:
            if isinstance(each, ast.Class | ast.Struct):
                yield each.name.text, above(source, each.span.start)


def above(source: Source, offset: int) -> str:
    """Return the comment that ends on the line above an offset, or right before it; empty without one."""
    text = source.text[: offset - source.base].rstrip(" \t").removesuffix("\n").rstrip(" \t\r")
    if text.endswith(_CLOSE):
        return _plain(text[text.rfind(_OPEN) + len(_OPEN) : -len(_CLOSE)])
    return _of_lines(reversed(text.split("\n")), backwards=True)


def beside(source: Source, offset: int) -> str:
    """Return the comment after an offset on its line; empty without one."""
    rest = source.text[offset - source.base :].partition("\n")[0].lstrip("; \t")
    found = re.match(r"//(?P<line>.*)|/\*(?P<block>.*?)\*/", rest)
    text = "" if found is None else found["line"] or found["block"] or ""
    return "" if _ALLOWANCE.match(text) else _plain(text)


def _header(text: str) -> str:
    """Return the comment that a file begins with."""
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith(_OPEN):
        return _plain(text[len(_OPEN) :].partition(_CLOSE)[0])
    return _of_lines(text.split("\n"))


def _of_lines(lines: Iterable[str], *, backwards: bool = False) -> str:
    """Return the comment in the first of these lines, without allowances; they may come last line first."""
    stripped = (line.strip() for line in lines)
    told = [line.removeprefix(_LINE) for line in takewhile(lambda line: line.startswith(_LINE), stripped)]
    told = [line for line in told if not _ALLOWANCE.match(line)]
    return _plain("\n".join(reversed(told) if backwards else told))


def _plain(text: str) -> str:
    """Return a comment without its marks and its common margin."""
    lines = [re.sub(r"^\s*\*+(?: |$)", "", line.rstrip().expandtabs(4)) for line in text.strip("*").split("\n")]
    words = [line if re.search(r"\w", line) else "" for line in lines]  # without rulers
    margin = min((len(line) - len(line.lstrip()) for line in words if line), default=0)
    return "\n".join(line[margin:] for line in words).strip("\n").rstrip()
