"""Whatever passes the check keeps the promises of the typed tree, and is the same each time."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import penstock
from penstockc.diagnostics import CompileError
from penstockc.semantics import check
from penstockc.semantics.typed.text import show_program
from penstockc.syntax.imports import read_modules
from tests.support.compiling.sources import program
from tests.support.compiling.typed_invariants import check_program
from tests.support.generators.random_contracts import Chooser, choosers, random_contract


@given(choosers("invariants"), st.sampled_from(["bsv", "btc"]))
def test_random_contracts(choose: Chooser, target: str) -> None:
    contract = random_contract(choose, target, 12)
    first = program(contract.text, contract.imports)
    check_program(first)
    assert show_program(program(contract.text, contract.imports)) == show_program(first)


@pytest.mark.parametrize("name", penstock.bundled_names())
def test_bundled_contracts(name: str) -> None:
    check_program(program(Path(penstock.bundled(name)).read_text("utf-8")))


WRONG = {"privateNoninteractiveBounty": {"type-mismatch"}}
"""What is wrong with other people's contracts: this one passes two inputs to a library that is set to take one."""


def test_other_peoples_contracts(corpus: Path) -> None:
    """Each is valid, except those with a known mistake."""
    tried = 0
    for path in sorted(corpus.rglob("contracts/*.scrypt")):

        def load(importing: str, imported: str, folder: Path = path.parent) -> str:
            return (folder / importing).parent.joinpath(imported).read_text("utf-8")

        tried += 1
        try:
            found = check(read_modules(path.read_text("utf-8"), path.name, load))
        except CompileError as error:
            reasons = {one.code for one in error.diagnostics if one.severity == "error"}
            assert reasons == WRONG.get(path.stem, set()), path
        else:
            assert path.stem not in WRONG
            check_program(found)
    assert tried


TIER_1 = (
    "helloworld hashpuzzle arrayUtil p2pkh xorPuzzle netflix rpuzzle timedcommit cointoss shift cointossxor library"
    " demo shiftTest dynamicArray bitwise bitwiseTest"
)


@pytest.mark.parametrize("name", TIER_1.split())
def test_the_simple_ones_are_right(corpus: Path, name: str) -> None:
    (path,) = corpus.rglob(f"contracts/{name}.scrypt")
    files = {other.name: other.read_text("utf-8") for other in path.parent.glob("*.scrypt")}
    check_program(program(path.read_text("utf-8"), files))


PIECES = re.compile(r"\w+|\s+|[^\w\s]")


RULES = sorted((Path(__file__).parents[1] / "pipeline" / "rules").glob("*.scrypt"))


@given(choosers("moved"), st.data())
def test_a_contract_with_a_few_pieces_moved_is_right_or_refused(choose: Chooser, data: st.DataObject) -> None:
    """Only CompileError is raised, and valid contracts keep the promises."""
    contract = random_contract(choose, "bsv", 12)
    check_moved(contract.text, contract.imports, data)


@given(st.sampled_from(RULES), st.data())
def test_a_rule_with_a_few_pieces_moved_is_right_or_refused(path: Path, data: st.DataObject) -> None:
    """The same of texts that have a bit of everything."""
    check_moved(path.read_text("utf-8"), {}, data)


def check_moved(text: str, imports: Mapping[str, str], data: st.DataObject) -> None:
    pieces = PIECES.findall(text)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(pieces) - 1))
        other = data.draw(st.integers(0, len(pieces) - 1))
        match data.draw(st.sampled_from(["drop", "copy", "replace", "swap", "drop many"])):
            case "drop":
                pieces[place] = " "
            case "copy":
                pieces.insert(place, pieces[other])
            case "replace":
                pieces[place] = pieces[other]
            case "swap":
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case _:
                pieces[place : place + 10] = [" "]
    try:
        found = program("".join(pieces), imports)
    except CompileError:
        return
    check_program(found)
