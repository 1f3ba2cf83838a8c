"""shares.scrypt: issued, passed on, never made up; and the register ends when the term is over."""

from dataclasses import replace
from typing import Any

import pytest

from penstock import PREIMAGE, HashedMap, PrivateKey, SortedItem, Spend
from penstock.script.hashes import hash160
from tests.support.engines.state_judges import judged
from tests.support.spending.contract_bench import ALICE, BOB, CAROL, MALLORY, UNMET, artifact, assert_refused
from tests.support.spending.state_chain import Coin, refusal, tampered

REGISTRAR = CAROL
LIMIT, TERM = 100, 800_000
HASH_TYPE = "SINGLE|ANYONECANPAY"

NUMBER_LINE = "require(number > 0);"
LIMIT_LINE = "require(this.issued <= this.limit);"
REGISTRAR_LINE = "require(checkSig(sig, this.registrar));"
KEY_LINE = "require(hash160(key) == from.holder.item);"
HOLDER_LINE = "require(checkSig(sig, key));"
FROM_LINE, TO_LINE = "require(this.add(from, -number));", "require(this.add(to, number));"
LEFT_LINE = "require(left >= 0);"
ABSENT_LINE = "require(!this.register.has(holding.holder));"
PRESENT_LINE = "require(this.register.canGet(holding.holder, holding.shares));"
UPDATE_LINE = "require(this.updateStateSigHashType(preimage, SigHash.value(preimage), OWN_OUTPUT));"


def holder(key: PrivateKey) -> bytes:
    return hash160(key.public_key)


class Register:
    """A registrar's data in addition to the contract: its current coin, and the holders with their shares."""

    def __init__(self) -> None:
        self.coin = Coin(artifact("shares", "bsv").instantiate(REGISTRAR.public_key, LIMIT, TERM, HashedMap(), 0))
        self.holdings: HashedMap[bytes, int] = HashedMap()
        self.issued = 0

    def holding(self, of: PrivateKey) -> dict[str, Any]:
        return {"holder": self.holdings.item(holder(of)), "shares": self.holdings.get(holder(of), 0)}

    def change(self, of: PrivateKey, number: int) -> None:
        left = self.holdings.get(holder(of), 0) + number
        if left:
            self.holdings[holder(of)] = left
        else:
            del self.holdings[holder(of)]

    def issue(self, to: PrivateKey, number: int) -> None:
        spend, args = self.issuing(to, number)
        self.coin = self.coin.step(spend, "issue", *args)

    def issuing(self, to: PrivateKey, number: int) -> tuple[Spend, list[Any]]:
        """Change the holdings; return the spend that does so on the chain, and its arguments."""
        holding = self.holding(to)
        self.change(to, number)
        self.issued += number
        spend = self.following()
        return spend, [holding, number, spend.sign(REGISTRAR, HASH_TYPE), PREIMAGE]

    def transfer(self, giver: PrivateKey, taker: PrivateKey, number: int) -> None:
        spend, args = self.transferring(giver, taker, number)
        self.coin = self.coin.step(spend, "transfer", *args)

    def transferring(self, giver: PrivateKey, taker: PrivateKey, number: int) -> tuple[Spend, list[Any]]:
        giving = self.holding(giver)
        self.change(giver, -number)
        taking = self.holding(taker)
        self.change(taker, number)
        spend = self.following()
        return spend, [giving, taking, number, giver.public_key, spend.sign(giver, HASH_TYPE), PREIMAGE]

    def following(self) -> Spend:
        return self.coin.spend(register=self.holdings, issued=self.issued)


@pytest.fixture
def register() -> Register:
    """Alice has 60 shares and Bob 30."""
    made = Register()
    made.issue(ALICE, 60)
    made.issue(BOB, 30)
    return made


