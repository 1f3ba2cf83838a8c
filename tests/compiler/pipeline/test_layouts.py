"""The layouts of a script: the same spends are accepted in each; what `official` promises beyond that holds."""

import re
from dataclasses import replace

import pytest

import penstock
from penstock import PREIMAGE, Artifact, PrivateKey, Spend
from penstock.script.hashes import hash160
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.script.pushes import push
from penstockc.errors.warnings.layouts import CutAtFixedPlace
from penstockc.layouts import LAYOUTS, OFFICIAL, SMALLEST
from penstockc.pipeline import UnknownLayout, check_source, compile_source
from tests.support.compiling.targets import TARGETS

ALICE, BOB = (PrivateKey(bytes([number]) * 32) for number in (1, 2))
HASHES = [hash160(key.public_key) for key in (ALICE, BOB)]
FUSED = {"OP_EQUALVERIFY", "OP_NUMEQUALVERIFY", "OP_CHECKSIGVERIFY", "OP_CHECKMULTISIGVERIFY"}

in_each = pytest.mark.parametrize("layout", LAYOUTS)


def official(text: str, target: str = "bsv") -> Artifact:
    return compile_source(text, name="laid.scrypt", target=target, layout="official")


def heads(artifact: Artifact) -> list[str]:
    """The placeholders with which the template begins."""
    start = re.match(r"(?:<[^>]*> ?)*", artifact.asm)
    assert start is not None
    return start[0].split()


# Placeholders first ---------------------------------------------------------------------------------------------------

HEADS = {
    "properties": ("int a; bytes b;", "require(this.b == b'00'); require(x > this.a);", ["<a>", "<b>"]),
    "unused ones too": ("int a; bytes b; bool c;", "require(x == this.a);", ["<a>", "<b>", "<c>"]),
    "leaves of an array and of a struct": (
        "int[2] a; Pair p;",
        "require(this.p.right == this.a[1]); require(x == 1);",
        ["<a[0]>", "<a[1]>", "<p.left>", "<p.right>"],
    ),
    "the arguments of a constructor, not the properties": (
        "int a; int b; constructor(int second, int first) { this.a = first; this.b = second; }",
        "require(x + this.a == this.b);",
        ["<second>", "<first>"],
    ),
    "a library by its properties, or by the parameters of its constructor": (
        "Plain plain; Made made; int z;",
        "require(x == this.plain.v + this.made.v + this.z);",
        ["<plain.v>", "<made.ctor.half>", "<z>"],
    ),
    "in a branch only": ("int a; int b;", "if (x > 0) { x = this.b; } require(x > this.a);", ["<a>", "<b>"]),
    "where the constructor may end the script": (
        "int a; int b; constructor(int a, int b) { if (a == 1) { exit(b == 2); } this.a = a; this.b = b; }",
        "require(x == this.a);",
        ["<a>", "<b>"],
    ),
    "none": ("", "require(x == 5);", []),
}
DECLARED = """struct Pair { int left; int right; }
library Plain { int v; }
library Made { int v; constructor(int half) { this.v = half + half; } }
"""
SECOND = "public function other(bytes y) { require(y == b'77'); }"


@pytest.mark.parametrize("second", ["", SECOND], ids=["one function", "two"])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("case", HEADS)
def test_the_constructors_placeholders_come_first_and_in_order(case: str, target: str, second: str) -> None:
    members, body, expected = HEADS[case]
    if target == "btc" and "exit" in members:
        pytest.skip("no script can end early there")
    text = f"{DECLARED} contract Laid {{ {members} public function open(int x) {{ {body} }} {second} }}"
    found = official(text, target)
    assert heads(found) == expected
    assert found.asm.count("<") == len(expected)


def test_variables_of_assembly_stay_where_they_are_written() -> None:
    found = official(
        "contract Laid { bytes b; static function f(bytes x) : bytes { asm { $mark OP_CAT } }"
        " public function open(bytes x) { require(f(x) == this.b); } }"
    )
    assert found.asm == "<b> OP_SWAP <Laid.f.mark> OP_CAT OP_EQUAL"


