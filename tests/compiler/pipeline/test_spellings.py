"""A number and a truth value have one meaning, however a spender spells them."""

from typing import Any

import pytest

import penstock
from penstock import Spend
from penstock.artifact.artifact import Kind
from penstock.contract.contract import Call
from penstock.script.numbers import as_bool, decode_number, encode_number
from penstock.vm.judging.verify import verify
from penstockc.language.types import leaves
from penstockc.pipeline import check_source
from tests.support.compiling.programs import program_of
from tests.support.compiling.spellings import outside_accepts, spelled_calls, spellings, wrongly_accepted
from tests.support.engines.outside_judges import bsv_sdk_accepts
from tests.support.engines.state_judges import sdk_accepts
from tests.support.generators.random_spends import RandomSpend

IDENTITIES = (
    "x + 0", "x - 0", "x * 1", "x / 1", "x << 0", "x >> 0", "max(x, x)", "min(x, x)", "- -x", "0 - (0 - x)",
    "unpack(pack(x))", "unpack(num2bin(x, 8))", "x | 0", "x & x", "abs(x)", "x % 100", "x", "c ? x : 5",
    "[x, y][1 - 1]", "[x, y][z]", "[y, x][len(pack(y))]", "x++", "g(x)", "m({x, c})", "h({[x, y], 1})", "this.k(x)",
)  # fmt: skip
"""Expressions that give x where c is true, y is 1 and z is 0."""

CONTRACT = """
struct S {{ int n; bool b; }}
struct T {{ int[2] ns; int i; }}
contract A {{
    int p;
    bool q;
    static function g(int x) : int {{ return x; }}
    static function h(T t) : int {{ return t.ns[t.i - 1]; }}
    static function m(S s) : int {{ return s.n; }}
    private function k(int x) : int {{ this.p = x; return this.p; }}
    public function f(int x, int y, int z, bool c, bool d, bytes data) {{ {body} }}
    public function g2(int x) {{ require(x == 3); }}
}}
"""
KINDS = (Kind.INT, Kind.INT, Kind.INT, Kind.BOOL, Kind.BOOL, Kind.BYTES)
X = 5


def calls_of(body: str, *arguments: Any, target: str = "bsv", p: int = 0) -> tuple[Spend, Call]:
    artifact = penstock.compile_source(CONTRACT.format(body=body), target=target)
    spend = Spend(artifact.instantiate(p, True), value=1000, outputs=[(900, b"\x51")], version=2)
    return spend, spend.contract.call("f", *arguments)


def lacks_opcodes(body: str) -> bool:
    """Whether btc lacks opcodes for a body, and that is all that is wrong with it."""
    checked = check_source(CONTRACT.format(body=body), target="btc")
    codes = {each.code for each in checked.diagnostics if each.severity == "error"}
    assert codes <= {"missing-opcode"}
    return bool(codes)


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_no_spelling_passes_for_another_number_by_its_bytes(identity: str, target: str) -> None:
    """Whatever the compiler makes of an expression that changes nothing, its bytes are those of the number."""
    uses = {
        "pack": f"require(pack({identity}) == data);",
        "hash": f"require(flattenSha256({identity}) == sha256(data));",
    }
    for body in uses.values():
        if target == "btc" and lacks_opcodes(body):
            continue
        spend, good = calls_of(body, X, 1, 0, True, False, encode_number(X), target=target)
        rules = f"{target}-consensus"
        assert spend.judge(good, rules=rules), body
        assert outside_accepts(spend, good)
        for item in spellings(Kind.INT, encode_number(X)):
            bad = spend.contract.call("f", X, 1, 0, True, False, item)
            spelled = Call(bad.contract, bad.function, (item, *bad.items[1:]))
            assert not spend.judge(bad, rules=rules), (body, item)
            assert not spend.judge(spelled, rules=rules), (body, item)
            assert not outside_accepts(spend, spelled), (body, item)


BODIES = (
    "require(c == true);",
    "require(c == d);",
    "require(!(c == d));",
    "require((c == d) == (x == y));",
    "S s = {x, c}; require(s == {y, d});",
    "S s = {x, c}; require(flattenSha256(s) == sha256(data));",
    "require((x == 1 ? c : d) == true);",
    "require([c, d][z] == (x == 1));",
    "if (c) { require(d == c); } else { require(d != c); } require(x == y);",
    "require(c ? pack(x) == data : pack(y) == data);",
    "require(pack(~x) == data && c != d);",
    "require(c == this.q && pack(this.p + x) == data);",
    "require(pack(this.p) == data);",
    "bool e = false; if (c) { e = true; } require(e == d);",
    "HashedSet<int> s = new HashedSet(b''); require(s.add({x, 0})); require(!s.has({y, 0}));",
)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("c", [True, False])
@pytest.mark.parametrize("d", [True, False])
def test_no_spelling_is_accepted_where_the_canonical_one_is_refused(body: str, c: bool, d: bool) -> None:
    for x, y, z in ((1, 1, 0), (5, 1, 1), (0, 5, 0)):
        for data in (encode_number(x), encode_number(x) + b"\x00", b""):
            spend, call = calls_of(body, x, y, z, c, d, data, p=x)
            assert list(wrongly_accepted(spend, call, KINDS)) == []


