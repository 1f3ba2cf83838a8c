"""vault.scrypt: the owner alone after the date, with the guardian at any time, the guardian alone never."""

import pytest

import penstock
from penstock.script.consensus import FINAL_SEQUENCE as FINAL
from penstock.testing import Chain, Key, key, refuses
from tests.contracts.bindings.vault import Vault, VaultCoin
from tests.support.spending.judged_chain import HASH_TYPES, Forgery, forgeries, judge_items

pytestmark = pytest.mark.forms("btc p2sh", "btc p2wsh")
OWNER, GUARDIAN, MALLORY = key("owner"), key("guardian"), key("mallory")
HEIGHT, TIME = 200, 1_800_000_000
BY_OWNER = "checkSig(ownerSig, this.owner)"
BY_BOTH = "checkMultiSig([ownerSig, guardianSig], [this.owner, this.guardian])"


def vault(chain: Chain, opens: int = HEIGHT) -> VaultCoin:
    """Return a vault, on a chain on which all lock times have come."""
    return Vault(OWNER, GUARDIAN, opens).fund(chain.at(height=HEIGHT + 9, time=TIME + 9), 1000)


@pytest.mark.parametrize("opens", [-1, 0, 2**32, 2**39])
def test_a_vault_that_is_always_open_or_never(chain: Chain, opens: int) -> None:
    with pytest.raises(penstock.ArgumentError, match="opens: expected a lock for checkLockTime"):
        vault(chain, opens)


@pytest.mark.parametrize(
    ("opens", "lock_time", "sequence"),
    [
        pytest.param(HEIGHT, HEIGHT - 1, FINAL - 1, id="a block early"),
        pytest.param(TIME, TIME - 1, FINAL - 1, id="a second early"),
        pytest.param(HEIGHT, 0, FINAL - 1, id="no lock time"),
        pytest.param(HEIGHT, HEIGHT, FINAL, id="a lock time that is void"),
        pytest.param(HEIGHT, TIME, FINAL - 1, id="a time for a height"),
        pytest.param(TIME, HEIGHT, FINAL - 1, id="a height for a time"),
    ],
)
def test_the_owner_before_the_date(chain: Chain, opens: int, lock_time: int, sequence: int) -> None:
    with refuses("checkLockTime(this.opens)", lock=True, rule="UNSATISFIED_LOCKTIME"):
        vault(chain, opens).withdraw(OWNER).to(OWNER, 600).lock(lock_time).sequence(sequence).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize(("opens", "lock_time"), [(HEIGHT, HEIGHT), (HEIGHT, HEIGHT + 9), (TIME, TIME), (1, 1)])
def test_the_owner_after_the_date(chain: Chain, opens: int, lock_time: int, hash_type: str) -> None:
    assert vault(chain, opens).withdraw(OWNER.sig(hash_type)).to(OWNER, 600).lock(lock_time).send()


@forgeries
def test_a_forged_signature(chain: Chain, forgery: Forgery) -> None:
    coin, forged = vault(chain), (forgery.of(OWNER), forgery.of(GUARDIAN))
    with refuses(BY_OWNER, rule=forgery.rule):
        coin.withdraw(forged[0]).to(MALLORY, 600).lock(HEIGHT).send()
    for owner, guardian in ((OWNER, forged[1]), (forged[0], GUARDIAN)):
        with refuses(BY_BOTH, rule=forgery.rule):
            coin.emergency(owner, guardian).to(MALLORY, 600).send()


def test_nobody_or_the_guardian_after_the_date(chain: Chain) -> None:
    coin = vault(chain)
    for other in (b"", GUARDIAN):
        with refuses(BY_OWNER):
            coin.withdraw(other).to(GUARDIAN, 600).lock(HEIGHT).send()


@pytest.mark.parametrize(
    "pair",
    [(GUARDIAN, OWNER), (OWNER, OWNER), (GUARDIAN, GUARDIAN), (OWNER, MALLORY), (OWNER, b""), (b"", b"")],
    ids=str,
)
def test_one_alone_in_an_emergency(chain: Chain, pair: tuple[Key | bytes, Key | bytes]) -> None:
    coin = vault(chain)
    for owner, guardian in (pair, pair[::-1]):
        if (owner, guardian) != (OWNER, GUARDIAN):
            with refuses(BY_BOTH):
                coin.emergency(owner, guardian).to(MALLORY, 600).send()


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_in_an_emergency(chain: Chain, hash_type: str) -> None:
    assert vault(chain).emergency(OWNER.sig(hash_type), GUARDIAN.sig(hash_type)).to(OWNER, 600).send()


def test_items_too_many_and_too_few(chain: Chain) -> None:
    coin = vault(chain)
    for draft in (coin.withdraw(OWNER).to(OWNER, 600).lock(HEIGHT), coin.emergency(OWNER, GUARDIAN).to(OWNER, 600)):
        assert judge_items(draft, lambda items: [b"", *items]).error == "CLEANSTACK"
        assert judge_items(draft, lambda items: items[1:]).error == "INVALID_STACK_OPERATION"


@pytest.mark.forms("bsv")
def test_it_is_no_contract_for_bsv(chain: Chain) -> None:
    with pytest.raises(penstock.CompileError, match="checkLockTime"):
        vault(chain)
