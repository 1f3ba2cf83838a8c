"""shares.scrypt: issued, passed on, never made up; and the register ends when the term is over."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from penstock import HashedMap, SortedItem
from penstock.bindings import Destination, HashedData
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.testing import PREIMAGE, Chain, Draft, Key, key, refuses
from tests.contracts.bindings.shares import Holding, Shares, SharesCoin, SharesState
from tests.support.spending.state_chain import tampered

REGISTRAR, ALICE, BOB, MALLORY = key("registrar"), key("alice"), key("bob"), key("mallory")
LIMIT, TERM = 100, 200
HASH_TYPE = "SINGLE|ANYONECANPAY"
UPDATE = "this.updateStateSigHashType(preimage, SigHash.value(preimage), OWN_OUTPUT)"
BY_REGISTRAR, BY_HOLDER = "checkSig(sig, this.registrar)", "checkSig(sig, key)"


@dataclass(frozen=True, slots=True)
class Register:
    """A coin of the register, and the registrar's books: who holds how many shares in it, or in the next one."""

    coin: SharesCoin
    shares: dict[Key, int] = field(default_factory=dict)

    @property
    def map(self) -> HashedMap[bytes, int]:
        return HashedMap((holder.public_key_hash, shares) for holder, shares in self.shares.items())

    @property
    def issued(self) -> int:
        return sum(self.shares.values())

    @property
    def output(self) -> Destination:
        return self.coin.next(register=self.shares, issued=self.issued)

    def holding(self, of: Key) -> Holding:
        return Holding(of, self.shares.get(of, 0))

    def booked(self, of: Key, number: int) -> "Register":
        """Return the register with so many more shares of a holder in the books."""
        changed = self.shares | {of: self.shares.get(of, 0) + number}
        return replace(self, shares={holder: shares for holder, shares in changed.items() if shares})

    def issuing(self, taker: Key, number: int, /, **changed: Any) -> Draft:
        """Return the draft of an issue, with changes to the arguments."""
        given: dict[str, Any] = {
            "to": self.holding(taker),
            "number": number,
            "sig": REGISTRAR.sig(HASH_TYPE),
            "preimage": PREIMAGE,
        }
        return self.coin.issue(**given | changed).to(self.booked(taker, number).output, 1000)

    def transferring(self, giver: Key, taker: Key, number: int, /, **changed: Any) -> Draft:
        """Return the draft of a transfer, with changes to the arguments."""
        between = self.booked(giver, -number)
        holdings: dict[str, Any] = {"from_": self.holding(giver), "to": between.holding(taker), "number": number}
        given: dict[str, Any] = holdings | {"key": giver, "sig": giver.sig(HASH_TYPE), "preimage": PREIMAGE}
        return self.coin.transfer(**given | changed).to(between.booked(taker, number).output, 1000)

    def issue(self, to: Key, number: int) -> "Register":
        coin = self.coin.after(self.issuing(to, number).send())
        return replace(self.booked(to, number), coin=coin)

    def transfer(self, giver: Key, taker: Key, number: int) -> "Register":
        coin = self.coin.after(self.transferring(giver, taker, number).send())
        return replace(self.booked(giver, -number).booked(taker, number), coin=coin)


@pytest.fixture
def fresh(chain: Chain) -> Register:
    return Register(Shares(REGISTRAR, LIMIT, TERM, {}, 0).fund(chain, 1000))


@pytest.fixture
def register(fresh: Register) -> Register:
    """Alice has 60 shares and Bob 30."""
    return fresh.issue(ALICE, 60).issue(BOB, 30)


def test_shares_are_issued_and_passed_on_over_many_transactions(register: Register) -> None:
    now = register.transfer(ALICE, BOB, 20).transfer(BOB, MALLORY, 50)
    assert BOB not in now.shares, "who has none left is not in the register"
    now = now.transfer(MALLORY, BOB, 1).issue(BOB, 10).transfer(BOB, BOB, 11).transfer(ALICE, ALICE, 7)
    assert now.shares == {ALICE: 40, BOB: 11, MALLORY: 49}
    assert now.coin.state == SharesState(HashedData(now.map.data), issued=100)
    assert now.coin.value == 1000


def test_the_limit(register: Register) -> None:
    with refuses("this.issued <= this.limit"):
        register.issue(MALLORY, 11)
    with refuses("this.issued <= this.limit"):
        register.issue(MALLORY, 10).issue(ALICE, 1)


@pytest.mark.parametrize("number", [0, -1, -30])
def test_no_shares_or_fewer_are_not_issued_or_passed_on(register: Register, number: int) -> None:
    for draft in (register.issuing(ALICE, 1, number=number), register.transferring(ALICE, BOB, 1, number=number)):
        with refuses("number > 0"):
            draft.send()


def test_only_the_registrar_issues(register: Register) -> None:
    for other in (ALICE.sig(HASH_TYPE), b""):
        with refuses(BY_REGISTRAR):
            register.issuing(ALICE, 1, sig=other).send()


