"""delayed_change.scrypt: the owner, once the output is mined."""

import pytest

import penstock
from penstock.testing import Chain, binds, key, refuses
from tests.contracts.bindings.delayed_change import DelayedChange, DelayedChangeCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

pytestmark = pytest.mark.forms("btc p2sh", "btc p2wsh")
OWNER, MALLORY = key("owner"), key("mallory")
BY_OWNER, WHEN_MINED = "checkSig(sig, this.owner)", "checkSequence(MINED)"


def change(chain: Chain) -> DelayedChangeCoin:
    return DelayedChange(OWNER).fund(chain, 1000)


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    with refuses(BY_OWNER, rule=forgery.rule):
        change(chain).spend(forgery.of(OWNER)).to(MALLORY, 600).sequence(1).send()
    for other in (MALLORY, b""):
        with refuses(BY_OWNER):
            change(chain).spend(other).to(MALLORY, 600).sequence(1).send()


@pytest.mark.parametrize(
    ("sequence", "version"), [(0, 2), (0xFFFF_FFFD, 2), (0xFFFF_FFFF, 2), (1 << 22 | 1, 2), (1, 1)]
)
def test_an_input_that_says_no_age(chain: Chain, sequence: int, version: int) -> None:
    with refuses(WHEN_MINED, lock=True, rule="UNSATISFIED_LOCKTIME"):
        change(chain).spend(OWNER).to(OWNER, 600).sequence(sequence).version(version).send()


def test_an_output_that_waits_in_the_pool(chain: Chain) -> None:
    """Pinning: her transaction on top of one that is not mined."""
    fee = chain.coin(OWNER, 5000)
    waiting = DelayedChange(OWNER).fund(chain, 1000).spend(OWNER).sequence(1)
    parent = waiting.spend(fee).to(chain.contract(penstock.bundled("delayed_change"), owner=OWNER), 5000).send()
    child = chain.spend(parent.contract(0), "spend", OWNER).to(OWNER, 600).sequence(1)
    with refuses(rule="SequenceLocked"):
        child.send()
    chain.mine()
    assert child.send()


@binds("everything")
@pytest.mark.parametrize("hash_type", ["ALL"])
def test_the_signature_for_all_binds_all(chain: Chain, hash_type: str) -> None:
    assert change(chain).spend(OWNER.sig(hash_type)).to(OWNER, 600).sequence(1).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_the_owner_when_it_is_mined(chain: Chain, hash_type: str) -> None:
    assert change(chain).spend(OWNER.sig(hash_type)).to(OWNER, 600).sequence(1).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    draft = change(chain).spend(OWNER).to(OWNER, 600).sequence(1)
    assert judge_items(draft, list)
    assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
    assert not judge_items(draft, lambda items: items[1:])


@pytest.mark.forms("bsv")
def test_it_is_not_a_contract_for_bsv(chain: Chain) -> None:
    with pytest.raises(penstock.CompileError, match="checkSequence"):
        change(chain)