CUTTING = """contract Ticket {
    bytes serial;      // 8 bytes
    Ripemd160 owner;

    static const int HEAD = 30; // 08 serial 14 owner

    public function pass(SigHashPreimage p, Ripemd160 next, Sig sig, PubKey key) {
        require(Tx.checkPreimage(p));
        require(hash160(key) == this.owner);
        require(checkSig(sig, key));
        bytes rest = SigHash.scriptCode(p)[HEAD :];
        bytes script = b'08' + this.serial + b'14' + next + rest;
        require(hash256(Utils.buildOutput(script, SigHash.value(p))) == SigHash.hashOutputs(p));
    }
}
"""


@pytest.mark.parametrize(
    ("text", "layout", "lines"),
    [
        (CUTTING, "smallest", [11]),
        (CUTTING, "official", []),
        (
            CUTTING.replace("bytes serial; ", "static const bytes serial = b'00';")
            .replace("Ripemd160 owner;", "")
            .replace("this.serial", "serial")
            .replace("this.owner", "next"),
            "smallest",
            [],
        ),
    ],
    ids=["smallest", "official", "without placeholders"],
)
def test_a_cut_at_a_fixed_place_is_warned_of(text: str, layout: str, lines: list[int]) -> None:
    checked = check_source(text, layout=layout)
    cuts = [each for each in checked.diagnostics if isinstance(each, CutAtFixedPlace)]
    assert [checked.sources.find(each.span.start).position(each.span.start)[0] for each in cuts] == lines


@pytest.mark.filterwarnings("ignore::penstock.CompileWarning")
@in_each
def test_a_contract_that_cuts_its_own_script_at_fixed_places(layout: str) -> None:
    """In the smallest layout the only successor that is accepted has lost its head."""
    artifact = compile_source(CUTTING, layout=layout)
    ticket = artifact.instantiate(serial=b"12345678", owner=HASHES[0])
    heir = artifact.instantiate(serial=b"12345678", owner=HASHES[1])
    head = push(b"12345678") + push(HASHES[1])
    copied = head + ticket.locking_script[len(head) :]

    def passed(script: bytes) -> bool:
        spend = Spend(ticket, 1000, [(1000, script)])
        given = (PREIMAGE, HASHES[1], spend.sign(ALICE), ALICE.public_key)
        return bool(spend.judge(spend.call("pass", *given)))

    is_whole = layout == "official"
    assert passed(heir.locking_script) == is_whole
    assert passed(copied)
    assert (copied == heir.locking_script) == is_whole
    for other in (
        ticket.locking_script,
        artifact.instantiate(serial=b"87654321", owner=HASHES[1]).locking_script,
        push(b"1234567") + copied[8:],
        copied[len(head) :],
        copied[:-1] + bytes([Op.OP_NOP]),
    ):
        assert not passed(other)
    again = Spend(replace(heir), 1000, [(1000, push(b"12345678") + push(HASHES[0]) + copied[len(head) :])])
    given = (PREIMAGE, HASHES[0], again.sign(BOB), BOB.public_key)
    if is_whole:
        assert again.judge(again.call("pass", *given))
        assert not again.judge(again.call("pass", PREIMAGE, HASHES[0], again.sign(ALICE), BOB.public_key))
    else:
        assert artifact.match(copied) is None


# The last requirement -------------------------------------------------------------------------------------------------

LASTS = {
    # The last condition of x, b (01), sig (empty), key; a call on which it is false, and one on which it is true.
    "a comparison": ("x == 3", (4, b"\x01"), (3, b"\x01")),
    "bytes": ("b == b'01'", (3, b"\x02"), (3, b"\x01")),
    "a conjunction": ("x == 3 && b == b'01'", (3, b"\x02"), (3, b"\x01")),
    "a choice": ("x > 7 ? b == b'01' : x == 3", (8, b"\x02"), (3, b"\x02")),
    "a condition from before": ("known", (2, b"\x01"), (3, b"\x01")),
    "a number": ("x - 2", (2, b"\x01"), (3, b"\x01")),
    "bytes as they are": ("b", (3, b"\x00"), (3, b"\x01")),
    "an argument negated": ("!(x - 3)", (4, b"\x01"), (3, b"\x01")),
    "one that another function requires": ("isThree(x)", (4, b"\x01"), (3, b"\x01")),
    "a lookup": ("[1, 2, 5, 3][x] == 3", (2, b"\x01"), (3, b"\x01")),
}
LAST = """contract Laid {{
    static function isThree(int y) : bool {{ return y == 3; }}

    public function open(int x, bytes b) {{
        require(x * x < 10000);
        bool known = x == 3;
        require(x != 50);
        require({condition});
    }}
}}
"""