def test_only_the_holder_passes_his_on(register: Register) -> None:
    for other in (MALLORY, b""):
        with refuses("hash160(key) == from.holder.item"):
            register.transferring(ALICE, BOB, 1, key=other, sig=MALLORY.sig(HASH_TYPE)).send()
    for sig in (MALLORY.sig(HASH_TYPE), b""):
        with refuses(BY_HOLDER):
            register.transferring(ALICE, BOB, 1, sig=sig).send()


def test_nobody_passes_on_more_than_he_has(register: Register) -> None:
    with refuses("left >= 0"):
        register.transferring(ALICE, BOB, 61).send()
    with refuses("this.register.canGet(holding.holder, holding.shares)"):
        register.booked(ALICE, 1).transferring(ALICE, BOB, 61).send()


@pytest.mark.parametrize(
    ("shares", "demand"),
    [
        (0, "!this.register.has(holding.holder)"),
        (59, "this.register.canGet(holding.holder, holding.shares)"),
        (61, "this.register.canGet(holding.holder, holding.shares)"),
        (-60, "left >= 0"),
    ],
)
def test_what_somebody_has_cannot_be_made_up(register: Register, shares: int, demand: str) -> None:
    with refuses(demand):
        register.issuing(ALICE, 1, to=replace(register.holding(ALICE), shares=shares)).send()


@pytest.mark.parametrize("to", [BOB, MALLORY], ids=["known", "new"])
@pytest.mark.parametrize("places", [1, -1, 2, 10**6])
def test_a_holder_stands_where_he_stands(register: Register, to: Key, places: int) -> None:
    """A holder cannot be added a second time at another index, and a new one has one index only."""
    right = register.map.item(to.public_key_hash)
    moved = SortedItem(right.item, right.idx + places)
    for shares in (register.holding(to).shares, 0):
        with refuses() as caught:
            register.issuing(to, 1, to=Holding(moved, shares)).send()
        assert caught.sent.failure is not None
        assert UPDATE not in (caught.sent.failure.require or "")


def test_a_new_holder_comes_in_at_his_place_only(register: Register) -> None:
    right = register.map.item(MALLORY.public_key_hash)
    with refuses("this.add(to, number)"):
        moved = Holding(SortedItem(right.item, right.idx + 1), 0)
        register.transferring(ALICE, MALLORY, 1, to=moved).send()


def test_the_next_output_has_the_register_that_comes_out(register: Register) -> None:
    after = register.booked(ALICE, -1).booked(BOB, 1)
    right = register.coin.untyped.contract.with_state(register=after.map, issued=90)
    other = Shares(MALLORY, LIMIT, TERM, after.map, 90).contract(right.artifact)
    for wrong in (
        right.with_state(issued=91),
        right.with_state(register=register.map),
        right.with_state(register={"_data": after.map.data[64:]}),
        other.with_state(register=after.map, issued=90),
    ):
        with refuses(UPDATE):
            replace(register.transferring(ALICE, BOB, 1), outputs=()).to(wrong, 1000).send()
    with refuses(UPDATE):
        replace(register.transferring(ALICE, BOB, 1), outputs=()).to(right, 999).send()


def test_a_forged_preimage_is_refused(register: Register) -> None:
    (spend,) = register.issuing(ALICE, 1).filled().spends
    richer = register.coin.untyped.contract.with_state(issued=0)
    forged = [other.preimage(HASH_TYPE) for _, other in tampered(spend)]
    forged.append(spend.preimage(HASH_TYPE).replace(spend.contract.locking_script, richer.locking_script))
    for preimage in forged:
        with refuses():
            register.issuing(ALICE, 1, preimage=preimage).send()


# The end --------------------------------------------------------------------------------------------------------------


def closing(register: Register, chain: Chain, by: Key | bytes = REGISTRAR) -> Draft:
    """Return the draft that closes the register, on a chain on which the term is over."""
    chain.at(height=max(TERM + 1, chain.height))
    return register.coin.close(by, PREIMAGE).to(REGISTRAR, 900).lock(TERM)


@pytest.mark.parametrize("lock_time", [TERM, TERM + 1])
def test_the_registrar_closes_it_when_the_term_is_over(register: Register, chain: Chain, lock_time: int) -> None:
    assert closing(register, chain).lock(lock_time).send()


def test_he_closes_a_fresh_one_too(fresh: Register, chain: Chain) -> None:
    assert closing(fresh, chain).send()


def test_not_before(register: Register, chain: Chain) -> None:
    draft = closing(register, chain)
    in_seconds = draft.lock(1_500_000_000)
    chain.at(time=1_800_000_000)
    for early in (draft.lock(TERM - 1), draft.lock(0), draft.sequence(FINAL_SEQUENCE), in_seconds):
        with refuses("SigHash.lockTimeReached(preimage, this.term)"):
            early.send()
    later = draft.lock(TERM + 1).filled().spends[0].preimage()
    with refuses("Tx.checkPreimage(preimage)"):
        register.coin.close(REGISTRAR, later).to(REGISTRAR, 900).lock(TERM - 1).send()


def test_nobody_else(register: Register, chain: Chain) -> None:
    for other in (ALICE, b""):
        with refuses(BY_REGISTRAR):
            closing(register, chain, other).send()
