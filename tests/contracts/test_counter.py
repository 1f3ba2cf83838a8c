"""counter.scrypt: increased by one each time, over many transactions; no other state is accepted."""

from dataclasses import replace

import pytest

from penstock import Contract
from penstock.testing import PREIMAGE, Chain, Draft, Preimage, Sent, key, refuses
from tests.contracts.bindings.counter import Counter, CounterCoin, CounterState
from tests.support.spending.state_chain import tampered

PAYER = key("payer")
HASH_TYPE = "SINGLE|ANYONECANPAY"
UPDATE = "this.updateStateSigHashType(preimage, SigHash.value(preimage), OWN_OUTPUT)"


def step(coin: CounterCoin) -> CounterCoin:
    return coin.after(coin.increment(PREIMAGE).to(coin.next(), 1000).send())


@pytest.fixture
def first(chain: Chain) -> CounterCoin:
    return Counter(5).fund(chain, 1000)


@pytest.fixture(params=["genesis", "later"])
def coin(request: pytest.FixtureRequest, chain: Chain) -> CounterCoin:
    """A counter at 5, that no transaction has changed yet, or that one has."""
    made = Counter(5).fund(chain, 1000) if request.param == "genesis" else step(Counter(4).fund(chain, 1000))
    assert made.state == CounterState(5)
    assert made.untyped.contract.is_genesis == (request.param == "genesis")
    return made


def refused(draft: Draft) -> Sent:
    """Send a draft, which the contract has to refuse for its only requirement."""
    with refuses(UPDATE) as caught:
        draft.send()
    return caught.sent


@pytest.mark.parametrize("start", [0, 5, 126, 254, 32766, 10**30, -1, -129])
def test_it_counts_from_transaction_to_transaction(chain: Chain, start: int) -> None:
    """Over the borders of one byte, of two and of many; down there a negative number goes up to nothing."""
    coin = Counter(start).fund(chain, 1000)
    for count in range(start + 1, start + 4):
        coin = step(coin)
        assert (coin.state, coin.value) == (CounterState(count), 1000)


def test_inputs_and_outputs_that_join_later_do_not_break_it(first: CounterCoin, chain: Chain) -> None:
    alone = first.increment(PREIMAGE).to(first.next(), 1000).filled()
    (preimage,) = alone.calls[0].items
    assert preimage == alone.spends[0].preimage(HASH_TYPE)
    joined = first.increment(preimage).to(first.next(), 1000).to(PAYER, 700).spend(chain.coin(PAYER, 5000))
    assert first.after(joined.change(PAYER).send()).state == CounterState(6)


@pytest.mark.parametrize("count", [4, 5, 7, 0, 5 + 256, -6])
def test_another_number_is_refused(coin: CounterCoin, count: int) -> None:
    sent = refused(coin.increment(PREIMAGE).to(coin.next(count=count), 1000))
    assert f"  output 0 state count\n    asked    6\n    in fact  {count}" in sent.verdicts[0].explain()


@pytest.mark.parametrize("value", [999, 1001, 0])
def test_another_amount_is_refused(first: CounterCoin, chain: Chain, value: int) -> None:
    sent = refused(first.increment(PREIMAGE).to(first.next(), value).spend(chain.coin(PAYER)))
    assert f"(8 bytes: {value} satoshis)" in sent.verdicts[0].explain()


def test_other_code_or_none_is_refused(coin: CounterCoin) -> None:
    contract = coin.untyped.contract
    script, code = contract.with_state(count=6).locking_script, contract.code
    for wrong in (
        b"\x51",
        b"\x51" + script,
        script + b"\x00",
        script.replace(b"\x6a\x00\x01\x06", b"\x6a\x01\x01\x06"),  # a genesis again
        script.replace(code[-4:] + b"\x6a", code[-4:-1] + b"\x51\x6a"),
        contract.artifact.instantiate(6).with_state(count=6).locking_script,
        contract.locking_script,
    ):
        assert wrong != script
        refused(coin.increment(PREIMAGE).to(wrong, 1000))


def test_the_contract_must_stand_at_the_place_of_the_input(first: CounterCoin, chain: Chain) -> None:
    payment = chain.tx().spend(chain.coin(PAYER))
    refused(first.increment(PREIMAGE).to(PAYER, 0).to(first.next(count=6), 1000))
    refused(first.on(payment).increment(PREIMAGE).to(first.next(count=6), 1000))
    refused(first.on(payment).increment(PREIMAGE).to(first.next(count=6), 1000).to(PAYER, 1000))
    first.on(payment).increment(PREIMAGE).to(PAYER, 1000).to(first.next(count=6), 1000).send()


def test_a_forged_preimage_is_refused_and_its_field_is_named(coin: CounterCoin) -> None:
    draft = coin.increment(PREIMAGE).to(coin.next(), 1000)
    for field, other in tampered(draft.filled().spends[0]):
        sent = refused(coin.increment(other.preimage(HASH_TYPE)).to(coin.next(count=6), 1000))
        assert sent.rule == "NULLFAIL"
        assert f"\n  {field}\n    given " in sent.verdicts[0].explain()


def test_a_preimage_with_a_made_up_state_is_refused(chain: Chain) -> None:
    """An error of a rival's contracts: the spender can choose the state unless the preimage is checked."""
    coin = step(Counter(4).fund(chain, 1000))
    pretended = coin.untyped.contract.with_state(count=41)
    spend = coin.increment(PREIMAGE).to(coin.next(count=42), 1000).filled().spends[0]
    forged = spend.preimage(HASH_TYPE).replace(coin.untyped.contract.locking_script, pretended.locking_script)
    sent = refused(coin.increment(forged).to(coin.next(count=42), 1000))
    assert sent.rule == "NULLFAIL"
    assert "\n  script code\n    given " in sent.verdicts[0].explain()


def test_other_hash_types_and_no_preimage_are_refused(first: CounterCoin) -> None:
    right = first.increment(PREIMAGE).to(first.next(), 1000).filled().spends[0].preimage(HASH_TYPE)
    others: list[Preimage | bytes] = [Preimage("ALL"), Preimage("SINGLE"), Preimage("NONE|ANYONECANPAY")]
    for wrong in (*others, b"", b"\x00", right[:-1], right[1:]):
        with refuses():
            first.increment(wrong).to(first.next(count=6), 1000).send()


def pretended(contract: Contract, chain: Chain) -> CounterCoin:
    """Return a coin that someone has paid to a script that pretends to be a counter."""
    return CounterCoin(chain.fund(contract, 1000), chain.tx())


def test_an_output_that_pretends_to_be_a_counter_counts_for_itself_only(chain: Chain) -> None:
    """Anyone can pay to any script: a user who relies on the number has to check the coin's origin."""
    coin = pretended(Counter(0).contract(chain.compile(Counter.source.path)).with_state(count=10**6), chain)
    assert step(coin).state == CounterState(10**6 + 1)


def test_a_damaged_state_cannot_be_spent(first: CounterCoin, chain: Chain) -> None:
    """Nor by chance: the reader stops at the end."""
    contract = first.untyped.contract
    for state in ("00", "0001", "000206", "00510001"):
        body = bytes.fromhex(state)
        data = body + len(body).to_bytes(4, "little") + b"\x00"
        damaged = replace(contract, locking_script=contract.code + b"\x6a" + data, data=data)
        coin = pretended(damaged, chain)
        with refuses():
            coin.increment(PREIMAGE).to(coin.next(count=6), 1000).send()