@pytest.mark.parametrize("kind", [Kind.INT, Kind.BOOL])
def test_the_spellings_mean_the_same(kind: Kind) -> None:
    items = (b"", b"\x01", b"\x05", b"\x7f", b"\x81", b"\xff\x00", b"\xff\x80")
    for item in items if kind is Kind.INT else items[:2]:
        for other in spellings(kind, item):
            assert other != item
            if kind is Kind.INT:
                assert decode_number(other, max_size=None, minimal=False) == decode_number(item)
            else:
                assert as_bool(other) == as_bool(item)


def test_a_number_is_not_taken_twice_by_a_set_that_was_normalized_before() -> None:
    source = """
    contract A {
        HashedSet<int> seen;
        public function add(int id, int at) {
            SortedItem<int> item = {unpack(pack(id)), at};
            require(!this.seen.has(item) && this.seen.add(item));
        }
    }
    """
    artifact = penstock.compile_source(source)
    taken = penstock.HashedSet([7])
    spend = Spend(artifact.instantiate({"_data": taken.data}), value=1000, outputs=[(900, b"\x51")], version=2)
    for at in (0, 1):
        call = spend.contract.call("add", 7, at)
        assert not spend.judge(call, rules="bsv-consensus")
        for spelled in spelled_calls(call, (Kind.INT, Kind.INT)):
            assert not spend.judge(spelled, rules="bsv-consensus")
            assert not bsv_sdk_accepts(spend.transaction(spelled).serialize(), 0, spend.locking_script, spend.value)


STATEFUL = """
struct Entry {{ int n; bool b; }}
contract A {{
    @state int n;
    @state bool b;
    @state Entry[2] entries;
    public function set(int x, bool y, SigHashPreimage p) {{
        {body}
        require(this.updateState(p, SigHash.value(p)));
    }}
}}
"""


@pytest.mark.parametrize("body", ["this.n = x; this.b = y;", "this.entries[1] = {x, y}; this.entries[0].n = x;"])
@pytest.mark.parametrize(("x", "y"), [(5, True), (0, False), (-300, True)])
def test_state_is_written_in_one_spelling(body: str, x: int, y: bool) -> None:
    artifact = penstock.compile_source(STATEFUL.format(body=body))
    before = artifact.instantiate(1, True, [{"n": 1, "b": True}] * 2)
    changed = {"n": x, "b": y} if "this.n" in body else {"entries": [{"n": x, "b": True}, {"n": x, "b": y}]}
    after = before.with_state(**changed)
    spend = Spend(before, value=1000, outputs=[(1000, after.locking_script)], version=2)
    call = spend.call("set", x, y, penstock.PREIMAGE)
    assert spend.judge(call, rules="bsv-consensus")
    for spelled in spelled_calls(call, (Kind.INT, Kind.BOOL, Kind.BYTES)):
        assert spend.judge(spelled, rules="bsv-consensus")
        filled = RandomSpend(spend.transaction(spelled), 0, spend.spent_outputs)
        assert sdk_accepts(filled, before.data)
    found = artifact.match(after.locking_script)
    assert found is not None
    assert found.state["n"] == after.state["n"]


@pytest.mark.parametrize("body", ["require(pack(this.p) == data);", "require(c == this.q && x == this.p);"])
def test_a_constructor_argument_filled_by_another_tool_has_one_meaning(body: str) -> None:
    """The script means the same, and `match` does not take it for one of ours."""
    artifact = penstock.compile_source(CONTRACT.format(body=body))
    filled = (("55", "51"), ("02" + "0500", "52"))
    for data in (b"\x05", b"\x05\x00"):
        verdicts = set()
        for p, q in filled:
            locking = bytes.fromhex(artifact.hex.replace("<p>", p).replace("<q>", q))
            spend = Spend(artifact.instantiate(X, True), value=1000)
            unlocking = spend.contract.call("f", X, 1, 0, True, False, data).unlocking_script
            tx = spend.transaction().with_input_script(0, unlocking)
            verdict = verify(unlocking, locking, tx=tx, input_index=0, value=1000, rules="bsv-consensus")
            verdicts.add(bool(verdict))
            assert (artifact.match(locking) is None) == (p != "55")
        assert verdicts == {data == b"\x05" or "this.q" in body}


def test_a_public_function_in_assembly_finds_what_the_spender_pushed() -> None:
    """It is the whole script of its author. A call of assembly with a number passes canonical bytes."""
    whole = penstock.compile_source("contract A { public function f(int x) { asm { OP_SIZE OP_NIP OP_3 OP_EQUAL } } }")
    called = penstock.compile_source(
        """contract A {
            static function size(int x) : int { asm { OP_SIZE OP_NIP } }
            public function f(int x) { require(size(x) == 3); }
        }"""
    )
    for artifact, accepted in ((whole, True), (called, False)):
        spend = Spend(artifact.instantiate(), value=1000, outputs=[(900, b"\x51")], version=2)
        call = spend.contract.call("f", 1)
        (spelled,) = (each for each in spelled_calls(call, (Kind.INT,)) if len(each.items[0]) == 3)
        assert bool(spend.judge(spelled, rules="bsv-consensus")) is accepted


def test_kinds_are_those_of_the_contract() -> None:
    program = program_of(CONTRACT.format(body="require(x == 1);"))
    (entry, _) = program.entry_points
    assert tuple(kind for local in entry.parameters for kind in leaves(local.type)) == KINDS
