"""The evaluator: the meaning of each construct of the language, in contracts of a few lines.

Every expectation here is the reference's, not the compiled script's; the two meet in test_random_contracts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from penstock.script.opcodes import Op
from penstockc.language.abort import Abort
from penstockc.language.value_limits import ValueLimits
from penstockc.meaning.evaluate import EvaluationError, Outcome, evaluate
from penstockc.meaning.values import RecordValue, Value, conforms, zero
from penstockc.semantics.typed import Program
from tests.support.compiling.programs import line_of, program_of
from tests.support.compiling.targets import TARGETS

BSV, BTC = TARGETS["bsv"].limits, TARGETS["btc"].limits


@dataclass(slots=True)
class Recorder:
    """An oracle that records its calls; each kind of call has one answer."""

    answer: bool = True
    abort: bool = False
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def _ask(self, *question: object) -> bool:
        self.asked.append(question)
        if self.abort:
            raise Abort("the spend refuses")
        return self.answer

    def check_sig(self, signature: bytes, public_key: bytes) -> bool:
        return self._ask("sig", signature, public_key)

    def check_multi_sig(self, signatures: Sequence[bytes], public_keys: Sequence[bytes]) -> bool:
        return self._ask("multi", tuple(signatures), tuple(public_keys))

    def check_lock_time(self, lock_time: int) -> None:
        self._ask("lock time", lock_time)

    def check_sequence(self, sequence: int) -> None:
        self._ask("sequence", sequence)

    def separate_code(self) -> None:
        self._ask("separator")

    def run_assembly(self, words: Sequence[Op | bytes | str], items: Sequence[bytes], count: int) -> Sequence[bytes]:
        self._ask("assembly", tuple(words), tuple(items))
        return [b"\x07"] * count


def run(program: Program, *arguments: Value, limits: ValueLimits = BSV, spend: Recorder | None = None) -> Outcome:
    """Call the only public function of a contract without constructor parameters."""
    name = program.entry_points[0].key.name
    return evaluate(program, (), name, arguments, limits=limits, spend=spend or Recorder())


def body(statements: str, parameters: str = "") -> Program:
    """A contract whose public function has these statements."""
    return program_of(f"contract A {{ public function f({parameters}) {{ {statements} }} }}")


BOX = """
library Box {
    int n;
    constructor(int n) { this.n = n; }
    function add(int by) : int { this.n += by; return this.n; }
    function copy() : Box { return this; }
    static function of(int n) : Box { return new Box(n); }
}
"""

HOLDS = {
    "&& leaves its right side": "int x = 0; require(!(x != 0 && 1 / x == 1));",
    "|| leaves its right side": "int x = 0; require(x == 0 || 1 / x == 1);",
    "?: takes one side only": "int x = 0; require((x == 0 ? 5 : 1 / x) == 5);",
    "?: takes the other side only": "int x = 0; require((x != 0 ? 1 / x : 5) == 5);",
    "if takes one arm only": "int x = 0; if (x != 0) { x = 1 / x; } else { x = 7; } require(x == 7);",
    "if without else": "int x = 1; if (x == 0) x = 9; require(x == 1);",
    "an int is true unless zero": "int x = 0; if (-1) x += 1; if (0) x += 2; require(x == 1);",
    "negative zero is false as a number": "require(!(unpack(b'80') ? true : false));",
    "negative zero is true as bytes": "require(b'80' ? true : false);",
    "zero bytes are false": "require(!(b'0000' ? true : false));",
    "postfix gives the old value": "int x = 5; int y = x++; require(y == 5 && x == 6);",
    "prefix gives the new value": "int x = 5; int y = --x; require(y == 4 && x == 4);",
    "operands go left to right": "int x = 1; require(x + x++ * 10 + x == 13);",
    "the right one sees the left one's effect": "int x = 1; require(x++ - x == -1);",
    "compound assignment reads first": "int x = 1; x += x++; require(x == 2);",
    "an inner variable ends with its block": "int x = 1; { int x = x + 1; x++; } require(x == 1);",
    "an inner variable starts from the outer": "int x = 1; int y = 0; { int x = x * 5; y = x; } require(y == 5);",
    "both arms change what lies outside": "int x = 0; if (x == 0) { x = 2; } else { x = 3; } require(x == 2);",
    "strings are their bytes": "require(\"abc\" == b'616263');",
    "a slice of everything": "bytes b = b'0102'; require(b[:] == b && b[1:] == b'02' && b[:1] == b'01');",
    "casts change nothing": "require(bytes(PubKey(b'02')) == b'02' && PrivKey(5) == 5);",
    "hash functions nest": "require(hash256(b'') == sha256(sha256(b'')) && hash160(b'') == ripemd160(sha256(b'')));",
    "a true exit skips what follows": "exit(true); require(false);",
    "a true exit skips an abort": "int x = 0; if (x == 0) exit(true); require(1 / x == 1);",
    "copies are apart": "Box a = new Box(1); Box b = a; b.add(5); require(a.n == 1 && b.n == 6);",
    "methods change their receiver": "Box a = new Box(1); require(a.add(2) == 3 && a.n == 3);",
    "methods on a value change nothing else": "Box a = new Box(1); a.copy().add(2); require(a.n == 1);",
    "a receiver is read after the arguments": "Box a = new Box(1); require(a.add(a.add(10)) == 22);",
    "fields can be assigned": "Box a = Box.of(3); a.n *= 4; require(a.n == 12);",
    "a chosen instance is a copy": "Box a = new Box(1); (true ? a : new Box(9)).add(5); require(a.n == 1);",
}


@pytest.mark.parametrize("statements", HOLDS.values(), ids=HOLDS)
def test_it_holds(statements: str) -> None:
    text = f"{BOX} contract A {{ public function f() {{ {statements} {_ending(statements)} }} }}"
    assert run(program_of(text))


def _ending(statements: str) -> str:
    return "" if statements.rpartition(";")[0].rpartition(";")[2].strip().startswith("require") else "require(true);"


REFUSED = {
    "require(false);": ("require(false);", "the requirement is false"),
    "int x = 0; exit(x == 1); require(true);": ("exit(x == 1);", "exit"),
    "int x = 0; require(1 / x == 1);": ("1 / x", "division by zero"),
    "bytes b = b'0102'; require(b[1:3] == b'');": ("b[1:3]", "position 3 is outside of 2 bytes"),
    "require((b'01' & b'0102') == b'');": ("b'01' & b'0102'", "1 and 2 bytes: the lengths differ"),
    "int x = -1; require(1 << x == 0);": ("1 << x", "negative shift"),
}


@pytest.mark.parametrize("statements", REFUSED)
def test_a_refusal_says_where_and_why(statements: str) -> None:
    where, why = REFUSED[statements]
    program = body(statements)
    outcome = run(program)
    source = program.sources.files[0].text
    assert (bool(outcome), source[outcome.span.start : outcome.span.end], outcome.reason) == (False, where, why)


class TestConstructor:
    def test_properties_start_as_zero(self) -> None:
        text = """contract A {
            int n; bool b; bytes s; Box box;
            constructor() { require(true); }
            public function f() { require(this.n == 0 && !this.b && this.s == b'' && this.box.n == 0); }
        }"""
        assert run(program_of(BOX + text))

    def test_it_runs_at_every_spend(self) -> None:
        text = "contract A { int n; constructor(int n) { require(n > 0); this.n = n * 2; } %s }"
        program = program_of(text % "public function f(int x) { require(x == this.n); }")
        outcomes = [evaluate(program, (n,), "f", (4,), limits=BSV, spend=Recorder()) for n in (2, 3, 0, -2)]
        assert [bool(outcome) for outcome in outcomes] == [True, False, False, False]
        lines = [line_of(program, outcome.span.start) for outcome in outcomes[1:]]
        assert len(set(lines)) == 1  # the contract is one line
        assert [outcome.span == outcomes[3].span for outcome in outcomes] == [False, False, True, True]

    def test_an_implicit_one_takes_the_properties(self) -> None:
        program = program_of("contract A { int a; bytes b; public function f() { require(len(this.b) == this.a); } }")
        assert evaluate(program, (2, b"ab"), "f", (), limits=BSV, spend=Recorder())
        assert not evaluate(program, (3, b"ab"), "f", (), limits=BSV, spend=Recorder())

    def test_an_exit_in_it_ends_the_script(self) -> None:
        text = "contract A { constructor(bool b) { exit(b); } public function f() { require(false); } }"
        program = program_of(text)
        assert evaluate(program, (True,), "f", (), limits=BSV, spend=Recorder())
        assert not evaluate(program, (False,), "f", (), limits=BSV, spend=Recorder())


class TestFunctions:
    def test_arguments_are_copies(self) -> None:
        text = """contract A {
            static function g(int x) : int { x++; return x; }
            public function f(int x) { require(g(x) == x + 1); }
        }"""
        assert run(program_of(text), 5)

    def test_methods_change_the_contract(self) -> None:
        text = """contract A {
            int n;
            constructor() { this.n = 1; }
            function step() : int { this.n *= 2; return this.n; }
            public function f() { require(this.step() + this.step() == 6 && this.n == 4); }
        }"""
        assert run(program_of(text))

    def test_a_failing_requirement_deep_down(self) -> None:
        text = """contract A {
            static function g(int x) : int { require(x > 0); return x; }
            public function f(int x) { require(g(x) == x); }
        }"""
        program = program_of(text)
        assert run(program, 1)
        outcome = run(program, 0)
        assert line_of(program, outcome.span.start).startswith("static function g")

    def test_exit_ends_everything_from_within_a_call(self) -> None:
        text = """contract A {
            static function g(bool b) : int { exit(b); return 1; }
            public function f(bool b) { require(g(b) / 0 == 1); }
        }"""
        assert run(program_of(text), True)
        assert not run(program_of(text), False)


class TestStatics:
    def test_they_may_use_what_is_declared_later(self) -> None:
        text = """contract A {
            static int a = B.b + 1;
            public function f() { require(a == 8); }
        }
        library B { static int b = seven(); static function seven() : int { return min(7, 9); } }"""
        assert run(program_of(text))

    def test_they_can_be_assigned(self) -> None:
        text = "contract A { static int a = abs(-3); public function f() { a += 1; require(a == 4 && A.a == 4); } }"
        assert run(program_of(text))

    def test_one_that_nothing_uses_does_not_run(self) -> None:
        text = "contract A { static int a = unpack(b'') / min(0, 1); public function f() { require(true); } }"
        assert run(program_of(text))

    def test_one_that_another_function_uses_does(self) -> None:
        text = """contract A {
            static int a = unpack(b'') / min(0, 1);
            public function f() { require(true); }
            public function g() { if (false) { require(h() == 0); } require(true); }
            static function h() : int { return a; }
        }"""
        assert run(program_of(text)).reason == "division by zero"


class TestOracle:
    SIGNED = "require(checkSig(s, p));"

    def test_signatures_are_the_spends_business(self) -> None:
        for answer in (True, False):
            spend = Recorder(answer)
            assert bool(run(body(self.SIGNED, "Sig s, PubKey p"), b"s", b"p", spend=spend)) is answer
            assert spend.asked == [("sig", b"s", b"p")]

    def test_a_refused_encoding_ends_the_script(self) -> None:
        program = body("if (checkSig(s, p)) { s = s; } require(true);", "Sig s, PubKey p")
        assert run(program, b"s", b"p", spend=Recorder(answer=False))
        outcome = run(program, b"s", b"p", spend=Recorder(abort=True))
        assert (outcome.accepted, outcome.reason) == (False, "the spend refuses")

    def test_several_signatures(self) -> None:
        spend = Recorder()
        assert run(
            body("require(checkMultiSig([s], [p, q]));", "Sig s, PubKey p, PubKey q"), b"s", b"p", b"q", spend=spend
        )
        assert spend.asked == [("multi", (b"s",), (b"p", b"q"))]

    @pytest.mark.parametrize(("function", "asked"), [("checkLockTime", "lock time"), ("checkSequence", "sequence")])
    def test_lock_times(self, function: str, asked: str) -> None:
        program = body(f"require({function}(n));", "int n")
        spend = Recorder()
        assert run(program, 2**31, limits=BTC, spend=spend)  # five bytes, one more than arithmetic reads
        assert spend.asked == [(asked, 2**31)]
        assert not run(program, 5, limits=BTC, spend=Recorder(abort=True))
        assert run(program, 2**39, limits=BTC).reason == "a number of 6 bytes, of which 5 are allowed"


class TestLimits:
    def test_btc_reads_four_bytes(self) -> None:
        program = body("int y = x + 1; require(y != 0);", "int x")
        assert run(program, 2**31 - 2, limits=BTC)
        assert not run(program, 2**31 - 1, limits=BTC)  # made, but not read
        assert not run(program, 2**31, limits=BTC)
        assert run(program, 2**31, limits=BSV)

    def test_what_is_not_read_may_be_long(self) -> None:
        assert run(body("int y = x + 1; require(true);", "int x"), 2**31 - 1, limits=BTC)


class TestQuestions:
    PROGRAM = program_of("contract A { int n; public function f(bytes b) { require(len(b) == this.n); } }")

    @pytest.mark.parametrize(
        ("constructor", "function", "arguments", "message"),
        [
            ((1,), "g", (b"",), "A has no public function g; it has f"),
            ((), "f", (b"",), "the constructor takes 1 arguments, got 0"),
            ((1,), "f", (b"", 1), "f takes 1 arguments, got 2"),
            ((True,), "f", (b"",), "the constructor: n is a int, got True"),
            ((1,), "f", (5,), "f: b is a bytes, got 5"),
        ],
    )
    def test_that_make_no_sense(
        self, constructor: tuple[Value, ...], function: str, arguments: tuple[Value, ...], message: str
    ) -> None:
        with pytest.raises(EvaluationError, match=message):
            evaluate(self.PROGRAM, constructor, function, arguments, limits=BSV, spend=Recorder())


def test_instances_as_arguments() -> None:
    program = program_of(BOX + "contract A { public function f(Box b) { require(b.add(1) == 5); } }")
    box = program.entry_points[0].parameters[0].type
    assert zero(box) == RecordValue({"n": 0})
    assert not conforms(RecordValue({"m": 4}), box)
    assert run(program, RecordValue({"n": 4}))
    assert not run(program, RecordValue({"n": 3}))


def test_what_only_the_machine_knows_is_asked_of_the_spend() -> None:
    recorder = Recorder()
    program = program_of(
        """contract A {
            static function both(int a, bool b) : int { asm { OP_BOOLAND ff $x } }
            public function f(int n) { *** require(A.both(n, true) == 7); }
        }"""
    )
    assert run(program, 300, spend=recorder)
    words = (Op.OP_BOOLAND, b"\xff", "A.both.x")
    assert recorder.asked == [("separator",), ("assembly", words, (b"\x2c\x01", b"\x01"))]


@pytest.mark.parametrize("index", [-1, 2, 70_000])
def test_an_index_outside_of_its_array_is_refused_where_it_stands(index: int) -> None:
    program = body("int[2] a = [1, 2]; require(a[i] > 0);", "int i")
    outcome = run(program, index)
    assert outcome.reason == f"index {index} is outside of 2 elements"
    assert line_of(program, outcome.span.start).endswith("require(a[i] > 0); } }")
