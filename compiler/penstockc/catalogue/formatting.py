"""The catalogue as text: an entry for a terminal, the whole of it as docs/errors.md."""

from collections.abc import Iterable, Iterator
from textwrap import indent
from typing import Final

from penstock.script.chains import DEFAULT_CHAIN
from penstockc.catalogue.entries import CatalogueEntry, entries
from penstockc.catalogue.samples import start
from penstockc.diagnostics import Diagnostic
from penstockc.habits.calls import FUNCTIONS, MEMBERS
from penstockc.habits.forms import FORMS
from penstockc.habits.rows import ForeignForm, SourceLevel, Word
from penstockc.habits.words import NAMES, TYPES

_PLACES: Final = {
    SourceLevel.FILE: "a file",
    SourceLevel.MEMBERS: "in a contract",
    SourceLevel.STATEMENTS: "in a public function",
}
_HEAD: Final = """# Errors and warnings

Each message of the compiler has a code: `error[type-mismatch]: expected int, found bytes`. This page lists the codes,
each with an example that causes it and the corrected example. `penstock explain CODE` shows the same on a terminal, and
`penstock explain` lists the codes.

Unless an example is a whole file, it belongs in this contract, as a member or in `open`:

```scrypt
contract Sample {
    int limit;
    bytes data;
    PubKey owner;

    public function open(Sig sig, int x) {
        require(checkSig(sig, this.owner));
    }
}
```

The page is generated from the data of the compiler, by `pytest tests/compiler/diagnostics --update-golden`.
"""
_HABITS: Final = """## Habits from other languages

Forms of Solidity, TypeScript, CashScript and Python, and the hint of the compiler for each:

| source | hint |
|---|---|
"""
_WIDEST: Final = 110  # characters of a line of an example
_SHOWN: Final = 50  # characters at either end of a longer one


def explained(entry: CatalogueEntry) -> str:
    """Return the description of one code, for a terminal."""
    example, diagnostic = entry.example, entry.diagnostic
    target = f", for {example.chain}" if example.chain is not DEFAULT_CHAIN else ""
    lines = [
        f"{entry.kind.severity}[{entry.code}]",
        entry.meaning,
        "",
        f"Causes it ({_PLACES[example.place]}{target}):",
        "",
        indent(_marked(entry, diagnostic), "    "),
        "",
        f"    {diagnostic.message}",
        *([f"    hint: {diagnostic.hint}"] if diagnostic.hint else []),
        "",
        "Mended:",
        "",
        indent(_shortened(example.mended), "    "),
    ]
    return "\n".join(lines) + "\n"


def listed() -> str:
    """Return all codes with their meanings, for a terminal."""
    widest = max(len(code) for code in entries())
    return "\n".join(f"{code:{widest}}  {entry.kind.severity:7}  {entry.meaning}" for code, entry in entries().items())


def page() -> str:
    """Return docs/errors.md."""
    parts = [_HEAD]
    for title, severity in (("Errors", "error"), ("Warnings", "warning")):
        parts.append(f"## {title}\n")
        parts += (_section(entry) for entry in entries().values() if entry.kind.severity == severity)
    parts.append(_HABITS + "".join(_habit_rows((*FORMS, *NAMES, *TYPES, *FUNCTIONS, *MEMBERS))))
    return "\n".join(parts)


def _section(entry: CatalogueEntry) -> str:
    example, diagnostic = entry.example, entry.diagnostic
    target = f" For `{example.chain}`:" if example.chain is not DEFAULT_CHAIN else ""
    hint = f"  \nHint: {diagnostic.hint}" if diagnostic.hint else ""
    return (
        f"### {entry.code}\n\n{entry.meaning}{target}\n\n"
        f"```scrypt\n{_shortened(example.failing)}\n```\n\n"
        f"Message: {diagnostic.message}{hint}\n\n"
        f"```scrypt\n{_shortened(example.mended)}\n```\n"
    )


def _habit_rows(rows: Iterable[ForeignForm | Word]) -> Iterator[str]:
    for row in rows:
        wrong = row.wrong.partition("\n")[0]  # without the contract after it
        quoted = f"`` {wrong} ``" if "`" in wrong else f"`{wrong}`"
        cells = f"{quoted}{_also(row)}", row.instead
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _also(row: ForeignForm | Word) -> str:
    """Return the other names of a row, so that a search finds each."""
    names = row.names.split("|") if isinstance(row, Word) and "(" not in row.names else []
    others = [f"`{name}`" for name in names if name.isidentifier() and name not in row.wrong]
    return f" (also {', '.join(others)})" if others else ""


def _marked(entry: CatalogueEntry, diagnostic: Diagnostic) -> str:
    """Return the failing piece with the place of the diagnostic underlined, if its line is shown whole."""
    piece = entry.example.failing
    first = diagnostic.span.start - start(entry.example.place)
    if not 0 <= first <= len(piece):
        return _shortened(piece)
    before, rest = piece[:first], piece[first:]
    column = len(before.rpartition("\n")[2])
    length = min(diagnostic.span.end - diagnostic.span.start, len(rest.partition("\n")[0]))
    lines = piece.split("\n")
    number = before.count("\n")
    if len(lines[number]) > _WIDEST:
        return _shortened(piece)
    lines.insert(number + 1, " " * column + "^" * max(1, length))
    return _shortened("\n".join(lines))


def _shortened(text: str) -> str:
    """Return the text with `…` instead of the middle of long lines."""
    return "\n".join(line if len(line) <= _WIDEST else f"{line[:_SHOWN]}…{line[-_SHOWN:]}" for line in text.split("\n"))