def test_shares_are_issued_and_passed_on_over_many_transactions(register: Register) -> None:
    register.transfer(ALICE, BOB, 20)
    register.transfer(BOB, MALLORY, 50)
    assert holder(BOB) not in register.holdings, "who has none left is not in the register"
    register.transfer(MALLORY, BOB, 1)
    register.issue(BOB, 10)
    register.transfer(BOB, BOB, 11)
    register.transfer(ALICE, ALICE, 7)
    assert register.holdings == {holder(ALICE): 40, holder(BOB): 11, holder(MALLORY): 49}
    state = {"register": {"_data": register.holdings.data}, "issued": 100}
    assert register.coin.contract.state == state
    assert register.coin.value == 1000


def test_the_limit(register: Register) -> None:
    register.issue(MALLORY, 10)
    spend, args = register.issuing(ALICE, 1)
    assert_refused(refusal(spend, "issue", *args), UNMET, LIMIT_LINE)


@pytest.mark.parametrize("number", [0, -1, -30])
def test_no_shares_or_fewer_are_not_issued_or_passed_on(register: Register, number: int) -> None:
    spend, (to, _, sig, preimage) = register.issuing(ALICE, 1)
    assert_refused(refusal(spend, "issue", to, number, sig, preimage), UNMET, NUMBER_LINE)
    spend, (giving, taking, _, key, sig, preimage) = register.transferring(ALICE, BOB, 1)
    assert_refused(refusal(spend, "transfer", giving, taking, number, key, sig, preimage), UNMET, NUMBER_LINE)


def test_only_the_registrar_issues(register: Register) -> None:
    spend, (to, number, _, preimage) = register.issuing(ALICE, 1)
    for sig, errors in ((spend.sign(ALICE, HASH_TYPE), {"NULLFAIL"}), (b"", UNMET)):
        assert_refused(refusal(spend, "issue", to, number, sig, preimage), errors, REGISTRAR_LINE)


def test_only_the_holder_passes_his_on(register: Register) -> None:
    spend, (giving, taking, number, key, sig, preimage) = register.transferring(ALICE, BOB, 1)
    thief = MALLORY.public_key, spend.sign(MALLORY, HASH_TYPE)
    assert_refused(refusal(spend, "transfer", giving, taking, number, *thief, preimage), UNMET, KEY_LINE)
    for wrong, errors in ((spend.sign(MALLORY, HASH_TYPE), {"NULLFAIL"}), (b"", UNMET)):
        assert_refused(refusal(spend, "transfer", giving, taking, number, key, wrong, preimage), errors, HOLDER_LINE)
    no_key = refusal(spend, "transfer", giving, taking, number, b"", sig, preimage)
    assert_refused(no_key, {*UNMET, "PUBKEYTYPE"}, KEY_LINE, HOLDER_LINE)


def test_nobody_passes_on_more_than_he_has(register: Register) -> None:
    register.holdings[holder(ALICE)] = 61
    spend, args = register.transferring(ALICE, BOB, 61)
    assert_refused(refusal(spend, "transfer", *args), UNMET, PRESENT_LINE)
    args[0] = {**args[0], "shares": 60}
    assert_refused(refusal(spend, "transfer", *args), UNMET, LEFT_LINE)


@pytest.mark.parametrize("shares", [0, 59, 61, -60])
def test_what_somebody_has_cannot_be_made_up(register: Register, shares: int) -> None:
    spend, (to, *rest) = register.issuing(ALICE, 1)
    line = ABSENT_LINE if shares == 0 else LEFT_LINE if shares < 0 else PRESENT_LINE
    assert_refused(refusal(spend, "issue", {**to, "shares": shares}, *rest), UNMET, line)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("places", [1, -1, 2, 10**6])
def test_a_holder_stands_where_he_stands(register: Register, known: bool, places: int) -> None:
    """A holder cannot be added a second time at another index, and a new one has one index only."""
    to = BOB if known else MALLORY
    spend, (holding, *rest) = register.issuing(to, 1)
    item = holding["holder"]
    for shares in (holding["shares"], 0):
        moved = {"holder": SortedItem(item.item, item.idx + places), "shares": shares}
        assert refusal(spend, "issue", moved, *rest).source_line != UPDATE_LINE


