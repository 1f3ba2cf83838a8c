"""What random contracts once found wrong in the compiler, each as small as it could be made."""

from dataclasses import replace

import pytest

from penstock import Spend, compile_source
from penstockc.layouts import LAYOUTS
from tests.support.compiling.programs import program_of
from tests.support.generators.differential import Compiled, evaluated, outside_judge_agrees, verdict_on
from tests.support.generators.random_contracts import RandomContract, Signing
from tests.support.generators.random_contracts.vocabulary import KEYS

Arguments = tuple[int | bool | bytes, ...]

CASES = {
    "a dropped partial operation on a value that is used twice": (
        "btc",
        "contract A { const int n; public function f() { bool b = this.n == abs(this.n); require(true); } }",
        (6,),
        (),
    ),
    "a dropped step down": (
        "btc",
        "contract A { public function f(bytes a, int n, bytes c) { int b = (n--); require(true); } }",
        (),
        (b"A", -1, b""),
    ),
    "a dropped sum with an arm inside": (
        "btc",
        "contract A { bool b; public function f(int y) { y = ((1 + (this.b ? y : 2)) + 0); require(true); } }",
        (False,),
        (127,),
    ),
    "a step up in an arm": (
        "bsv",
        """contract A { public function f(int steps) {
            int done = 1;
            if (done < steps) { done++; }
            if (done < steps) { done++; }
            require(done == steps);
        } }""",
        (),
        (3,),
    ),
    "a property that an arm follows": (
        "bsv",
        """contract A { Sha256 digest; public function f(int b, bytes c) {
            if (~this.digest) { require(b); }
            require(this.digest);
        } }""",
        (bytes(range(32)),),
        (5, b""),
    ),
    "a step up and a comparison": (
        "bsv",
        "contract A { public function f(int a) { require((-((a + 1)) < 0)); } }",
        (),
        (0,),
    ),
    "a comparison that an equation takes apart while another still needs it": (
        "bsv",
        """contract A { PrivKey key; public function f(bytes x) {
            require(((this.key < 100) == !0) || !(((this.key < 100) == !0)));
        } }""",
        (7,),
        (b"",),
    ),
    "a branch that an inlined one gives, and that two look at": (
        "btc",
        """contract A { int n; public function f() {
            bool either = true && (this.n || !this.n);
            require(false != either);
            require(either);
        } }""",
        (0,),
        (),
    ),
    "an opposite in an arm that knows the condition": (
        "bsv",
        """contract A {
            bool x;
            constructor(bool data) { this.x = this.x || data && data; }
            public function f(int n) { require(this.x && n || (this.x || this.x)); }
        }""",
        (True,),
        (0,),
    ),
    "a condition that is known twice": (
        "bsv",
        f"""contract A {{
            static bool open = checkMultiSig([Sig(b'')], [PubKey(b'{KEYS[0].public_key.hex()}')]) || 2;
            public function f() {{
                if (A.open) {{ A.open = false; }}
                if (open) {{ require(open); }}
                require(8388608);
            }}
        }}""",
        (),
        (),
    ),
    "a requirement on a branch before an exit": (
        "bsv",
        """contract A { public function f(int x, int y, bool c) {
            bool b = x > 0 ? y / x == 2 : false;
            if (c) { exit(true); }
            require(b);
        } }""",
        (),
        (1, 3, True),
    ),
    "a number that is required and then used": (
        "bsv",
        "contract A { int n; public function f() { require(this.n); require(this.n == 5); } }",
        (5,),
        (),
    ),
    "a sum that is required and then used": (
        "bsv",
        "contract A { public function f(int a) { int b = a + a; require(b); require(b * b == 64); } }",
        (),
        (4,),
    ),
}


