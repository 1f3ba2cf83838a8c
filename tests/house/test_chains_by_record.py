"""No code knows a chain by its name: names are parsed, and facts looked up in the record."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from penstock.script.chains import CHAINS

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for root in ("compiler", "runtime") for path in (ROOT / root).rglob("*.py"))
RECORDS = "runtime/penstock/script/chains.py"
OF_ONE_CHAIN = {
    "runtime/penstock/channel/agreement/agreement.py",  # the protocol is one of bsv
    "runtime/penstock/channel/safe/agreement/chains.py",  # a record for each chain, for channels
    "compiler/penstockc/catalogue/examples/target.py",  # refused by btc
    "runtime/penstock/prove/trials/engines.py",  # engines of other authors know one chain each
}
CONSTANTS = {name.upper() for name in CHAINS}
NAMES = "|".join(CHAINS)
TEXT = re.compile(rf"({NAMES})(-consensus)?")
IDENTIFIER = re.compile(rf"(.*_)?({NAMES})(_.*)?", re.IGNORECASE)


def found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every chain's name in code: as a text, as a parameter, as an argument."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str() as text) if TEXT.fullmatch(text):
                yield node.lineno, repr(text)
            case ast.arg(arg=name) | ast.keyword(arg=str() as name) if IDENTIFIER.fullmatch(name):
                yield node.lineno, f"the argument {name}"
            case ast.Name(id=name) if name in CONSTANTS:
                yield node.lineno, name
            case ast.Attribute(attr=name) if name in CONSTANTS:
                yield node.lineno, f".{name}"
            case _:
                pass


def offenders(path: Path) -> list[str]:
    place = str(path.relative_to(ROOT))
    return [
        f"{place}:{line}: {what}"
        for line, what in found(ast.parse(path.read_text("utf-8")))
        if place != RECORDS and not (place in OF_ONE_CHAIN and what in CONSTANTS)
    ]


def test_no_code_mentions_a_chain() -> None:
    assert [offender for path in FILES for offender in offenders(path)] == []


def test_the_exceptions_are_needed() -> None:
    names = {str(path.relative_to(ROOT)): path for path in FILES}
    assert {RECORDS, *OF_ONE_CHAIN} <= names.keys()
    assert all(list(found(ast.parse(names[place].read_text("utf-8")))) for place in (RECORDS, *OF_ONE_CHAIN))


def test_the_test_itself_finds_them() -> None:
    source = "def f(*, btc: bool) -> str:\n    return g(is_bsv=btc) if chains.BTC else 'btc-consensus'\n"
    assert sorted(what for _, what in found(ast.parse(source))) == [
        "'btc-consensus'",
        ".BTC",
        "the argument btc",
        "the argument is_bsv",
    ]
