"""counter.scrypt: increased by one each time, over many transactions; no other state is accepted."""

from dataclasses import replace

import pytest

from penstock import PREIMAGE, Spend
from tests.support.engines.state_judges import judged
from tests.support.spending.contract_bench import UNMET, artifact, assert_refused
from tests.support.spending.state_chain import CHANGE, Coin, refusal, tampered

HASH_TYPE = "SINGLE|ANYONECANPAY"
UPDATE_LINE = "require(this.updateStateSigHashType(preimage, SigHash.value(preimage), OWN_OUTPUT));"


def coin(count: int = 5) -> Coin:
    return Coin(artifact("counter", "bsv").instantiate(count))


@pytest.mark.parametrize("start", [0, 5, 126, 254, 32766, 10**30, -1, -129])
def test_it_counts_from_transaction_to_transaction(start: int) -> None:
    """Over the borders of one byte, of two and of many; down there a negative number goes up to nothing."""
    now = coin(start)
    assert now.contract.is_genesis
    for count in range(start + 1, start + 4):
        now = now.step(now.spend(count=count), "increment", PREIMAGE)
        assert now.contract.state == {"count": count}
        assert now.value == 1000


def test_others_may_join_in() -> None:
    now = coin()
    joined = now.spend(count=6, more=[CHANGE]).add_input(5000, b"\x51")
    following = now.step(joined, "increment", PREIMAGE)
    again = following.spend(count=7, more=[CHANGE, CHANGE]).add_input(5000, b"\x51")
    last = following.step(again, "increment", PREIMAGE)
    assert last.contract.state == {"count": 7}


def test_whoever_joins_later_does_not_break_what_was_signed() -> None:
    spend = coin().spend(count=6)
    call = spend.call("increment", PREIMAGE)
    assert call == spend.contract.call("increment", spend.preimage(HASH_TYPE))
    assert judged(spend.add_input(5000, b"\x51"), call)
    assert judged(replace(spend, outputs=[*(spend.outputs or ()), CHANGE]), call)


@pytest.mark.parametrize("count", [4, 5, 7, 0, 5 + 256, -6])
@pytest.mark.parametrize("is_first", [True, False], ids=["genesis", "later"])
def test_another_number_is_refused(count: int, is_first: bool) -> None:
    now = coin() if is_first else coin(4).step(coin(4).spend(count=5), "increment", PREIMAGE)
    assert now.contract.state == {"count": 5}
    verdict = refusal(now.spend(count=count), "increment", PREIMAGE)
    assert_refused(verdict, UNMET, UPDATE_LINE)
    assert f"  output 0 state count\n    asked    6\n    in fact  {count}" in verdict.explain()


@pytest.mark.parametrize("value", [999, 1001, 0])
def test_another_amount_is_refused(value: int) -> None:
    verdict = refusal(coin().spend(count=6, value=value), "increment", PREIMAGE)
    assert_refused(verdict, UNMET, UPDATE_LINE)
    assert f"(8 bytes: {value} satoshis)" in verdict.explain()


@pytest.mark.parametrize("is_first", [True, False], ids=["genesis", "later"])
def test_other_code_or_none_is_refused(is_first: bool) -> None:
    now = coin() if is_first else coin(4).step(coin(4).spend(count=5), "increment", PREIMAGE)
    right = now.spend(count=6)
    script = now.contract.with_state(count=6).locking_script
    code = now.contract.code
    for wrong in (
        b"\x51",
        b"\x51" + script,
        script + b"\x00",
        script.replace(b"\x6a\x00\x01\x06", b"\x6a\x01\x01\x06"),  # a genesis again
        script.replace(code[-4:] + b"\x6a", code[-4:-1] + b"\x51\x6a"),
        artifact("counter", "bsv").instantiate(6).with_state(count=6).locking_script,
        now.contract.locking_script,
    ):
        assert wrong != script
        spend = replace(right, outputs=[(1000, wrong)])
        assert_refused(refusal(spend, "increment", PREIMAGE), UNMET, UPDATE_LINE)


def test_the_contract_must_stand_at_the_place_of_the_input() -> None:
    right = coin().spend(count=6)
    for outputs in ([], [CHANGE, *(right.outputs or ())]):
        assert_refused(refusal(replace(right, outputs=outputs), "increment", PREIMAGE), UNMET, UPDATE_LINE)


@pytest.mark.parametrize("is_first", [True, False], ids=["genesis", "later"])
def test_a_forged_preimage_is_refused_and_its_field_is_named(is_first: bool) -> None:
    now = coin() if is_first else coin(4).step(coin(4).spend(count=5), "increment", PREIMAGE)
    right = now.spend(count=6)
    for field, other in tampered(right):
        verdict = refusal(right, "increment", other.preimage(HASH_TYPE))
        assert_refused(verdict, {"NULLFAIL"}, UPDATE_LINE)
        assert f"\n  {field}\n    given " in verdict.explain()


def test_a_preimage_with_a_made_up_state_is_refused() -> None:
    """An error of a rival's contracts: the spender can choose the state unless the preimage is checked."""
    now = coin(4).step(coin(4).spend(count=5), "increment", PREIMAGE)
    pretended = now.contract.with_state(count=41)
    spend = replace(now.spend(count=6), outputs=[(1000, pretended.with_state(count=42).locking_script)])
    forged = spend.preimage(HASH_TYPE).replace(now.contract.locking_script, pretended.locking_script)
    verdict = refusal(spend, "increment", forged)
    assert_refused(verdict, {"NULLFAIL"}, UPDATE_LINE)
    assert "\n  script code\n    given " in verdict.explain()


def test_other_hash_types_and_no_preimage_are_refused() -> None:
    spend = coin().spend(count=6)
    for hash_type in ("ALL", "SINGLE", "NONE|ANYONECANPAY"):
        assert refusal(spend, "increment", spend.preimage(hash_type)).error in {"NULLFAIL", *UNMET}
    for short in (b"", b"\x00", spend.preimage(HASH_TYPE)[:-1], spend.preimage(HASH_TYPE)[1:]):
        assert refusal(spend, "increment", short).error


def test_an_output_that_pretends_to_be_a_counter_counts_for_itself_only() -> None:
    """Anyone can pay to any script: a user who relies on the number has to check the coin's origin."""
    pretended = Coin(coin(0).contract.with_state(count=10**6))
    assert pretended.step(pretended.spend(count=10**6 + 1), "increment", PREIMAGE).value == 1000


def test_a_damaged_state_cannot_be_spent() -> None:
    """Nor by chance: the reader stops at the end."""
    contract = coin().contract
    for state in ("00", "0001", "000206", "00510001"):
        body = bytes.fromhex(state)
        script = contract.code + b"\x6a" + body + len(body).to_bytes(4, "little") + b"\x00"
        damaged = replace(contract, locking_script=script, data=script[len(contract.code) + 1 :])
        spend = Spend(damaged, 1000, [(1000, contract.with_state(count=6).locking_script)])
        assert refusal(spend, "increment", PREIMAGE).error
