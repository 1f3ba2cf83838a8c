"""The standard library's files -> the declarations that a text names.

Promised: a text that names nothing standard costs one search through it; a file of the library is parsed once per
process for all compilations, since its place among all sources never changes: the library is one source called `std`,
far after all others.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from penstockc.source import Source
from penstockc.syntax import ast
from penstockc.syntax.parse import parse

Standard = ast.Class | ast.Struct

NAME: Final = "std"
BASE: Final = 1 << 40
"""Start of the library in the address space of all sources: far above any contract."""

FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "constants.scrypt": ("Constants",),
    "hashed_map.scrypt": ("HashedMap",),
    "hashed_set.scrypt": ("HashedSet",),
    "op_code.scrypt": ("OpCode",),
    "sig_hash.scrypt": ("SigHash",),
    "sorted_item.scrypt": ("SortedItem",),
    "state.scrypt": ("__State", "__StateReader"),
    "tx.scrypt": ("Tx",),
    "utils.scrypt": ("Utils",),
    "var_int.scrypt": ("VarIntReader", "VarIntWriter"),
}
"""Declared names of each file."""

NAMES: Final = frozenset(name for names in FILES.values() for name in names)
_NAME: Final = re.compile(rf"(?:\b(?:{'|'.join(sorted(NAMES))})|@state)\b")
_HOME: Final = {name: file for file, names in FILES.items() for name in names} | {"@state": "state.scrypt"}


def standard_files(texts: Iterable[str]) -> frozenset[str]:
    """Return the files of the library that these texts need, directly or not."""
    found, waiting = set[str](), {_HOME[name] for text in texts for name in _NAME.findall(text)}
    while waiting:
        file = waiting.pop()
        found.add(file)
        waiting |= {_HOME[name] for name in _NAME.findall(_texts()[file])} - found
    return frozenset(found)


@cache
def standard_source(wanted: frozenset[str]) -> Source:
    """Return the library with blanks for the unused files: places stay the same."""
    parts = (text if file in wanted else re.sub(r"[^\n]", " ", text) for file, text in _texts().items())
    return Source(NAME, "".join(parts), BASE)


def standard_declarations(wanted: Iterable[str]) -> tuple[Standard, ...]:
    """Return the declarations of these files."""
    return tuple(declaration for file in sorted(wanted) for declaration in _declarations(file))


@cache
def _declarations(file: str) -> tuple[Standard, ...]:
    before = BASE
    for name, text in _texts().items():
        if name == file:
            declared = parse(Source(NAME, text, before)).declarations
            return tuple(item for item in declared if isinstance(item, ast.Class | ast.Struct))
        before += len(text)
    raise KeyError(file)


@cache
def _texts() -> Mapping[str, str]:
    folder = files("penstockc.standard")
    return {name: folder.joinpath(name).read_text("utf-8") for name in FILES}
