"""pay_word.scrypt: a word as far from the root as agreed, or both sides together."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, key, refuses
from tests.contracts.bindings.pay_word import PayWord, PayWordCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, everywhere, forgeries, judge_items

pytestmark = everywhere
PAYER, PAYEE, MALLORY = key("payer"), key("payee"), key("mallory")
LONGEST = 4
FAR_ENOUGH = "within(steps, this.agreed, LONGEST + 1)"
BY_PAYER, BY_PAYEE = "checkSig(payerSig, this.payer)", "checkSig(payeeSig, this.payee)"


def hashed(word: bytes, times: int) -> bytes:
    for _ in range(times):
        word = sha256(word).digest()
    return word


END = b"the random end of the chain"
WORDS = [hashed(END, LONGEST - steps) for steps in range(LONGEST + 1)]  # by their distance from the root


def pay_word(chain: Chain, agreed: int = 1) -> PayWordCoin:
    return PayWord(PAYER, PAYEE, root=WORDS[0], agreed=agreed).fund(chain, 1000)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize(("agreed", "steps"), [(1, 1), (1, 2), (2, 2), (1, 3), (3, 3), (1, 4), (3, 4), (4, 4)])
def test_far_enough(chain: Chain, agreed: int, steps: int, hash_type: str) -> None:
    assert pay_word(chain, agreed).redeem(WORDS[steps], steps, PAYEE.sig(hash_type)).to(PAYEE, 600).send()


@pytest.mark.parametrize(("agreed", "steps"), [(2, 1), (3, 2), (4, 3), (4, 1), (1, 0), (1, -1), (5, 4)])
def test_not_far_enough(chain: Chain, agreed: int, steps: int) -> None:
    with refuses(FAR_ENOUGH):
        pay_word(chain, agreed).redeem(WORDS[max(steps, 0)], steps, PAYEE).to(PAYEE, 600).send()


def test_the_root_itself_is_worth_nothing(chain: Chain) -> None:
    """Even where nothing was agreed: the root is public."""
    with refuses("done == steps"):
        pay_word(chain, agreed=0).redeem(WORDS[0], 0, PAYEE).to(PAYEE, 600).send()


def test_a_word_beyond_the_end_of_the_chain(chain: Chain) -> None:
    with refuses(FAR_ENOUGH):
        pay_word(chain).redeem(END, LONGEST + 1, PAYEE).to(PAYEE, 600).send()


@pytest.mark.parametrize("steps", [1, 2, 3, 4])
def test_a_word_at_another_distance(chain: Chain, steps: int) -> None:
    coin = pay_word(chain)
    for word in (*(WORDS[other] for other in range(LONGEST + 1) if other != steps), b"", END[:-1]):
        with refuses("link == this.root"):
            coin.redeem(word, steps, PAYEE).to(PAYEE, 600).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin = pay_word(chain)
    with refuses(BY_PAYEE, rule=forgery.rule):
        coin.redeem(WORDS[2], 2, forgery.of(PAYEE)).to(MALLORY, 600).send()
    with refuses(BY_PAYER, rule=forgery.rule):
        coin.settle(forgery.of(PAYER), PAYEE).to(MALLORY, 600).send()
    with refuses(BY_PAYEE, rule=forgery.rule):
        coin.settle(PAYER, forgery.of(PAYEE)).to(MALLORY, 600).send()


def test_no_signature_or_anothers(chain: Chain) -> None:
    coin = pay_word(chain)
    for other in (b"", PAYER):
        with refuses(BY_PAYEE):
            coin.redeem(WORDS[1], 1, other).to(PAYER, 600).send()
        with refuses(BY_PAYEE):
            coin.settle(PAYER, other).to(PAYER, 600).send()
    for other in (b"", PAYEE):
        with refuses(BY_PAYER):
            coin.settle(other, PAYEE).to(PAYEE, 600).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_settle(chain: Chain, hash_type: str) -> None:
    assert pay_word(chain).settle(PAYER.sig(hash_type), PAYEE.sig(hash_type)).to(PAYEE, 600).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = pay_word(chain)
    for draft in (coin.redeem(WORDS[1], 1, PAYEE).to(PAYEE, 600), coin.settle(PAYER, PAYEE).to(PAYEE, 600)):
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"
