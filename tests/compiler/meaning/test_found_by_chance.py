"""What random contracts once found wrong in the compiler, each as small as it could be made."""

import pytest
from differential import Compiled, evaluated, verdict_on
from programs import program_of
from random_contracts import RandomContract

from penstock import Spend, compile_source

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
}


def judged(target: str, text: str, constructor: Arguments, arguments: Arguments) -> tuple[bool, bool]:
    """Return what calling the last public function means, and what the compiled script says."""
    source = RandomContract(text, {}, target, (), (), (), (), frozenset())
    of = Compiled(source, program_of(text), compile_source(text, target=target))
    function = of.program.entry_points[-1].key.name
    call = evaluated(of, Spend(of.artifact.instantiate(*constructor)), function, arguments)
    return bool(call.outcome), bool(verdict_on(call))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_right_now(case: tuple[str, str, Arguments, Arguments]) -> None:
    assert judged(*case) == (True, True)


@pytest.mark.xfail(strict=True, reason="an exit before the dispatch does not know how many arguments to drop")
def test_an_exit_in_the_constructor_of_a_contract_with_several_functions() -> None:
    text = """contract A {
        constructor() { exit(1); }
        public function f(bytes a) { require(true); }
        public function g(bytes a, bytes b) { require(true); }
    }"""
    assert judged("bsv", text, (), (b"", b"")) == (True, True)
