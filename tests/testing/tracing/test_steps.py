"""Steps of a call: each statement with its values, the answers of signatures, and where it ended."""

import penstock
from penstock.testing import PREIMAGE, Chain, Sent, key
from penstock.testing.tracing.steps import trace_of

ALICE, BOB = key("alice"), key("bob")
SOURCE = """import "limits.scrypt";
struct Pair { int a; int b; }
contract Steps {
    PubKey owner;
    int[2] parts;

    function twice(int x) : int {
        int y = x + x;
        return y;
    }

    public function open(int x, Sig sig) {
        int sum = this.twice(x) + Limits.least(x);
        if (sum > 10 && x != 7) {
            loop (2) : i {
                sum += this.parts[i];
            }
        }
        int[2] copy = this.parts;
        copy[x % 2] = sum;
        Pair pair = {1, 2};
        pair.b = sum;
        sum++;
        require(checkSig(sig, this.owner));
        require(sum < 100);
    }
}
"""
LIMITS = "library Limits {\n static function least(int x) : int {\n  return x < 3 ? x : 3;\n }\n}\n"


def sent(x: int, signer: object) -> Sent:
    artifact = penstock.compile_source(SOURCE, name="steps.scrypt", load=lambda *_: LIMITS)
    chain = Chain()
    coin = chain.fund(chain.contract(artifact, ALICE, [10, 20]), 1000)
    return chain.spend(coin, "open", x, signer).to(ALICE, 900).try_send()


def rows(result: Sent) -> list[str]:
    (judged,) = result.calls
    return [" ".join(line.split()) for line in trace_of(judged)]


def test_each_statement_has_its_values() -> None:
    first, *steps, last = rows(sent(4, ALICE))
    assert first.startswith("x = 4, sig = ")
    assert last == "accepted"
    assert steps == [
        "13 int sum = this.twice(x) + Limits.least(x); sum = 11",
        "8 int y = x + x; y = 8",
        "9 return y; 8",
        "limits.scrypt:3 return x < 3 ? x : 3; x < 3: false; 3",
        "14 if (sum > 10 && x != 7) sum > 10: true; true",
        "16 sum += this.parts[i]; sum = 21",
        "16 sum += this.parts[i]; sum = 41",
        "19 int[2] copy = this.parts; copy = [10, 20]",
        "20 copy[x % 2] = sum; copy = [41, 20]",
        "21 Pair pair = {1, 2}; pair = {a: 1, b: 2}",
        "22 pair.b = sum; pair.b = 41",
        "23 sum++; sum = 42",
        "24 require(checkSig(sig, this.owner)); checkSig(sig, this.owner): valid; held",
        "25 require(sum < 100); held",
    ]


def test_it_ends_where_the_call_was_refused() -> None:
    *_, check, last = rows(sent(4, BOB))
    assert check == "24 require(checkSig(sig, this.owner)); checkSig(sig, this.owner): wrong; refused"
    assert last == "refused: a signature that is neither valid nor empty"
    *_, check, last = rows(sent(400, ALICE))
    assert check == "25 require(sum < 100); refused"
    assert last == "refused: the requirement is false"


def test_statements_of_the_library_are_left_out() -> None:
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.bundled("counter"), count=5), 1000)
    result = chain.spend(coin, "increment", PREIMAGE).to(coin.next(), 1000).try_send()
    _, *steps, last = rows(result)
    assert last == "accepted"
    assert steps[0].endswith("this.count = 6")
    assert all("Tx." not in step.split(" ", 2)[-1] or "require(" in step for step in steps)
    assert len(steps) == 2


def test_a_long_trace_is_cut() -> None:
    source = "contract Long { public function f(int x) { loop (1100) : i { x += i; } require(x > 0); } }"
    chain = Chain()
    coin = chain.fund(chain.contract(penstock.compile_source(source, name="long.scrypt")), 1000)
    (judged,) = chain.spend(coin, "f", 5).to(ALICE, 900).try_send().calls
    *steps, told, last = trace_of(judged)
    assert len(steps) == 1001
    assert told.strip() == "… and more: 1,000 steps are shown"
    assert last == "accepted"
