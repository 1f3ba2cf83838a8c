"""Whatever is fed in, the machine answers with a verdict, an explanation and a trace, or with an error of ours."""

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from penstock.errors import PenstockError
from penstock.script.chains import CHAINS
from penstock.script.hashes import hash160, sha256
from penstock.script.opcodes import Op
from penstock.script.pushes import push_data
from penstock.vm.explaining.trace import trace_case
from penstock.vm.judging.verify import verify
from penstock.vm.reasons import Reason
from penstock.vm.rules import RELAY_RULES, Rule, RuleSet
from tests.support.generators.random_scripts import CHRONICLE, Chooser, Seeded, Writer, drawn, per_cent
from tests.support.generators.random_spends import RandomSpend, btc_spend, plain_spend
from tests.support.spending.script_runs import transaction

NAMES = {None, *Reason.__members__, *(rule.name for rule in RELAY_RULES)}
ONE = bytes((Op.OP_1NEGATE,))
"""A script that passes."""


@st.composite
def rule_sets(draw: st.DrawFn) -> RuleSet:
    chain = draw(st.sampled_from(list(CHAINS.values())))
    rules = draw(st.frozensets(st.sampled_from([rule for rule in Rule if rule.name in chain.flags])))
    return RuleSet(chain, rules)


SCRIPTS = st.one_of(
    st.binary(max_size=80),
    st.lists(st.sampled_from([bytes((op,)) for op in Op]), max_size=60).map(b"".join),
    st.lists(st.binary(max_size=40).map(push_data), max_size=8).map(b"".join),
)
LOCKINGS = st.one_of(
    SCRIPTS,
    SCRIPTS.map(lambda script: b"\xa9\x14" + hash160(script) + b"\x87"),
    SCRIPTS.map(lambda script: b"\x00\x20" + sha256(script)),
    st.binary(min_size=2, max_size=42).map(lambda program: b"\x51" + push_data(program)),
)
WITNESSES = st.lists(SCRIPTS, max_size=5).map(tuple)


@example(b"", ONE, (), RuleSet(CHAINS["btc"], frozenset({Rule.STANDARD_INPUT})), 0)
@settings(max_examples=600)
@given(SCRIPTS, LOCKINGS, WITNESSES, rule_sets(), st.integers(-(2**31), 2**31 - 1))
def test_any_bytes(unlocking: bytes, locking: bytes, witness: tuple[bytes, ...], rules: RuleSet, version: int) -> None:
    tx = transaction(version=version).with_witness(0, witness)
    verdict = verify(unlocking, locking, tx=tx, input_index=0, value=1000, rules=rules)
    assert verdict.error in NAMES
    assert verdict.explain()
    assert trace_case(verdict.case).verdict.error == verdict.error


@given(st.binary(max_size=200), st.binary(max_size=40), st.integers(-1, 3), st.integers(-(2**70), 2**70))
def test_any_arguments(tx: bytes, locking: bytes, input_index: int, value: int) -> None:
    for rules in ("bsv", "btc"):
        with suppress(PenstockError):
            verify(b"", locking, tx=tx, input_index=input_index, value=value, rules=rules)


def tampered(choose: Chooser) -> tuple[RandomSpend, bytes]:
    """Make a spend, and its locking script with a few bytes changed."""
    spend = plain_spend(choose, CHRONICLE)
    script = bytearray(spend.locking)
    for _ in range(choose.integer(1, 4)):
        if script:
            script[choose.integer(0, len(script) - 1)] = choose.integer(0, 255)
    return spend, bytes(script[: choose.integer(0, len(script))] if per_cent(choose, 20) else script)


@settings(max_examples=300)
@given(drawn(tampered), rule_sets())
def test_tampered_scripts(made: tuple[RandomSpend, bytes], rules: RuleSet) -> None:
    spend, locking = made
    verdict = verify(
        spend.unlocking, locking, tx=spend.tx, input_index=spend.input_index, value=spend.value, rules=rules
    )
    assert verdict.error in NAMES
    assert verdict.explain()


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=pytest.mark.long if part < 4 else pytest.mark.deep) for part in range(10)]
)
def test_many_seeds(part: int) -> None:
    relay = RuleSet.named("bsv")
    for seed in range(part * 8_000, (part + 1) * 8_000):
        choose = Seeded(seed)
        spend, locking = tampered(choose)
        verdict = verify(
            spend.unlocking, locking, tx=spend.tx, input_index=spend.input_index, value=spend.value, rules=relay
        )
        assert verdict.error in NAMES
        writer = Writer(choose, CHRONICLE)
        writer.write(200)
        assert verify(b"", writer.script(), tx=spend.tx, input_index=0, value=1, rules=relay).explain()


def test_the_spends_of_core_explain_themselves() -> None:
    for seed in range(200):
        spend = btc_spend(Seeded(seed), CHRONICLE)
        verdict = verify(
            spend.unlocking,
            spend.locking,
            tx=spend.tx,
            input_index=spend.input_index,
            value=spend.value,
            rules=RuleSet.named("btc").scripts_only,
            spent_outputs=spend.spent,
        )
        first = verdict.explain().splitlines()[0]
        assert first == ("passes" if verdict.error is None else f"{verdict.error}: {Reason[verdict.error].value}")
