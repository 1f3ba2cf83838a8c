"""docs/standard-library.md tells of every member of the library; its examples compile, its sizes are so.

And an artifact says nothing of it: its code comes from the contract's own lines.
"""

import re
from pathlib import Path

import pytest

from penstock import Spend
from penstockc.pipeline import check_source, compile_source
from penstockc.syntax import ast
from penstockc.syntax.ast import Modifier
from penstockc.syntax.standard import FILES, standard_declarations
from tests.support.spending.preimage_contracts import checking

DOCUMENT = (Path(__file__).parents[2] / "docs" / "standard-library.md").read_text("utf-8")
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


EVERYTHING = """
struct Pair { int a; bytes[2] b; }

contract Everything {
    HashedMap<Pair, bool> map;
    HashedSet<bytes> set;

    public function check(SigHashPreimage p, SigHashType t) {
        require(Tx.checkPreimage(p) && Tx.checkPreimageSigHashType(p, t) && Tx.checkPreimageOpt(p));
        require(Tx.checkPreimageAdvanced(p, Tx.privKey, Tx.pubKey, Tx.invK, Tx.r, Tx.rBigEndian, t));
        require(Tx.checkPreimageOpt_(p) && Tx.checkPreimageOCS(p) && Tx.checkPreimageSigHashTypeOCS(p, t));
        require(Tx.checkPreimageAdvancedOCS(p, Tx.privKey, Tx.pubKey, Tx.invK, Tx.r, Tx.rBigEndian, t));
        require(Tx.checkPreimageOptOCS(p) && Tx.checkPreimageOptOCS_(p) && Tx.isFirstCall(p) && Utils.isFirstCall(p));
        require(SigHash.nVersion(p) + SigHash.hashPrevouts(p) + SigHash.hashSequence(p) + SigHash.outpoint(p) != b'');
        require(SigHash.scriptCode(p) + SigHash.valueRaw(p) + SigHash.nSequenceRaw(p) + SigHash.hashOutputs(p) != b'');
        require(SigHash.nLocktimeRaw(p) + SigHash.sigHashType(p) != b'');
        require(SigHash.value(p) + SigHash.nSequence(p) + SigHash.nLocktime(p) > 0);
        require(SigHash.lockTimeReached(p, 800000));
    }

    public function bytesOf(bytes b, int x, PubKeyHash h, bool flag) {
        require(Utils.readVarint(Utils.writeVarint(Utils.toLEUnsigned(Utils.fromLEUnsigned(b), x))) != b'');
        require(Utils.buildOutput(b, x) + Utils.buildPublicKeyHashOutput(h, x) + Utils.buildOpreturnScript(b) != b'');
        VarIntReader reader = new VarIntReader(VarIntWriter.writeInt(x) + VarIntWriter.writeBool(flag));
        require(reader.readInt() == x && reader.readBool() == flag && !reader.eof() && reader.readBytes() == b);
        require(VarIntWriter.writeBytes(b) != b'' && Constants.TxIdLen == x && OpCode.OP_ADD != b);
    }

    public function collections(SortedItem<Pair> key, bool value, SortedItem<bytes> element) {
        require(this.map.set(key, value) && this.map.canGet(key, value) && this.map.has(key) && this.map.delete(key));
        require(this.map.size() == 1 && this.map.data() == b'' && this.map.clear());
        require(this.set.add(element) && this.set.has(element) && this.set.delete(element) && this.set.clear());
        require(this.set.size() == 0 && this.set.data() == b'');
    }
}
"""


def test_nothing_in_the_library_is_warned_of() -> None:
    found = {one.code for one in check_source(EVERYTHING).diagnostics}
    assert found <= {"unguarded-function"}  # which is about the contract that calls it


def test_on_btc_every_mistake_is_at_a_line_of_the_contracts_own() -> None:
    checked = check_source(EVERYTHING, target="btc")
    assert len(checked.diagnostics) > 30
    assert {one.code for one in checked.diagnostics} == {"library-on-target"} | {"missing-opcode"}
    assert {checked.sources.find(one.span.start).name for one in checked.diagnostics} == {"contract.scrypt"}