def test_the_next_output_has_the_register_that_comes_out(register: Register) -> None:
    before = register.holdings.data
    spend, args = register.transferring(ALICE, BOB, 1)
    right = register.coin.contract.with_state(register=register.holdings, issued=90)
    for wrong in (
        right.with_state(issued=91),
        right.with_state(register={"_data": before}),
        right.with_state(register={"_data": register.holdings.data[64:]}),
        right.artifact.instantiate(MALLORY.public_key, LIMIT, TERM, register.holdings, 90).with_state(
            register=register.holdings, issued=90
        ),
    ):
        other = replace(spend, outputs=[(1000, wrong.locking_script)])
        args[4] = other.sign(ALICE, HASH_TYPE)
        assert_refused(refusal(other, "transfer", *args), UNMET, UPDATE_LINE)
    poorer = replace(spend, outputs=[(999, right.locking_script)])
    args[4] = poorer.sign(ALICE, HASH_TYPE)
    assert_refused(refusal(poorer, "transfer", *args), UNMET, UPDATE_LINE)


def test_a_forged_preimage_is_refused(register: Register) -> None:
    spend, args = register.issuing(ALICE, 1)
    for _, other in tampered(spend):
        assert_refused(refusal(spend, "issue", *args[:-1], other.preimage(HASH_TYPE)), {"NULLFAIL"}, UPDATE_LINE)
    richer = register.coin.contract.with_state(issued=0)
    forged = spend.preimage(HASH_TYPE).replace(register.coin.contract.locking_script, richer.locking_script)
    assert not refusal(spend, "issue", *args[:-1], forged)


# The end --------------------------------------------------------------------------------------------------------------


def closing(register: Register, **change: int) -> Spend:
    coin = register.coin
    spend = Spend(coin.contract, 1000, [(900, b"\x51")], lock_time=TERM, sequence=0, outpoint=coin.outpoint)
    return replace(spend, **change)  # type: ignore[arg-type]  # they are all numbers


@pytest.mark.parametrize("lock_time", [TERM, TERM + 1, 499_999_999])
def test_the_registrar_closes_it_when_the_term_is_over(register: Register, lock_time: int) -> None:
    spend = closing(register, lock_time=lock_time)
    call = spend.call("close", spend.sign(REGISTRAR), PREIMAGE)
    assert judged(spend, call)


def test_he_closes_a_fresh_one_too() -> None:
    spend = closing(Register())
    assert spend.verify("close", spend.sign(REGISTRAR), PREIMAGE)


def test_not_before_and_nobody_else(register: Register) -> None:
    early = closing(register, lock_time=TERM - 1)
    line = "require(SigHash.lockTimeReached(preimage, this.term));"
    assert_refused(refusal(early, "close", early.sign(REGISTRAR), PREIMAGE), UNMET, line)
    for seconds in (500_000_000, 1_500_000_000, 2**32 - 1):
        in_seconds = closing(register, lock_time=seconds)
        assert_refused(refusal(in_seconds, "close", in_seconds.sign(REGISTRAR), PREIMAGE), UNMET, line)
    final = closing(register, sequence=0xFFFF_FFFF)
    assert_refused(refusal(final, "close", final.sign(REGISTRAR), PREIMAGE), UNMET, line)
    spend = closing(register)
    assert_refused(refusal(spend, "close", spend.sign(ALICE), PREIMAGE), {"NULLFAIL"}, REGISTRAR_LINE)
    assert_refused(refusal(spend, "close", b"", PREIMAGE), UNMET, REGISTRAR_LINE)
    later = closing(register, lock_time=TERM + 1).preimage()
    assert_refused(
        refusal(early, "close", early.sign(REGISTRAR), later), {"NULLFAIL"}, "require(Tx.checkPreimage(preimage));"
    )