def judged(target: str, text: str, constructor: Arguments, arguments: Arguments) -> tuple[bool, ...]:
    """Return the evaluated outcome of the last public function, and the verdict of the script in each layout."""
    source = RandomContract(text, {}, target, (), (), (), (), frozenset())
    program, found = program_of(text), list[bool]()
    for layout in LAYOUTS:
        of = Compiled(source, program, compile_source(text, target=target, layout=layout))
        call = evaluated(of, Spend(of.artifact.instantiate(*constructor)), program.entry_points[-1].key.name, arguments)
        found += (bool(call.outcome), bool(verdict_on(call)))
    return tuple(found)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_right_now(case: tuple[str, str, Arguments, Arguments]) -> None:
    assert all(judged(*case))


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "not taken"])
@pytest.mark.parametrize("number_of_arguments", [1, 2])
def test_an_exit_in_the_constructor_of_a_contract_with_several_functions(number_of_arguments: int, taken: bool) -> None:
    text = """contract A {
        bool over;
        constructor(bool now, int unused) { this.over = now; if (now) { exit(1); } }
        public function f(bytes a, bytes b) { require(len(a) == 1); }
        public function g(bytes a) { require(len(a) == 1); }
    }"""
    if number_of_arguments == 2:
        text = text.replace("f(bytes a, bytes b)", "f(bytes a)").replace("g(bytes a)", "g(bytes a, bytes b)")
    for argument in (b"x", b"xy"):
        arguments = (argument, b"")[:number_of_arguments]
        assert set(judged("bsv", text, (taken, 5), arguments)) == {taken or argument == b"x"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_exit_leaves_every_placeholder_in_the_script(layout: str) -> None:
    text = """library L { int a; constructor(int b) { this.a = b; exit(1); } }
    contract A {
        static int early = A.leave();
        static function leave() : int { exit(1); return 3; }
        L lib; Sha256 digest;
        constructor(L l, Sha256 d) { this.lib = l; this.digest = d; }
        public function f(int x) { require(x == A.early); }
        public function g(int x, Sha256 d) { require(d == this.digest); }
    }"""
    spend = Spend(compile_source(text, layout=layout).instantiate(l={"b": 4}, d=bytes(32)))
    assert spend.verify("f", 1)
    assert spend.verify("g", 1, bytes(range(32)))


@pytest.mark.parametrize(("old", "accepted"), [("80", True), ("c1", False)])
def test_an_old_signature_in_the_script_is_cut_out_of_what_the_other_one_signs(old: str, accepted: bool) -> None:
    """Then the other one, which is tried first, fits no key, and the encoding of the old one is never checked."""
    first, second = (f"PubKey(b'{key.public_key.hex()}')" for key in KEYS[:2])
    text = f"""contract A {{ public function f(Sig good) {{
        require(!checkMultiSig([Sig(b'{old}'), good], [{first}, {second}]));
    }} }}"""
    source = RandomContract(text, {}, "bsv", (), (), (), (), frozenset())
    of = Compiled(source, program_of(text), compile_source(text))
    call = evaluated(of, Spend(of.artifact.instantiate(), version=2), "f", (Signing(1, "ALL", ""),))
    assert bool(call.outcome) == bool(verdict_on(call)) == accepted


def test_an_empty_signature_is_cut_out_as_well_though_not_by_bsv_sdk() -> None:
    """The push of an empty one is OP_0, and the node cuts that out, too. If the SDK learns, `sdk_differs` can go."""
    text = f"""contract A {{ public function f(Sig good, PubKey other) {{
        require(!checkMultiSig([Sig(b''), good], [other, PubKey(b'{KEYS[1].public_key.hex()}')]));
    }} }}"""
    source = RandomContract(text, {}, "bsv", (), (), (), (), frozenset())
    of = Compiled(source, program_of(text), compile_source(text))
    call = evaluated(of, Spend(of.artifact.instantiate(), version=2), "f", (Signing(1, "ALL", ""), b"no key"))
    assert call.outcome
    assert verdict_on(call)
    assert not outside_judge_agrees(replace(call, sdk_differs=False), verdict_on(call))
    assert outside_judge_agrees(call, verdict_on(call))


def test_a_lock_time_in_one_arm_before_a_dispatch() -> None:
    text = """contract A {
        bool open;
        constructor(int k) { if (-k == 0) { require(checkSequence(1)); } this.open = false; }
        public function f(bytes a) { require(this.open); }
        public function g(bytes a) { require(true); }
    }"""
    for late in (0, 5):
        spend = Spend(compile_source(text, target="btc").instantiate(late), version=2, sequence=0)
        assert not spend.verify("f", b"")
        assert bool(spend.verify("g", b"")) == (late == 5), "sequence 0 has not waited a block"
    waited = Spend(compile_source(text, target="btc").instantiate(0), version=2, sequence=1)
    assert waited.verify("g", b"")