@pytest.mark.parametrize("case", LASTS)
def test_a_false_last_requirement_is_the_result_and_an_earlier_one_is_verified(case: str) -> None:
    condition, false, true = LASTS[case]
    artifact = official(LAST.format(condition=condition))
    spend = Spend(artifact.instantiate(), 1000)
    assert spend.verify("open", *true)
    last = spend.verify("open", *false)
    assert (last.error, last.location) == ("EVAL_FALSE", "laid.scrypt:8"), last.explain()
    for x, line in ((100, 5), (50, 7)):
        if "[x]" in condition:
            continue  # the lookup may abort before
        earlier = spend.verify("open", x, b"\x01")
        assert (earlier.error, earlier.location) == ("VERIFY", f"laid.scrypt:{line}"), earlier.explain()


@pytest.mark.parametrize("target", TARGETS)
def test_a_signature_as_the_last_requirement(target: str) -> None:
    text = """contract Laid { PubKey a; PubKey b;
        public function one(Sig sig, int x) { require(x == 1); require(checkSig(sig, this.a)); }
        public function two(Sig first, Sig second, int x) {
            require(x == 2); require(checkMultiSig([first, second], [this.a, this.b]));
        } }"""
    spend = Spend(official(text, target).instantiate(ALICE.public_key, BOB.public_key), 1000)
    rules = f"{target}-consensus"
    alice, bob = spend.sign(ALICE), spend.sign(BOB)
    assert spend.verify("one", alice, 1)
    assert spend.verify("two", alice, bob, 2)
    assert spend.verify("one", b"", 1, rules=rules).error == "EVAL_FALSE"
    assert spend.verify("one", alice, 2).error == "VERIFY"
    assert spend.verify("two", b"", b"", 2, rules=rules).error == "EVAL_FALSE"
    assert spend.verify("two", alice, bob, 1).error == "VERIFY"


CALLING = """contract Inner {
    public function open(int x) { require(x > 1); require(x < 9); }
}
contract Outer {
    public function once(int x) { require(x != 5); require(new Inner().open(x)); }
    public function twice(int x) { require(new Inner().open(x)); require(x != 5); }
}
"""


def test_the_last_requirement_of_a_called_function_is_verified() -> None:
    spend = Spend(official(CALLING).instantiate(), 1000)
    for function in ("once", "twice"):
        assert spend.verify(function, 4)
        for x in (1, 9):
            verdict = spend.verify(function, x)
            assert (verdict.error, verdict.location) == ("VERIFY", "laid.scrypt:2")
    assert spend.verify("once", 5).error == "VERIFY"
    assert spend.verify("twice", 5).error == "EVAL_FALSE"


@pytest.mark.filterwarnings("ignore::penstock.CompileWarning")
@pytest.mark.parametrize(("last", "error"), [("true", None), ("false", "EVAL_FALSE"), ("x == 1", None)])
def test_a_known_last_requirement(last: str, error: str | None) -> None:
    """The third is known from the requirement before it."""
    text = f"contract Laid {{ int a; public function open(int x, int y) {{ require(x == 1); require({last}); }} }}"
    spend = Spend(official(text).instantiate(5), 1000)
    assert spend.verify("open", 1, 2).error == error
    assert spend.verify("open", 2, 2).error == "VERIFY"


def test_an_exit_before_the_last_requirement() -> None:
    text = (
        "contract Laid { public function open(int x) { if (x > 5) { exit(x > 7); } require(x != 3); require(x < 4); } }"
    )
    spend = Spend(official(text).instantiate(), 1000)
    assert [spend.verify("open", x).error for x in (1, 3, 4, 6, 8)] == [
        None,
        "VERIFY",
        "EVAL_FALSE",
        "EVAL_FALSE",
        None,
    ]


