"""Formulas say what the machine and the evaluator say: evaluated on the values of real spends, thousands of them."""

from collections import Counter

import pytest

import penstock
from penstock.prove.terms.node import fresh_nodes
from penstockc.support.recursion_limit import raised_recursion_limit
from tests.support.proving import compilation_of, judged

BUNDLED = [path.stem for path in sorted(penstock.bundled("p2pkh").parent.glob("*.scrypt"))]
SNIPPETS = {
    "numbers": "require(x * 3 - y > 7 && x % 5 == 2 && abs(y) <= max(x, 4) && min(x, y) != 3);",
    "division": "require(x / y == 3 || y % x == 1);",
    "bits": "require((x & y) == 4 || (x | y) == 13 || (x ^ 7) > y || ~x == y);",
    "shifts": "require(x << 3 == y || y >> 2 == x);",
    # numbers of millions of bytes are a limit that formulas do not know
    "shifts by a number": "require(x < 99 && y < 99); require(x << y == 16 || (a << y) == b || (b >> x) == a);",
    "slices": "require(a[1:] + b[: 2] == b'010203' || a[x : y] == b[: 1]);",
    "reversed": "require(reverseBytes(a, 4) == b || reverseBytes(b, 20) == a);",
    "long reversed": "require(reverseBytes(sha256(a), 32) == b && len(b) == 32);",
    "packed": "require(unpack(a) == x && pack(y) == b);",
    "in bytes": "require(num2bin(x, 4) == a || num2bin(y, x) == b);",
    "inverted": "require((~a ^ b) == b'ffff' || (a & b) == b'01' || (a | b) == a);",
    "truth": "if (a) { require(c); } else { require(x == 1 || !c); } require(true);",
    "choices": "int z = c ? x : y; bytes d = x > y ? a : b; require(z == 5 || sha256(d) == sha256(b'01'));",
    "array": "int[4] t = [x, y, 7, x + y]; t[x] = 9; require(t[y] == 9 && t[0] != 1);",
    "loop": "int z = 0; loop (5) : i { if (z < x) { z += i; } else { z -= y; } } require(z == 6);",
    "exit": "if (x == 7) exit(y == 1); require(x + y == 9);",
    "equal bools": "require((x > 3) == c && c != (y < 2));",
    "hash": "require(flattenSha256(x) == flattenSha256(y) || hash160(a) == hash160(b));",
    "assembly": "require(twice(x) == y);",
    "increments": "require(x++ + ++x == y && x == 5);",
}
CONTRACT = """contract Snippet {{
    static function twice(int v) : int {{ asm {{ OP_DUP OP_ADD }} }}
    public function f(int x, int y, bytes a, bytes b, bool c) {{ {body} }}
    public function g(bool c) {{ require(c); }}
}}"""


SPENDS = [pytest.param(6, id="few"), pytest.param(150, id="many", marks=pytest.mark.long)]


@pytest.mark.parametrize("spends", SPENDS)
@pytest.mark.parametrize("as_pushed", [False, True], ids=["typed", "raw"])
@pytest.mark.parametrize("target", ["bsv", "btc"])
@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_contracts(name: str, target: str, as_pushed: bool, spends: int) -> None:
    try:
        artifact = penstock.compile_file(penstock.bundled(name), target=target)
    except penstock.CompileError:
        pytest.skip("needs the other chain")
    check(artifact, spends, as_pushed)


@pytest.mark.parametrize("spends", SPENDS)
@pytest.mark.parametrize("as_pushed", [False, True], ids=["typed", "raw"])
@pytest.mark.parametrize("name", SNIPPETS)
def test_constructs(name: str, as_pushed: bool, spends: int) -> None:
    artifact = penstock.compile_source(CONTRACT.format(body=SNIPPETS[name]))
    tally = check(artifact, 3 * spends, as_pushed)
    assert tally[False]


def check(artifact: penstock.Artifact, spends: int, as_pushed: bool) -> Counter[bool]:
    """Judge spends of each function in four ways; return how many were accepted and refused."""
    tally: Counter[bool] = Counter()
    with raised_recursion_limit():
        of = compilation_of(artifact)
        for seed, function in enumerate(of.program.entry_points):
            with fresh_nodes():
                for each in judged(of, function, spends, seed, as_pushed=as_pushed):
                    assert each.script == bool(each.trial.verdict), each
                    assert each.source == each.trial.means, each
                    tally[each.script] += 1
    return tally
