"""Hand-written code that returns, and code separators: compiled, spent with real signatures, and refused when wrong."""

from collections.abc import Iterator

import pytest

import penstock
from penstock import PrivateKey, Spend
from penstock.tx.sighash import sighash
from penstockc.layouts import LAYOUTS
from tests.support.spending.signing import with_hash_type

ALICE, BOB = (PrivateKey(bytes([number]) * 32) for number in (1, 2))

EARLY = """contract Early {{
    static function early(int x) : int {{ asm {{ OP_DUP OP_IF OP_1 OP_RETURN OP_ENDIF }} }}
    static function late(int x) : int {{ asm {{ OP_DUP OP_IF OP_1 OP_DROP OP_ENDIF }} }}
    public function f(int x, int y, bool b) {{ {body} }}
}}"""

RETURNS = {
    # the body: (x, y, b) and whether they are accepted; `early` ends the script with success unless it is given 0
    "a division in both arms": (
        "bool r = false; if (b) { int z = early(1); r = y / x == 1; } else { r = y / x == 1; } require(r);",
        {(0, 1, True): True, (1, 1, True): True, (1, 1, False): True, (0, 1, False): False, (1, 3, False): False},
    ),
    "a division behind an early return that is not taken": (
        "bool r = false; if (b) { int z = early(y - y); r = y / x == 1; } else { r = y / x == 1; } require(r);",
        {(0, 1, True): False, (1, 1, True): True, (0, 1, False): False, (1, 1, False): True},
    ),
    "hand-written code that does not return": (
        "bool r = false; if (b) { int z = late(1); r = y / x == 1; } else { r = y / x == 1; } require(r);",
        {(0, 1, True): False, (1, 1, True): True, (1, 1, False): True},
    ),
    "a requirement behind the branch": (
        "bool c = x > 5; int z = 1; if (c) { z = 2; } else { z = early(y); } require(c); require(z == 2 || b);",
        {(1, 1, False): True, (1, 0, True): False, (6, 0, False): True, (6, 1, True): True},
    ),
    "an arm that fails": (
        "if (b) { int z = early(x); require(false); } require(y == 1);",
        {(1, 0, True): True, (0, 1, True): False, (0, 1, False): True, (0, 0, False): False},
    ),
    "a requirement of a choice": (
        "bool c = b ? y == 1 : y == 2; int z = early(x); require(c);",
        {(1, 9, True): True, (0, 9, True): False, (0, 1, True): True, (0, 2, False): True, (0, 1, False): False},
    ),
}


def early_cases() -> Iterator[tuple[str, tuple[int, int, bool], bool]]:
    for body, calls in RETURNS.values():
        yield from ((body, arguments, accepted) for arguments, accepted in calls.items())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("body", "arguments", "accepted"), [*early_cases()])
def test_hand_written_code_that_returns_ends_the_script_where_it_stands(
    body: str, arguments: tuple[int, int, bool], accepted: bool, layout: str
) -> None:
    artifact = penstock.compile_source(EARLY.format(body=body), layout=layout)
    spend = Spend(artifact.instantiate(), value=1000, version=2)
    verdict = spend.judge(spend.contract.call("f", *arguments), rules="bsv-consensus")
    assert bool(verdict) == accepted, verdict.explain()


IN_BOTH_ARMS = """if (y > 0) {{ require(checkMultiSig([{sig}], [this.a])); }}
else {{ require(checkMultiSig([{sig}], [this.a])); require(y == 0); }}"""
CHECKS = {
    "checkSig": "require(checkSig({sig}, this.a));",
    "checkMultiSig": "require(checkMultiSig([{sig}], [this.a, this.b]));",
    "one condition": "require(checkSig({sig}, this.a) && y == 1);",
    "in both arms": IN_BOTH_ARMS,
}
SEPARATED = """contract Separated {{
    PubKey a;
    PubKey b;
    static function mark(int x) : int {{ asm {{ OP_CODESEPARATOR }} }}
    public function f(Sig first, Sig second, int y) {{ {before} {separator} {after} require(y < 9); }}
}}"""


def signed_behind(spend: Spend, key: PrivateKey, separator: int | None) -> bytes:
    """A signature of the script after one of its code separators, or of all of it."""
    code = spend.script_code(separator)[0]
    chain = spend.contract.artifact.target
    hash_type = 0x41 if chain == "bsv" else 0x01
    digest = sighash(spend.transaction(), 0, code, spend.value, hash_type, chain)
    return key.sign_digest(digest) + bytes([hash_type])


@pytest.mark.parametrize(("target", "layout"), [("bsv", "smallest"), ("btc", "smallest"), ("bsv", "official")])
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("separator", ["***", "int z = mark(y);"])
@pytest.mark.parametrize("same", [True, False])
def test_a_check_behind_a_separator_is_not_the_one_before_it(
    target: str, layout: str, check: str, separator: str, same: bool
) -> None:
    """Either signature signs its own part of the script: none does for the other, though key and name are the same."""
    template = CHECKS[check]
    second = "first" if same else "second"
    text = SEPARATED.format(before=template.format(sig="first"), separator=separator, after=template.format(sig=second))
    artifact = penstock.compile_source(text, target=target, layout=layout)
    spend = Spend(artifact.instantiate(ALICE.public_key, BOB.public_key), wrap="bare", scripts_only=True)
    whole, behind = signed_behind(spend, ALICE, None), signed_behind(spend, ALICE, 0)
    assert whole != behind
    for given, accepted in (
        ((whole, behind), not same),
        ((whole, whole), False),
        ((behind, behind), False),
        ((behind, whole), False),
        ((whole, signed_behind(spend, PrivateKey(b"\x09" * 32), 0)), False),
    ):
        verdict = spend.verify("f", *given, 1, rules=f"{target}-consensus")
        assert bool(verdict) == accepted, verdict.explain()


@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_the_same_check_without_a_separator_is_made_once(target: str) -> None:
    """And a signature with another hash type, which it does not sign, opens nothing."""
    check = CHECKS["checkMultiSig"].format(sig="first")
    text = SEPARATED.format(before=check, separator="", after=check)
    artifact = penstock.compile_source(text, target="btc" if target == "btc" else "bsv")
    assert artifact.asm.count("OP_CHECKMULTISIG") == 1
    spend = Spend(artifact.instantiate(ALICE.public_key, BOB.public_key), wrap="bare", scripts_only=True)
    good = signed_behind(spend, BOB, None)
    assert spend.verify("f", good, good, 1)
    other = with_hash_type(good, good[-1] ^ 0x83)
    assert not spend.verify("f", other, good, 1)
