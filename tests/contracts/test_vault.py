"""vault.scrypt: the owner alone after the date, with the guardian at any time, the guardian alone never."""

import pytest

import penstock
from penstock import Spend
from tests.support.spending.contract_bench import (
    ALICE,
    BOB,
    BTC,
    HASH_TYPES,
    MALLORY,
    P2WSH,
    Maker,
    Place,
    assert_refused,
    bad_signatures,
    items_of,
    judge,
    judge_items,
    spend_of,
    without_signature,
)

OWNER, GUARDIAN = ALICE, BOB
HEIGHT, TIME = 800_000, 1_750_000_000
FINAL, NOT_FINAL = 0xFFFF_FFFF, 0xFFFF_FFFE

DATE_LINE = "require(checkLockTime(this.opens));"
OWNER_LINE = "require(checkSig(ownerSig, this.owner));"
BOTH_LINE = "require(checkMultiSig([ownerSig, guardianSig], [this.owner, this.guardian]));"


@pytest.fixture(params=[BTC, P2WSH], ids=str)
def place(request: pytest.FixtureRequest) -> Place:
    assert isinstance(request.param, Place)
    return request.param


def vault(place: Place, *, opens: int = HEIGHT, lock_time: int = HEIGHT, sequence: int = NOT_FINAL) -> Spend:
    return spend_of(
        "vault",
        place,
        lock_time=lock_time,
        sequence=sequence,
        owner=OWNER.public_key,
        guardian=GUARDIAN.public_key,
        opens=opens,
    )


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize(("opens", "lock_time"), [(HEIGHT, HEIGHT), (HEIGHT, HEIGHT + 9), (TIME, TIME), (1, 1)])
def test_the_owner_after_the_date(place: Place, opens: int, lock_time: int, hash_type: str) -> None:
    spend = vault(place, opens=opens, lock_time=lock_time)
    assert judge(spend, "withdraw", spend.sign(OWNER, hash_type))


@pytest.mark.parametrize("opens", [-1, 0, 2**32, 2**39])
def test_a_vault_that_is_always_open_or_never(place: Place, opens: int) -> None:
    with pytest.raises(penstock.ArgumentError, match="opens: expected a lock for checkLockTime"):
        vault(place, opens=opens)


@pytest.mark.parametrize(
    ("error", "opens", "lock_time", "sequence"),
    [
        pytest.param("UNSATISFIED_LOCKTIME", HEIGHT, HEIGHT - 1, NOT_FINAL, id="a block early"),
        pytest.param("UNSATISFIED_LOCKTIME", TIME, TIME - 1, NOT_FINAL, id="a second early"),
        pytest.param("UNSATISFIED_LOCKTIME", HEIGHT, 0, NOT_FINAL, id="no lock time"),
        pytest.param("UNSATISFIED_LOCKTIME", HEIGHT, HEIGHT, FINAL, id="a lock time that is void"),
        pytest.param("UNSATISFIED_LOCKTIME", HEIGHT, TIME, NOT_FINAL, id="a time for a height"),
        pytest.param("UNSATISFIED_LOCKTIME", TIME, HEIGHT, NOT_FINAL, id="a height for a time"),
    ],
)
def test_the_owner_before_the_date(place: Place, error: str, opens: int, lock_time: int, sequence: int) -> None:
    spend = vault(place, opens=opens, lock_time=lock_time, sequence=sequence)
    assert_refused(judge(spend, "withdraw", spend.sign(OWNER)), error, DATE_LINE)


@bad_signatures
def test_a_bad_signature_after_the_date(place: Place, error: str, forge: Maker) -> None:
    spend = vault(place)
    assert_refused(judge(spend, "withdraw", forge(spend, OWNER)), error, OWNER_LINE)


def test_nobody_or_the_guardian_after_the_date(place: Place) -> None:
    spend = vault(place)
    assert_refused(judge(spend, "withdraw", b""), without_signature(spend), OWNER_LINE)
    assert_refused(judge(spend, "withdraw", spend.sign(GUARDIAN)), "NULLFAIL", OWNER_LINE)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
def test_both_in_an_emergency(place: Place, hash_type: str) -> None:
    spend = vault(place, lock_time=0, sequence=FINAL)
    assert judge(spend, "emergency", spend.sign(OWNER, hash_type), spend.sign(GUARDIAN, hash_type))


@bad_signatures
def test_a_bad_signature_in_an_emergency(place: Place, error: str, forge: Maker) -> None:
    spend = vault(place, lock_time=0)
    owner, guardian = spend.sign(OWNER), spend.sign(GUARDIAN)
    assert_refused(judge(spend, "emergency", owner, forge(spend, GUARDIAN)), error, BOTH_LINE)
    assert_refused(judge(spend, "emergency", forge(spend, OWNER), guardian), error, BOTH_LINE)


def test_one_alone_in_an_emergency(place: Place) -> None:
    spend = vault(place, lock_time=0)
    owner, guardian = spend.sign(OWNER), spend.sign(GUARDIAN)
    for pair in ((guardian, owner), (owner, owner), (guardian, guardian), (owner, spend.sign(MALLORY))):
        assert_refused(judge(spend, "emergency", *pair), "NULLFAIL", BOTH_LINE)
    for pair in ((owner, b""), (b"", guardian)):
        assert_refused(judge(spend, "emergency", *pair), without_signature(spend, {"NULLFAIL"}), BOTH_LINE)
    assert_refused(judge(spend, "emergency", b"", b""), without_signature(spend), BOTH_LINE)


def test_items_too_many_and_too_few(place: Place) -> None:
    spend = vault(place)
    for function, given in (
        ("withdraw", [spend.sign(OWNER)]),
        ("emergency", [spend.sign(OWNER), spend.sign(GUARDIAN)]),
    ):
        items = items_of(spend, function, *given)
        assert_refused(judge_items(spend, [b"", *items]), "CLEANSTACK", None)
        assert judge_items(spend, items[1:]).error == "INVALID_STACK_OPERATION"


def test_it_is_no_contract_for_bsv() -> None:
    with pytest.raises(penstock.CompileError, match="checkLockTime"):
        penstock.compile_file(penstock.bundled("vault"), target="bsv")
