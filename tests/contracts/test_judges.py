"""The judges of these tests are asked about what is sent, and notice a verdict that they do not share."""

from hashlib import sha256

import pytest

from penstock.testing import Chain, key
from tests.contracts.bindings.hash_lock import HashLock
from tests.support.spending import judged_chain
from tests.support.spending.judged_chain import check_by_others, everywhere

pytestmark = everywhere
ALICE, SECRET = key("alice"), b"open sesame"


def test_a_verdict_that_others_do_not_share_is_noticed(chain: Chain) -> None:
    coin = HashLock(sha256(SECRET).digest()).fund(chain, 1000)
    refused = coin.unlock(b"guess").to(ALICE, 900)
    filled, good = refused.filled(), coin.unlock(SECRET).to(ALICE, 900).send()
    wrong = chain.try_send(refused).verdicts[0]
    (spend,), (call,) = filled.spends, filled.calls
    check_by_others(spend, call, wrong, filled.tx, filled.spent)
    with pytest.raises(AssertionError):
        check_by_others(spend, call, good.verdicts[0], filled.tx, filled.spent)


def test_they_are_asked_about_what_is_sent(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(judged_chain, "check_by_others", lambda *case: asked.append(case[1].items))
    coin = HashLock(sha256(SECRET).digest()).fund(chain, 1000)
    coin.unlock(b"guess").to(ALICE, 900).try_send()
    coin.unlock(SECRET).to(ALICE, 900).send()
    assert asked == [(b"guess",), (SECRET,)]
