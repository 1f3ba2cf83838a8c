"""The ledger accepts a node's transactions, and refuses others with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import penstock
from penstock.ledger import reasons
from penstock.ledger.coins import Coin, pay_to_key
from penstock.ledger.fees import FeeRate
from penstock.ledger.ledger import BLOCK_SECONDS, FIRST_SUBSIDY, START_TIME, Ledger, LedgerError
from penstock.script.consensus import COINBASE_MATURITY, LOCK_TIME_THRESHOLD
from penstock.script.opcodes import Op
from penstock.script.pushes import push, push_number
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from penstock.vm.rules import rule_set
from tests.support.channels.channel_stage import ALICE, BOB, MALLORY

HERS = pay_to_key(ALICE.public_key)
HIS = pay_to_key(BOB.public_key)
ANYBODY = bytes((Op.OP_1,))
FINAL = 0xFFFF_FFFF


def spend(coin: Coin, *outputs: TxOut, key: PrivateKey = ALICE, rules: str = "bsv", **fields: int) -> Transaction:
    """A signed transaction that spends one plain coin."""
    sequence = fields.pop("sequence", FINAL)
    unsigned = Transaction(1, (TxIn(coin.outpoint, b"", sequence),), outputs)
    unsigned = unsigned._replace(**fields)  # type: ignore[arg-type]  # version and lock_time, by name
    signature = sign(unsigned, 0, coin.script, coin.value, key, "ALL", rules)
    return unsigned.with_input_script(0, push(signature) + push(key.public_key))


def pool(ledger: Ledger) -> list[Transaction]:
    """The transactions that are in no block yet."""
    mined = {each.txid for block in ledger.blocks for each in block.transactions}
    return [each for each in ledger.transactions if each.txid not in mined]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def coin(ledger: Ledger) -> Coin:
    return ledger.fund(HERS, 1000)


def test_a_good_transaction_is_taken_and_mined(ledger: Ledger, coin: Coin) -> None:
    transaction = spend(coin, TxOut(999, HIS))
    receipt = ledger.submit(transaction)
    assert receipt
    assert (receipt.txid, receipt.reason) == (transaction.txid, None)
    assert pool(ledger) == [*ledger.transactions] == [transaction]
    assert ledger.find(transaction.txid) == transaction
    height = ledger.height
    ledger.mine()
    assert ledger.height == height + 1
    assert pool(ledger) == []
    assert ledger.blocks[-1].transactions[1:] == ledger.transactions == (transaction,)
    assert ledger.coin(coin.outpoint) is None
    assert ledger.spender(coin.outpoint) == transaction
    paid = ledger.coin(OutPoint(transaction.txid, 0))
    assert paid == Coin(OutPoint(transaction.txid, 0), TxOut(999, HIS))


def test_raw_bytes_are_taken_too(ledger: Ledger, coin: Coin) -> None:
    transaction = spend(coin, TxOut(999, HIS))
    assert ledger.submit(transaction.serialize()).txid == transaction.txid


def test_a_coin_in_the_pool_can_be_spent(ledger: Ledger, coin: Coin) -> None:
    first = spend(coin, TxOut(999, HIS))
    assert ledger.submit(first)
    second = spend(Coin(OutPoint(first.txid, 0), first.outputs[0]), TxOut(998, HERS), key=BOB)
    assert ledger.submit(second)
    ledger.mine()
    assert ledger.transactions == (first, second)
    assert ledger.coin(OutPoint(first.txid, 0)) is None


def test_fees_go_to_whoever_mines(ledger: Ledger, coin: Coin) -> None:
    ledger.submit(spend(coin, TxOut(900, HIS)))
    ledger.mine(2)
    rewards = [sum(output.value for output in block.transactions[0].outputs) for block in ledger.blocks[-2:]]
    assert rewards == [FIRST_SUBSIDY + 100, FIRST_SUBSIDY]


@given(st.binary(max_size=80))
def test_rubbish_is_malformed(raw: bytes) -> None:
    assert isinstance(Ledger().submit(raw).reason, reasons.Malformed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"inputs": ()}, "no inputs", id="no inputs"),
        pytest.param({"outputs": ()}, "no outputs", id="no outputs"),
        pytest.param({"outputs": (TxOut(-1, HIS),)}, "negative", id="a negative output"),
        pytest.param({"outputs": (TxOut(21_000_001 * 10**8, HIS),)}, "21 million", id="too much money"),
        pytest.param({"inputs": (TxIn(OutPoint(bytes(32), FINAL), b"ab"),)}, "coinbase", id="a coinbase"),
    ],
)
def test_what_no_node_takes_is_malformed(
    ledger: Ledger, coin: Coin, change: dict[str, tuple[object]], words: str
) -> None:
    reason = ledger.submit(spend(coin, TxOut(999, HIS))._replace(**change)).reason  # type: ignore[arg-type]  # by name
    assert isinstance(reason, reasons.Malformed)
    assert words in str(reason)


def test_the_same_input_twice_is_malformed(ledger: Ledger, coin: Coin) -> None:
    transaction = spend(coin, TxOut(999, HIS))
    reason = ledger.submit(transaction._replace(inputs=transaction.inputs * 2)).reason
    assert isinstance(reason, reasons.Malformed)


def test_nothing_is_taken_twice(ledger: Ledger, coin: Coin) -> None:
    transaction = spend(coin, TxOut(999, HIS))
    ledger.submit(transaction)
    assert ledger.submit(transaction).reason == reasons.AlreadyKnown(transaction.txid)
    ledger.mine()
    assert ledger.submit(transaction).reason == reasons.AlreadyKnown(transaction.txid)


def test_a_coin_that_never_was(ledger: Ledger) -> None:
    nowhere = Coin(OutPoint(b"\x07" * 32, 3), TxOut(1000, HERS))
    receipt = ledger.submit(spend(nowhere, TxOut(999, HIS)))
    assert receipt.reason == reasons.MissingCoin(nowhere.outpoint)
    assert f"{'07' * 32}:3" in str(receipt.reason)


@pytest.mark.parametrize("mined", [False, True], ids=["in the pool", "in a block"])
def test_a_double_spend_names_who_was_first(ledger: Ledger, coin: Coin, *, mined: bool) -> None:
    first, second = spend(coin, TxOut(999, HIS)), spend(coin, TxOut(998, HERS))
    ledger.submit(first)
    if mined:
        ledger.mine()
    assert ledger.submit(second).reason == reasons.DoubleSpend(coin.outpoint, first.txid)
    assert first.txid_hex in str(ledger.submit(second).reason)
    assert ledger.transactions == (first,)


def test_a_coinbase_matures_after_a_hundred_blocks(ledger: Ledger) -> None:
    ledger.mine(1, reward=[TxOut(1000, HERS)])
    coinbase = ledger.blocks[-1].transactions[0]
    coin = Coin(OutPoint(coinbase.txid, 0), coinbase.outputs[0])
    transaction = spend(coin, TxOut(999, HIS))
    for height in range(1, COINBASE_MATURITY):
        assert ledger.height == height
        assert ledger.submit(transaction).reason == reasons.ImmatureCoinbase(coin.outpoint, 101, height + 1)
        ledger.mine()
    assert ledger.submit(transaction)


def test_funding_is_mature(ledger: Ledger, coin: Coin) -> None:
    assert ledger.coin(coin.outpoint) == coin
    assert ledger.height == COINBASE_MATURITY
    assert ledger.transactions == ()


def test_money_does_not_come_from_nothing(ledger: Ledger, coin: Coin) -> None:
    assert ledger.submit(spend(coin, TxOut(1001, HIS))).reason == reasons.ValueCreated(1000, 1001)


def test_a_fee_is_asked_for(ledger: Ledger, coin: Coin) -> None:
    transaction = spend(coin, TxOut(1000, HIS))
    assert ledger.submit(transaction).reason == reasons.FeeTooLow(0, 1, transaction.size())
    assert Ledger(fee_rate=FeeRate(0)).fee_rate.fee(10**6) == 0


@pytest.mark.parametrize(("fee", "taken"), [(3, True), (2, False)])
def test_the_fee_follows_the_size(ledger: Ledger, coin: Coin, fee: int, *, taken: bool) -> None:
    data = bytes((Op.OP_0, Op.OP_RETURN)) + push(bytes(1900))
    transaction = spend(coin, TxOut(1000 - fee, HIS), TxOut(0, data))
    assert 2000 < transaction.size() < 3000
    assert bool(ledger.submit(transaction)) is taken


def test_scripts_are_run(ledger: Ledger, coin: Coin) -> None:
    reason = ledger.submit(spend(coin, TxOut(999, HIS), key=MALLORY)).reason
    assert isinstance(reason, reasons.ScriptRefused)
    assert (reason.input_index, reason.verdict.error) == (0, "EQUALVERIFY")
    assert str(reason) == "script of input 0 fails: EQUALVERIFY"
    altered = spend(coin, TxOut(999, HIS))._replace(outputs=(TxOut(998, HIS),))
    assert isinstance(ledger.submit(altered).reason, reasons.ScriptRefused)


def test_the_second_input_is_run_as_well(ledger: Ledger, coin: Coin) -> None:
    other = ledger.fund(HIS, 500)
    unsigned = Transaction(1, (TxIn(coin.outpoint), TxIn(other.outpoint)), (TxOut(1400, HIS),))
    signatures = [
        sign(unsigned, place, c.script, c.value, k, "ALL", "bsv")
        for place, (c, k) in enumerate([(coin, ALICE), (other, BOB)])
    ]
    unlocked = unsigned.with_input_script(0, push(signatures[0]) + push(ALICE.public_key))
    reason = ledger.submit(unlocked).reason
    assert isinstance(reason, reasons.ScriptRefused)
    assert reason.input_index == 1
    assert ledger.submit(unlocked.with_input_script(1, push(signatures[1]) + push(BOB.public_key)))


# Lock times


def test_a_height_must_have_passed(ledger: Ledger, coin: Coin) -> None:
    locked = spend(coin, TxOut(999, HIS), lock_time=105, sequence=0)
    for height in range(100, 105):
        assert ledger.height == height
        assert ledger.submit(locked).reason == reasons.NotFinal(105, height + 1, "height")
        ledger.mine()
    assert ledger.submit(locked)


def test_a_time_must_have_passed_at_the_median(ledger: Ledger, coin: Coin) -> None:
    when = ledger.blocks[-1].time + BLOCK_SECONDS
    locked = spend(coin, TxOut(999, HIS), lock_time=when, sequence=0)
    waited = 0
    while not (receipt := ledger.submit(locked)):
        assert isinstance(receipt.reason, reasons.NotFinal)
        assert (receipt.reason.unit, receipt.reason.lock_time) == ("time", when)
        ledger.mine()
        waited += 1
    assert waited == 7  # one block for the time itself, five until the median has it, one to be later than it
    assert sorted(block.time for block in ledger.blocks[-11:])[5] > when


def test_final_sequences_switch_the_lock_off(ledger: Ledger, coin: Coin) -> None:
    assert ledger.submit(spend(coin, TxOut(999, HIS), lock_time=10_000))


@pytest.mark.parametrize("lock_time", [LOCK_TIME_THRESHOLD - 1, LOCK_TIME_THRESHOLD])
def test_the_threshold_tells_heights_from_times(ledger: Ledger, coin: Coin, lock_time: int) -> None:
    reason = ledger.submit(spend(coin, TxOut(999, HIS), lock_time=lock_time, sequence=0)).reason
    if lock_time < LOCK_TIME_THRESHOLD:
        assert isinstance(reason, reasons.NotFinal)
        assert reason.unit == "height"
    else:
        assert reason is None  # a time long past
    assert lock_time < START_TIME


def test_bsv_has_no_relative_locks(ledger: Ledger, coin: Coin) -> None:
    assert ledger.submit(spend(coin, TxOut(999, HIS), version=2, sequence=500))


def test_btc_has_relative_locks_in_blocks() -> None:
    ledger = Ledger("btc")
    coin = ledger.fund(HERS, 1000)
    locked = spend(coin, TxOut(900, HIS), version=2, sequence=103, rules="btc")
    for height in range(100, 103):
        assert ledger.height == height
        assert ledger.submit(locked).reason == reasons.SequenceLocked(0, 104, height + 1, "height")
        ledger.mine()
    assert ledger.submit(locked)


def test_btc_has_relative_locks_in_time() -> None:
    ledger = Ledger("btc")
    coin = ledger.fund(HERS, 1000)
    age = 1 << 22 | 120  # 120 x 512 seconds after the median time below the coin's block
    locked = spend(coin, TxOut(900, HIS), version=2, sequence=age, rules="btc")
    until = START_TIME + 120 * 512
    while not (receipt := ledger.submit(locked)):
        assert receipt.reason == reasons.SequenceLocked(0, until, ledger.median_time_below(ledger.height + 1), "time")
        ledger.mine()
    assert ledger.median_time_below(ledger.height) < until <= ledger.median_time_below(ledger.height + 1)


@pytest.mark.parametrize(("version", "sequence"), [(1, 5000), (2, 1 << 31 | 5000)], ids=["version 1", "bit 31"])
def test_btc_lets_relative_locks_be_switched_off(version: int, sequence: int) -> None:
    ledger = Ledger("btc")
    coin = ledger.fund(HERS, 1000)
    assert ledger.submit(spend(coin, TxOut(900, HIS), version=version, sequence=sequence, rules="btc"))


@pytest.mark.parametrize(
    ("version", "locks"),
    [(-(2**31), True), (-2, True), (-1, True), (0, False), (1, False), (2, True), (3, True), (2**31 - 1, True)],
)
def test_btc_reads_the_version_without_a_sign_where_it_asks_for_relative_locks(version: int, locks: bool) -> None:
    """BIP68: the version is compared as an unsigned number, so that a negative one locks."""
    ledger = Ledger("btc-consensus")
    coin = ledger.fund(HERS, 1000)
    receipt = ledger.submit(spend(coin, TxOut(900, HIS), version=version, sequence=103, rules="btc"))
    assert isinstance(receipt.reason, reasons.SequenceLocked) == locks
    assert bool(receipt) != locks


def test_a_coin_in_the_pool_has_no_age_on_btc() -> None:
    ledger = Ledger("btc")
    first = spend(ledger.fund(HERS, 1000), TxOut(900, HERS), rules="btc")
    ledger.submit(first)
    young = Coin(OutPoint(first.txid, 0), first.outputs[0])
    locked = spend(young, TxOut(800, HIS), version=2, sequence=1, rules="btc")
    assert isinstance(ledger.submit(locked).reason, reasons.SequenceLocked)
    ledger.mine()
    assert ledger.submit(locked)


def test_a_bundled_contract_waits_for_its_time_on_btc() -> None:
    """Check lock time, script and ledger together: the script asks for the lock, the ledger holds it."""
    ledger = Ledger("btc-consensus")
    script = push_number(120) + bytes((Op.OP_CHECKLOCKTIMEVERIFY, Op.OP_DROP, Op.OP_1))
    coin = ledger.fund(script, 1000)
    early = Transaction(1, (TxIn(coin.outpoint, b"", 0),), (TxOut(900, HIS),), 119)
    late = early._replace(lock_time=120)
    assert isinstance(ledger.submit(late).reason, reasons.NotFinal)
    ledger.mine(30)
    assert isinstance(ledger.submit(early).reason, reasons.ScriptRefused)
    assert ledger.submit(late)


# Mining, time, forks


def test_time_passes_with_blocks(ledger: Ledger) -> None:
    ledger.mine(3, seconds=1000)
    assert [block.time - START_TIME for block in ledger.blocks] == [0, 1000, 2000, 3000]
    assert ledger.median_time_below(4) == START_TIME + 2000
    assert [block.height for block in ledger.blocks] == [0, 1, 2, 3]


def test_coinbases_differ(ledger: Ledger) -> None:
    ledger.mine(300)
    assert len({block.transactions[0].txid for block in ledger.blocks[1:]}) == 300


def test_no_coin_is_larger_than_a_block_gives(ledger: Ledger) -> None:
    assert ledger.fund(HERS, FIRST_SUBSIDY).value == FIRST_SUBSIDY
    with pytest.raises(LedgerError, match="no coin of 5,000,000,001 satoshis"):
        ledger.fund(HERS, FIRST_SUBSIDY + 1)
    with pytest.raises(LedgerError, match="1 satoshis more than block"):
        ledger.mine(1, reward=[TxOut(FIRST_SUBSIDY + 1, HERS)])


def test_a_fork_has_the_same_past_and_its_own_future(ledger: Ledger, coin: Coin) -> None:
    twin = ledger.fork()
    assert twin.submit(spend(coin, TxOut(999, HIS)))
    twin.mine()
    assert (ledger.transactions, ledger.height) == ((), COINBASE_MATURITY)
    assert ledger.coin(coin.outpoint) == coin
    assert ledger.submit(spend(coin, TxOut(998, HERS)))
    assert twin.rules == ledger.rules == rule_set("bsv")


def test_a_reorganisation_may_lose_all_that_it_undoes(ledger: Ledger) -> None:
    coin = ledger.fund(HERS, 1000)
    assert ledger.submit(spend(coin, TxOut(900, HIS)))
    assert ledger.pool_size == 1
    ledger.mine()
    kept = ledger.fork()
    assert ledger.reorganize(1, resubmit=False) == ()
    assert kept.reorganize(1) == ()
    assert (ledger.pool_size, kept.pool_size) == (0, 1)
    assert ledger.coin(coin.outpoint) == coin
    assert kept.coin(coin.outpoint) is None


def test_it_runs_contracts(ledger: Ledger) -> None:
    artifact = penstock.compile_source(
        "contract Sum { int x; public function unlock(int a) { require(a + 1 == this.x); } }"
    )
    contract = artifact.instantiate(x=8)
    coin = ledger.fund(contract.locking_script, 1000)
    spending = Transaction(1, (TxIn(coin.outpoint),), (TxOut(900, HIS),))
    wrong, right = (contract.call("unlock", number).unlocking_script for number in (6, 7))
    assert isinstance(ledger.submit(spending.with_input_script(0, wrong)).reason, reasons.ScriptRefused)
    assert ledger.submit(spending.with_input_script(0, right))
    assert ledger.submit(Transaction(1, (TxIn(OutPoint(bytes(32), 0)),), (TxOut(1, ANYBODY),))).reason is not None
