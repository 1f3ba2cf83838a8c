"""paid_key_btc.scrypt: the payee for the key or the payer's signature, the payer after the delay; no other spend."""

from hashlib import sha256

import pytest

import penstock
from penstock.script.pushes import push_number
from penstock.testing import Chain, Key, binds, key, refuses
from tests.contracts.bindings.paid_key_btc import PaidKey, PaidKeyCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

pytestmark = pytest.mark.forms("btc p2sh", "btc p2wsh")
PAYER, PAYEE, MALLORY = key("payer"), key("payee"), key("mallory")
KEY = sha256(b"the key of chunk 9").digest()
DELAY = 144
IN_SECONDS = 1 << 22
BY_PAYER, BY_PAYEE = "checkSig(payerSig, this.payer)", "checkSig(payeeSig, this.payee)"
IN_PLACE_OF_THE_KEY, THE_KEY = "checkSig(Sig(keyOrSig), this.payer)", "sha256(keyOrSig) == this.hash"
AFTER_THE_DELAY = "checkSequence(this.delay)"


def paid(chain: Chain, key: bytes = KEY, delay: int = DELAY, age: int = 0) -> PaidKeyCoin:
    """Return a payment that was mined so many blocks ago."""
    coin = PaidKey(PAYER, PAYEE, sha256(key).digest(), delay).fund(chain, 1000)
    chain.mine(age)
    return coin


@pytest.mark.parametrize("key", [KEY[::-1], bytes(32), sha256(KEY).digest()], ids=["another", "zeros", "the hash"])
def test_another_key(chain: Chain, key: bytes) -> None:
    with refuses(THE_KEY):
        paid(chain).claim(key, PAYEE).to(PAYEE, 600).send()


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"\x00", bytes(80)], ids=["empty", "31", "33", "80"])
def test_a_key_of_another_size(chain: Chain, key: bytes) -> None:
    """Even where the hash would be right."""
    with refuses(IN_PLACE_OF_THE_KEY):
        paid(chain, key).claim(key, PAYEE).to(PAYEE, 600).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin, payer, payee = paid(chain, age=DELAY), forgery.of(PAYER), forgery.of(PAYEE)
    for draft, demand in (
        (coin.claim(KEY, payee), BY_PAYEE),
        (coin.claim(PAYER.sig(), payee), BY_PAYEE),
        (coin.claim(payer, PAYEE), IN_PLACE_OF_THE_KEY),
        (coin.refund(payer).sequence(DELAY), BY_PAYER),
    ):
        with refuses(demand, rule=forgery.rule):
            draft.to(MALLORY, 600).send()


def test_no_signature_or_anothers(chain: Chain) -> None:
    coin = paid(chain, age=DELAY)
    for other in (b"", MALLORY, PAYER):
        for first in (KEY, PAYER.sig()):
            with refuses(BY_PAYEE):
                coin.claim(first, other).to(MALLORY, 600).send()
    for other in (b"", MALLORY, PAYEE):
        with refuses(BY_PAYER):
            coin.refund(other).to(MALLORY, 600).sequence(DELAY).send()


@pytest.mark.parametrize("payee", [PAYEE, PAYER, b""], ids=str)
def test_the_payee_in_the_payers_place(chain: Chain, payee: Key | bytes) -> None:
    with refuses(IN_PLACE_OF_THE_KEY):
        paid(chain).claim(PAYEE.sig(), payee).to(PAYEE, 600).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_payee_claims_with_the_key(chain: Chain, hash_type: str) -> None:
    assert paid(chain).claim(KEY, PAYEE.sig(hash_type)).to(PAYEE, 600).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_sign_in_place_of_the_key(chain: Chain, hash_type: str) -> None:
    assert paid(chain).claim(PAYER.sig(hash_type), PAYEE.sig(hash_type)).to(PAYEE, 600).send()


def test_the_payees_signature_is_the_same_either_way(chain: Chain) -> None:
    coin = paid(chain)
    (one,), (two,) = (coin.claim(first, PAYEE).to(PAYEE, 600).filled().calls for first in (KEY, PAYER.sig()))
    assert one.items[0] != two.items[0]
    assert one.items[1] == two.items[1]


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_payer_takes_it_back_after_the_delay(chain: Chain, hash_type: str) -> None:
    refund = paid(chain).refund(PAYER.sig(hash_type)).to(PAYER, 600).sequence(DELAY)
    with refuses(rule="SequenceLocked"):  # the chain holds the promise of the sequence number
        refund.send()
    chain.mine(DELAY)
    assert refund.send()


@pytest.mark.parametrize(
    ("sequence", "version"),
    [
        pytest.param(DELAY - 1, 2, id="a block early"),
        pytest.param(0, 2, id="at once"),
        pytest.param(0xFFFF_FFFD, 2, id="no promise of an age"),
        pytest.param(IN_SECONDS | DELAY, 2, id="an age in seconds"),
        pytest.param(DELAY, 1, id="a transaction too old to promise"),
    ],
)
def test_the_payer_before_the_delay(chain: Chain, sequence: int, version: int) -> None:
    draft = paid(chain, age=DELAY).refund(PAYER).to(PAYER, 600)
    with refuses(AFTER_THE_DELAY, lock=True, rule="UNSATISFIED_LOCKTIME"):
        draft.sequence(sequence).version(version).send()


@binds("everything")
def test_signatures_for_all_bind_all(chain: Chain) -> None:
    assert paid(chain).claim(KEY, PAYEE).to(PAYEE, 600).send()
    assert paid(chain).claim(PAYER.sig(), PAYEE).to(PAYEE, 600).send()
    assert paid(chain, age=DELAY).refund(PAYER).to(PAYER, 600).sequence(DELAY).send()


@pytest.mark.parametrize("delay", [-1, 0, 0x10000, IN_SECONDS, IN_SECONDS | 0x10000, 1 << 31, 2**39])
def test_a_delay_that_locks_nothing(chain: Chain, delay: int) -> None:
    with pytest.raises(penstock.ArgumentError, match="delay: expected a lock for checkSequence: 1 to 65535"):
        paid(chain, delay=delay)


@pytest.mark.parametrize("delay", [1, 0xFFFF, IN_SECONDS | 1, IN_SECONDS | 0xFFFF])
def test_the_shortest_and_the_longest_delay(chain: Chain, delay: int) -> None:
    """By the script alone: the longest take years."""
    draft = paid(chain, delay=delay).refund(PAYER).to(PAYER, 600)
    assert judge_items(draft.sequence(delay - 1), list).error == "UNSATISFIED_LOCKTIME"
    assert judge_items(draft.sequence(delay), list)


def test_a_script_with_such_a_delay_is_not_taken_for_one_of_ours(chain: Chain) -> None:
    """Core's engine lets the payer refund it at once."""
    contract = paid(chain, delay=0xFFFF).untyped.contract
    good = contract.locking_script
    assert contract.artifact.match(good) == contract
    assert contract.artifact.match(good.replace(push_number(0xFFFF), push_number(0x10000))) is None


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = paid(chain)
    for call in (coin.claim(KEY, PAYEE), coin.claim(PAYER.sig(), PAYEE), coin.refund(PAYER).sequence(DELAY)):
        draft = call.to(PAYEE, 600)
        assert judge_items(draft, list)
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert not judge_items(draft, lambda items: items[1:])
        assert not judge_items(draft, lambda items: items[:-1])


@pytest.mark.forms("bsv")
def test_it_is_not_a_contract_for_bsv(chain: Chain) -> None:
    with pytest.raises(penstock.CompileError, match="checkSequence"):
        paid(chain)
