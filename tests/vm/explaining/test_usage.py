"""Usage of an input: as a trace of it tells, opcode for opcode."""

from hashlib import sha256

import pytest

import penstock
from penstock.testing import PREIMAGE, Chain, key
from penstock.vm.explaining.trace import trace_case
from penstock.vm.explaining.usage import usage_of
from penstock.vm.judging.case import Case, Phase

ALICE, BOB = key("alice"), key("bob")
FORMS = [("bsv", None), ("btc", None), ("btc", "p2sh"), ("btc", "p2sh-p2wsh"), ("btc", "p2tr")]


def case_of(target: str, wrap: str | None, secret: bytes) -> Case:
    chain = Chain(target, wrap=wrap)
    lock = chain.contract(penstock.bundled("hash_lock_choice"), ALICE, BOB, sha256(b"secret").digest())
    return chain.spend(chain.fund(lock, 1000), "unlock", ALICE, secret).to(BOB, 900).try_send().verdicts[0].case


@pytest.mark.parametrize(("target", "wrap"), FORMS)
@pytest.mark.parametrize("secret", [b"secret", b"a guess, which is refused"])
def test_usage_is_that_of_a_trace(target: str, wrap: str | None, secret: bytes) -> None:
    case = case_of(target, wrap, secret)
    traced = trace_case(case)
    usage = usage_of(case)
    assert usage.opcodes == sum(step.script is not Phase.UNLOCKING for step in traced.steps)
    stacks = [step.before for step in traced.steps]
    assert usage.items == max(len(each.items) + len(each.alt_items) for each in stacks)
    assert usage.items >= len(case.witness) - 2


def test_the_items_at_the_end_count() -> None:
    chain = Chain(rules="bsv-consensus")  # more than one item may be left
    artifact = penstock.compile_source("contract C { public function f(int x) { require(x == 2); } }", name="c.scrypt")
    coin = chain.fund(chain.contract(artifact), 1000)
    case = chain.spend(coin, "f", 2).to(ALICE, 900).send().verdicts[0].case
    assert usage_of(case)[1] == 2
    pushing = Case(b"", b"\x51\x52\x53", case.tx, 0, 1000, case.rules)
    assert usage_of(pushing) == (3, 3)


def test_both_stacks_count() -> None:
    case = case_of("bsv", None, b"secret")
    alt = Case(b"\x51\x52", b"\x6b\x6b\x53\x54\x55\x75\x75", case.tx, 0, 1000, case.rules)
    assert usage_of(alt) == (7, 5)


def test_a_long_script_is_counted() -> None:
    chain = Chain()
    coin, fee = chain.fund(chain.contract(penstock.bundled("counter"), count=5), 1000), chain.coin(ALICE, 9000)
    sent = chain.spend(coin, "increment", PREIMAGE).to(coin.next(), 1000).spend(fee).change(ALICE).send()
    case = sent.verdicts[0].case
    assert usage_of(case).opcodes == sum(step.script is not Phase.UNLOCKING for step in trace_case(case).steps) > 100