@pytest.mark.filterwarnings("ignore::penstock.CompileWarning")
def test_nothing_after_an_exit_on_all_paths_is_written() -> None:
    text = "contract Laid { int a; public function open(int x) { exit(x == this.a); require(x == 77); } }"
    artifact = official(text)
    assert artifact.asm == "<a> OP_NUMEQUAL OP_RETURN"


def test_a_check_is_not_moved_over_a_separator() -> None:
    """Though it decides the last requirement: the signature is of the whole script."""
    text = """contract Laid { PubKey a;
        public function open(Sig sig) { bool ok = checkSig(sig, this.a); *** require(ok); } }"""
    spend = Spend(official(text).instantiate(ALICE.public_key), 1000)
    assert spend.verify("open", spend.sign(ALICE))
    assert spend.verify("open", b"", rules="bsv-consensus").error == "EVAL_FALSE"
    assert not spend.verify("open", spend.sign(BOB))


def test_a_public_function_in_assembly() -> None:
    text = """contract Laid { int a; public function open(int x, int y) { asm { OP_ADD OP_7 OP_NUMEQUAL } }
        public function other(int z) { asm { OP_5 OP_NUMEQUALVERIFY OP_1 } } }"""
    artifact = official(text)
    spend = Spend(artifact.instantiate(5), 1000)
    assert heads(artifact) == ["<a>"]
    assert spend.verify("open", 3, 4)
    assert spend.verify("open", 3, 5).error == "EVAL_FALSE"
    assert spend.verify("other", 5)
    assert spend.verify("other", 6).error == "NUMEQUALVERIFY", "hand-written code is not changed"


# VERIFY ---------------------------------------------------------------------------------------------------------------


def test_comparisons_and_checks_are_not_one_opcode_with_their_verify() -> None:
    text = """contract Laid { PubKey a; bytes b;
        public function open(Sig sig, bytes x, int n) {
            require(checkMultiSig([sig], [this.a])); require(x == this.b); require(n == 3); require(n * n == 9);
        }
        public function other(Sig sig, int n) { require(checkSig(sig, this.a)); require(n == 4); require(n * n > 3); }
    }"""
    words = {layout: set(compile_source(text, layout=layout).asm.split()) for layout in LAYOUTS}
    assert words["smallest"] >= FUSED
    assert not words["official"] & FUSED
    assert {"OP_VERIFY", *(word.removesuffix("VERIFY") for word in FUSED)} <= words["official"]


def test_each_of_two_opcodes_has_its_source_line() -> None:
    artifact = official(
        "contract Laid { bytes b;\npublic function f(bytes x) {\nrequire(x == this.b);\nrequire(true); } }"
    )
    listing = [each.opcode for each in instructions(artifact.instantiate(b"ab").locking_script)]
    at = listing.index(Op.OP_EQUAL)
    assert listing[at + 1] == Op.OP_VERIFY
    assert [artifact.source_line(index) for index in (at, at + 1)] == ["require(x == this.b);"] * 2


def test_the_official_layout_takes_more_of_the_opcodes_that_btc_allows() -> None:
    requires = " ".join(f"require(hash160(x{n}) == b'{n:040x}');" for n in reversed(range(80)))
    parameters = ", ".join(f"bytes x{n}" for n in range(80))
    text = f"contract Laid {{ public function open({parameters}) {{ {requires} }} }}"
    assert [each.code for each in check_source(text, target="btc").diagnostics] == []
    assert [each.code for each in check_source(text, target="btc", layout="official").diagnostics] == [
        "too-many-opcodes"
    ]


# The setting ----------------------------------------------------------------------------------------------------------


def test_an_artifact_names_its_layout() -> None:
    text = "contract Laid { int a; public function open(int x) { require(x > 0); require(x == this.a); } }"
    for layout in LAYOUTS.values():
        artifact = compile_source(text, layout=layout)
        assert artifact == compile_source(text, layout=layout.name)
        assert artifact.layout == layout.name
        assert penstock.Artifact.from_json(artifact.to_json()) == artifact
    assert compile_source(text) == compile_source(text, layout=SMALLEST)
    assert compile_source(text).hex != compile_source(text, layout=OFFICIAL).hex


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(UnknownLayout, match="'compact' is not a layout: choose one of smallest, official"):
        compile_source("contract Laid { public function f() { require(true); } }", layout="compact")
