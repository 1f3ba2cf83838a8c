"""docs/standard-library.md tells of every member of the library; its examples compile, its sizes are so.

And what a contract does not name of it takes no part in it.
"""

import re
from pathlib import Path

import pytest
from preimage_contracts import checking

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
        ("Tx.checkPreimage(p)", 149),
        ("Tx.checkPreimageSigHashType(p, SigHash.SINGLE | SigHash.FORKID)", 149),
        ("Tx.checkPreimageOpt(p)", 87),
        ("Tx.checkPreimageOpt_(p)", 86),
        ("Tx.checkPreimageOCS(p)", 150),
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


def test_an_artifact_carries_what_is_named_of_the_library_and_no_more() -> None:
    artifact = checking("Tx.checkPreimageOpt(p)")
    _, library = artifact.source_map.files
    assert library.name == "std"
    assert library.text is not None
    assert "library Tx " in library.text
    assert "HashedMap" not in library.text
    assert len(library.text) < 15_000
    location = artifact.location(0)
    assert location is not None
    assert (location.file, location.text) == ("std", "bytes digest = hash256(preimage);")
