"""docs/standard-library.md tells of every member of the library; its examples compile, its sizes are so.

And an artifact says nothing of it: its code comes from the contract's own lines.
"""

import re
from pathlib import Path

import pytest
from preimage_contracts import checking

from penstock import Spend
from penstockc.pipeline import check_source, compile_source
from penstockc.syntax import ast
from penstockc.syntax.ast import Modifier
from penstockc.syntax.standard import FILES, standard_declarations

DOCUMENT = (Path(__file__).parents[3] / "docs" / "standard-library.md").read_text("utf-8")
EXAMPLES = re.findall(r"```scrypt\n(.*?)```", DOCUMENT, re.DOTALL)
INTERNAL = "__"  # what is for the compiler's own use begins with


def members() -> list[tuple[str, str]]:
    """Every name that a contract can use, by its owner; of opcodes there are too many."""
    return [
        (declared.name.text, member.name.text)
        for declared in standard_declarations(FILES)
        if isinstance(declared, ast.Class) and not declared.name.text.startswith((INTERNAL, "OpCode"))
        for member in declared.members
        if isinstance(member, ast.Function | ast.Property) and Modifier.PRIVATE not in member.modifiers
        if not member.name.text.startswith("_")
    ]


@pytest.mark.parametrize("member", members(), ids=".".join)
def test_every_member_is_told_of(member: tuple[str, str]) -> None:
    owner, name = member
    assert re.search(rf"(`|\W){name}\b", DOCUMENT), f"{owner}.{name}"


def test_every_name_is_told_of() -> None:
    for names in FILES.values():
        for name in names:
            assert f"`{name}" in DOCUMENT or f"{name}`" in DOCUMENT or name.startswith(INTERNAL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split()[1])
def test_the_examples_compile_without_a_warning(example: str) -> None:
    assert check_source(example).diagnostics == ()


def test_the_examples_are_the_two_that_there_are() -> None:
    assert len(EXAMPLES) == 2


@pytest.mark.parametrize(
    ("condition", "most"),
    [
        ("Tx.checkPreimage(p)", 139),
        ("Tx.checkPreimageSigHashType(p, SigHash.SINGLE | SigHash.FORKID)", 139),
        ("Tx.checkPreimageOpt(p)", 87),
        ("Tx.checkPreimageOpt_(p)", 86),
        ("Tx.checkPreimageOCS(p)", 140),
        ("Tx.checkPreimageOptOCS(p)", 88),
        ("Tx.checkPreimageOptOCS_(p)", 87),
    ],
)
def test_checks_take_no_more_than_they_say(condition: str, most: int) -> None:
    artifact = checking(condition)
    template = re.sub(r"<[^>]*>", "0141", artifact.hex)
    assert len(bytes.fromhex(template)) <= most
    function = condition.partition("(")[0].removeprefix("Tx.").replace("OCS", "")
    assert re.search(rf"`{function}\(.*\| {most - ('OCS' in condition)} \|", DOCUMENT)


def test_what_is_not_named_costs_nothing() -> None:
    without = compile_source("contract A { public function f(int x) { require(x == 1); } }")
    assert [file.name for file in without.source_map.files] == ["contract.scrypt"]


def test_code_of_the_library_is_shown_as_the_call_that_led_to_it() -> None:
    source = """
    library Pay {
        static function to(PubKeyHash h) : bytes { return Utils.buildPublicKeyHashOutput(h, 1); }
    }

    contract A {
        public function f(SigHashPreimage p, PubKeyHash h) {
            require(Tx.checkPreimageOpt(p));
            require(SigHash.hashOutputs(p) == hash256(Pay.to(h)));
        }
    }"""
    artifact = compile_source(source)
    assert [file.name for file in artifact.source_map.files] == ["contract.scrypt"]
    places = [artifact.location(index) for index in range(len(artifact.asm.split()))]
    assert {place.text.partition(" ")[0] for place in places if place} == {
        "static",
        "require(Tx.checkPreimageOpt(p));",
        "require(SigHash.hashOutputs(p)",
    }
    assert {(place.line, place.column) for place in places if place} >= {(3, 59), (8, 21), (9, 21)}


def test_a_failure_in_the_library_names_the_contracts_own_line() -> None:
    verdict = Spend(checking("Tx.checkPreimage(p)").instantiate()).verify("unlock", b"")
    assert verdict.error == "NULLFAIL"
    assert (
        verdict.source_line
        == "contract Checking { public function unlock(SigHashPreimage p) { require(Tx.checkPreimage(p)); } }"
    )
