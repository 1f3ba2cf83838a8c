"""The driver: nothing leaves that is not on disk, and nothing at all once that is not sure."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.messages.kinds import Close, CloseSig, Error, Key, Resume, Update
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import (
    Accuse,
    Deliver,
    Finish,
    FundingSeen,
    Height,
    Publish,
    Received,
    Save,
    Send,
)
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.states import PayeeState, PayerState, Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.channel.safe.transactions.outputs import funding_output, key_script
from penstock.service.driver.driver import Driver
from penstock.service.driver.inputs import Ask, Input, SetPrice
from penstock.service.errors import (
    BudgetError,
    CloseOnlyError,
    LostRaceError,
    StoppedError,
    StoreError,
    UnknownChannelError,
    UnknownCommitError,
)
from penstock.service.store.store import Store
from tests.support.spending.safe_machines import FILM, MARGINS, PRICE
from tests.support.spending.stored_stage import BURIAL, SIDES, StoredStage, rows_of, streaming

NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)


def payee_got(stage: StoredStage) -> int:
    return stage.value_of(key_script(stage.a.terms, stage.a.terms.payee.payout))


@NETWORKS
def test_a_stream_with_both_sides_started_again_after_each_chunk(network: Network, tmp_path: Path) -> None:
    stage = streaming(network, tmp_path, 1)
    for chunk in (5, 0, 9):
        for role in SIDES:
            stage.restart(role)
        stage.mine(0)
        stage.connect(chunk)
        stage.run()
        stage.buy(chunk)
    assert {chunk: FILM[100 * chunk :][:100] for chunk in (5, 0, 9)} == stage.delivered | {}
    assert (stage.a.newest, stage.a.held, stage.b.newest) == (3, 3, 3)
    stage.tell_payer(Finish())
    stage.run()
    stage.restart("payee")
    assert stage.publish() == [], "he publishes the settlement after a start"
    stage.mine()
    assert payee_got(stage) == stage.base + 3 * PRICE
    assert [stage.held(role).bound for role in SIDES] != [0, 0]
    stage.mine(BURIAL - 1)
    assert [stage.held(role).bound for role in SIDES] == [0, 0], "it is buried"
    assert not stage.errors


@NETWORKS
def test_what_leaves_is_on_disk(network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is handed to the caller is looked up in the database by another connection."""
    stage = StoredStage(network, tmp_path)
    seen: set[type] = set()
    original = StoredStage.do

    def look(self: StoredStage, side: Any, actions: tuple[Any, ...]) -> None:
        for action in actions:
            with Store.open(self.file("payer" if side is self.alice else "payee")) as store:
                on_disk = store.load(self.a.channel, "payer" if side is self.alice else "payee").state
            match action:
                case Send(message=Update() | Key() as message):
                    assert on_disk.newest >= message.state
                case Send(message=CloseSig()) | Publish():
                    assert on_disk.phase in (Phase.CLOSING, Phase.CLOSED)
                case Deliver():
                    assert isinstance(on_disk, PayerState)
                    assert on_disk.held == on_disk.newest
                case _:
                    continue
            seen.add(type(action.message) if isinstance(action, Send) else type(action))
        original(self, side, actions)

    monkeypatch.setattr(StoredStage, "do", look)
    stage.fund()
    stage.mine(0)
    stage.quote()
    for chunk in range(2):
        stage.buy(chunk)
    stage.tell_payer(Finish())
    stage.run()
    assert seen == {Update, Key, CloseSig, Publish, Deliver}


@NETWORKS
def test_the_payee_closes_by_himself_and_claims_after_starts(network: Network, tmp_path: Path) -> None:
    stage = streaming(network, tmp_path)
    stage.mine(stage.a.terms.expiry - MARGINS.margin - stage.ledger.height)
    stage.bob.published.clear()
    stage.restart("payee")
    assert stage.publish() == []
    stage.mine()
    stage.bob.published.clear()
    stage.restart("payee")
    assert stage.publish() == []
    stage.mine()
    assert 0 < stage.base + 3 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)


def test_actions_have_no_saves_and_no_transaction_twice(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    assert not stage.bob.saved[1:], "the first one was made before the driver"
    stage.tell_payer(Finish())
    stage.run()
    assert stage.bob.order.count("Publish") == 1
    outcome = stage.give("payee", Height(stage.ledger.height))
    assert [type(action) for action in outcome.actions] == [Publish]


def test_a_transaction_is_published_after_a_write_in_the_epoch(tmp_path: Path) -> None:
    stage = streaming(BTC_REGTEST, tmp_path)
    stage.tell_payer(Finish())
    stage.run()
    before = stage.held("payee").version
    stage.tell_payee(Height(stage.ledger.height))
    assert stage.held("payee").version == before + 1
    with Store.open(stage.file("payee")) as other:
        other.restrict("another has taken over")
    stage.bob.published.clear()
    with pytest.raises(StoppedError):
        stage.tell_payee(Height(stage.ledger.height))
    assert not stage.bob.published


# Failures -------------------------------------------------------------------------------------------------------------


def offered_update(stage: StoredStage, chunk: int) -> Update:
    """Her Update for a chunk, which he has not got yet."""
    stage.ask(chunk)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    update = from_wire(stage.to_payee.popleft())
    assert isinstance(update, Update)
    return update


def failing(monkeypatch: pytest.MonkeyPatch, method: str, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Connection, method, fail)


def test_a_commit_whose_outcome_is_not_known_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    failing(monkeypatch, "commit", OperationalError("COMMIT", {}, Exception("disk I/O error")))
    with pytest.raises(UnknownCommitError, match="not known whether a commit has reached the disk: disk I/O error"):
        stage.tell_payee(Received(update))
    monkeypatch.undo()
    assert not [each for each in stage.bob.sent if isinstance(each, Key) and each.state == 4]
    for event in (Received(update), Height(500), Finish()):
        with pytest.raises(StoppedError, match="open the store again"):
            stage.tell_payee(event)
    stage.restart("payee")
    stage.mine(0)
    stage.tell_payee(Received(update))
    assert isinstance(stage.bob.sent[-1], Key), "the same Update gets its key once its state is on disk"


def test_a_commit_that_is_interrupted_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    failing(monkeypatch, "commit", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        stage.tell_payee(Received(update))
    monkeypatch.undo()
    with pytest.raises(StoppedError):
        stage.tell_payee(Received(update))


def test_a_statement_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    before = stage.held("payee")
    failing(monkeypatch, "execute", OperationalError("UPDATE", {}, Exception("database or disk is full")))
    outcomes = stage.drivers["payee"].handle([(stage.b.channel, Received(update))])
    monkeypatch.undo()
    assert "nothing was saved: database or disk is full" in str(outcomes[0].error)
    assert [type(each).__name__ for each in outcomes[0].actions] == ["Refuse"]
    assert stage.held("payee") == before
    stage.tell_payee(Received(update))
    assert stage.held("payee").state.newest == 4


def test_a_channel_that_is_asked_for_after_the_stop_is_not_loaded(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    driver = stage.drivers["payee"]
    stop = Driver._loaded

    def stopping(self: Driver, channel: bytes) -> object:
        self._store.close()
        return stop(self, bytes(32))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Driver, "_loaded", stopping)
        with pytest.raises(StoppedError):
            driver.handle([(stage.b.channel, Finish())])


def test_after_a_lost_race_the_channel_is_loaded_anew(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    other = Driver(Store.open(stage.file("payee")), "payee", stage.machine_of, BURIAL)
    other.handle([(stage.b.channel, Height(stage.ledger.height))])
    (won,) = other.handle([(stage.b.channel, Received(update))])
    assert [type(action) for action in won.actions] == [Send]
    outcome = stage.give("payee", Received(update))
    assert isinstance(outcome.error, LostRaceError)
    assert not any(isinstance(action, Send) for action in outcome.actions)
    stage.tell_payee(Received(update))
    assert isinstance(stage.bob.sent[-1], Key), "by the row of the other"


def test_one_channels_fault_is_not_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    driver = stage.drivers["payee"]
    missing, sold = driver.handle([(bytes(32), Finish()), (stage.b.channel, Received(update))])
    assert isinstance(missing.error, UnknownChannelError)
    assert sold.error is None
    monkeypatch.setattr(Payee, "step", lambda *_: 1 / 0)
    (broken,) = driver.handle([(stage.b.channel, Finish())])
    assert isinstance(broken.error, ZeroDivisionError)


def test_inputs_of_one_channel_are_taken_in_order(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    update = offered_update(stage, 3)
    channel = stage.b.channel
    inputs: list[tuple[bytes, Input]] = [
        (channel, Received(update)),
        (bytes(32), Finish()),
        (channel, Received(update)),
        (channel, Finish()),
    ]
    outcomes = stage.drivers["payee"].handle(inputs)
    assert [type(each.actions[-1].message) for each in outcomes if each.error is None] == [Key, Key, Close]  # type: ignore[union-attr] # a Send
    assert [each.channel for each in outcomes] == [channel, bytes(32), channel, channel]
    assert stage.drivers["payee"].handle([]) == []


# Budgets --------------------------------------------------------------------------------------------------------------


def test_the_budget_of_the_payer_over_all_channels(tmp_path: Path) -> None:
    stage = streaming(BTC_REGTEST, tmp_path, 2)
    store = stage.stores["payer"]
    store.limit("payer", BTC_REGTEST.name, stage.held("payer").bound + PRICE)
    stage.buy(2)
    stage.ask(3)
    stage.run()
    assert isinstance(stage.errors.pop(), BudgetError)
    assert (stage.a.newest, stage.held("payer").state.newest, stage.b.newest) == (3, 3, 3)
    assert [each for each in stage.alice.sent if isinstance(each, Update)][-1].state == 3
    store.limit("payer", BTC_REGTEST.name, None)
    stage.connect(1)
    stage.run()
    stage.buy(3)
    assert stage.b.newest == 4


def test_the_cap_of_the_payee_over_all_channels(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 2)
    stage.stores["payee"].limit("payee", BSV_REGTEST.name, stage.base + 2 * PRICE)
    stage.buy(2)
    assert isinstance(stage.errors.pop(), BudgetError)
    error = stage.bob.sent[-1]
    assert isinstance(error, Error)
    assert error.text == "this side sells or buys no more now"
    assert stage.held("payee").state.newest == 2


# After a restore ------------------------------------------------------------------------------------------------------


def restored(network: Network, folder: Path) -> StoredStage:
    """A stage whose payee has lost his last row: chunk 3 was sold since the copy."""
    stage = streaming(network, folder)
    copy = rows_of(stage.file("payee"), "SELECT version, bound, data, sold_key FROM state")[0]
    members = rows_of(stage.file("payee"), "SELECT * FROM member")
    stage.buy(3)
    rows_of(stage.file("payee"), "UPDATE state SET version = ?, bound = ?, data = ?, sold_key = ?", *copy)
    rows_of(stage.file("payee"), "DELETE FROM member")
    for row in members:
        rows_of(stage.file("payee"), "INSERT INTO member VALUES (?, ?, ?, ?)", *row)
    rows_of(stage.file("payee"), "UPDATE store SET commits = commits - 1")
    stage.restart("payee")
    return stage


@NETWORKS
def test_nothing_is_sold_after_a_restore(network: Network, tmp_path: Path) -> None:
    stage = restored(network, tmp_path)
    assert "older copy" in str(stage.stores["payee"].restored)
    stage.mine(0)
    sold = len([each for each in stage.bob.sent if isinstance(each, Key)])
    stage.ask(4)
    stage.run()
    assert isinstance(stage.errors[-1], CloseOnlyError)
    update = next(each for each in reversed(stage.alice.sent) if isinstance(each, Update))
    stage.tell_payee(Received(update))
    stage.payee_quotes(1)
    assert len([each for each in stage.bob.sent if isinstance(each, Key)]) == sold
    errors = {each.text for each in stage.bob.sent if isinstance(each, Error)}
    assert errors == {"this channel may only be closed: its store was restored"}


@NETWORKS
def test_an_honest_payer_gives_the_lost_row_back_and_all_is_settled(network: Network, tmp_path: Path) -> None:
    stage = restored(network, tmp_path)
    assert stage.b.newest == 3
    stage.mine(0)
    stage.connect(1)
    stage.run()
    assert stage.held("payee").state.newest == 4
    stage.tell_payee(Finish())
    stage.run()
    assert stage.publish() == []
    stage.mine()
    assert payee_got(stage) == stage.base + 4 * PRICE


@NETWORKS
def test_the_operator_has_the_newest_payment_published(network: Network, tmp_path: Path) -> None:
    stage = restored(network, tmp_path)
    stage.connect(1)
    stage.run()
    assert stage.stores["payee"].force_close() == 1
    stage.restart("payee")
    assert not stage.bob.published
    stage.mine(0)
    assert stage.b.phase is Phase.CLOSING
    for _ in range(2):
        assert stage.publish() == []
        stage.mine()
    assert 0 < stage.base + 4 * PRICE - payee_got(stage) <= claim_fee(stage.b.terms, 72)


def test_a_forced_close_of_a_channel_in_which_nothing_was_sold(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 0)
    stage.stores["payee"].force_close([stage.b.channel])
    stage.restart("payee")
    stage.mine(0)
    assert (stage.b.phase, stage.bob.published) == (Phase.OPEN, [])


def test_an_operator_who_knows_that_nothing_was_lost_goes_on(tmp_path: Path) -> None:
    stage = restored(BSV_REGTEST, tmp_path)
    stage.stores["payee"].trust()
    stage.restart("payee")
    stage.mine(0)
    stage.connect(1)
    stage.run()
    stage.buy(4)
    assert stage.b.newest == 5


def test_nothing_is_sold_before_the_height_is_known(tmp_path: Path) -> None:
    """The height on disk may be older than the margin."""
    stage = streaming(BSV_REGTEST, tmp_path)
    stage.restart("payee")
    stage.connect(1)
    stage.run()
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    assert "before the height of the newest block is known" in str(stage.errors.pop())
    stage.tell_payee(Height(stage.a.terms.expiry))
    assert stage.b.phase is Phase.CLOSING


def test_a_channel_that_is_loaded_anew_has_the_newest_height(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    driver = stage.drivers["payee"]
    driver.handle([(stage.b.channel, Height(321))])
    driver._live.clear()
    assert driver.state(stage.b.channel).height == 321


def test_a_reorganisation_binds_the_money_again(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    stage.tell_payer(Finish())
    stage.run()
    stage.publish()
    stage.mine(1)
    assert stage.held("payee").spent == stage.ledger.height
    for role, tell in (("payer", stage.tell_payer), ("payee", stage.tell_payee)):
        bound = stage.held(role).bound
        assert stage.b.funding is not None
        tell(FundingSeen(stage.b.funding, funding_output(stage.b.terms), 100))
        assert (stage.held(role).spent, stage.held(role).bound) == (None, bound)


# Parcels --------------------------------------------------------------------------------------------------------------


def test_a_chunk_that_was_paid_for_is_there_after_a_crash(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 2)
    stage.restart("payer")
    assert [each.content for each in stage.stores["payer"].parcels()] == [
        Deliver(stage.movie.manifest.movie, chunk, FILM[100 * chunk :][:100], stage.movie.key(chunk))
        for chunk in (0, 1)
    ]
    for each in stage.stores["payer"].parcels():
        stage.drivers["payer"].took(each.channel, each.content)
    stage.restart("payer")
    assert not stage.stores["payer"].parcels()


def test_a_sink_has_a_chunk_before_its_state_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the store keeps none, and after a crash in between it comes again."""
    stage = streaming(BSV_REGTEST, tmp_path, 0)
    taken: list[tuple[int, int]] = []

    def sink(channel: bytes, delivered: Deliver) -> None:
        state = stage.on_disk("payer")
        assert isinstance(state, PayerState)
        assert (channel, delivered.plaintext) == (state.channel, FILM[100 * delivered.chunk :][:100])
        taken.append((delivered.chunk, state.held))

    stage.drivers["payer"] = Driver(stage.stores["payer"], "payer", stage.machine_of, BURIAL, sink)
    stage.mine(0)
    stage.buy(7)
    assert (taken, stage.delivered, stage.stores["payer"].parcels()) == ([(7, 0)], {}, [])
    update = offered_update(stage, 8)
    stage.tell_payee(Received(update))
    failing(monkeypatch, "commit", OperationalError("COMMIT", {}, Exception("disk I/O error")))
    with pytest.raises(UnknownCommitError):
        stage.run()
    monkeypatch.undo()
    stage.open("payer")
    stage.drivers["payer"] = Driver(stage.stores["payer"], "payer", stage.machine_of, BURIAL, sink)
    stage.connect(1)
    stage.run()
    assert taken == [(7, 0), (8, 1), (8, 1)]
    assert stage.held("payer").state.newest == 2


def test_a_sink_that_fails_leaves_the_key_to_come_again(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 0)

    def full(_channel: bytes, _delivered: Deliver) -> None:
        raise OSError(28, "No space left on device")

    stage.drivers["payer"] = Driver(stage.stores["payer"], "payer", stage.machine_of, BURIAL, full)
    stage.buy(7)
    assert isinstance(stage.errors.pop(), OSError)
    assert (stage.a.newest, stage.a.held) == (1, 0)
    stage.restart("payer")
    stage.connect(1)
    stage.run()
    assert (stage.a.held, 7 in stage.delivered) == (1, True)


def test_a_proof_of_fraud_is_kept(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path, 1)
    offered_update(stage, 1)
    driver = stage.drivers["payer"]
    held, state = driver._live[stage.a.channel]
    assert isinstance(state, PayerState)
    assert state.wanted is not None
    assert state.wanted.offered is not None
    rubbish = replace(state.wanted.offered.leaf, plaintext=bytes(32))
    cheated = replace(state, wanted=replace(state.wanted, offered=replace(state.wanted.offered, leaf=rubbish)))
    driver._live[stage.a.channel] = held, cheated
    stage.tell_payer(Received(Key(stage.a.channel, 2, stage.movie.key(1))))
    stage.restart("payer")
    (accused,) = [each.content for each in stage.stores["payer"].parcels() if isinstance(each.content, Accuse)]
    assert accused == stage.accused[0]
    driver = stage.drivers["payer"]
    driver.took(stage.a.channel, accused)


# Opening --------------------------------------------------------------------------------------------------------------


def test_a_channel_is_on_disk_before_its_first_message_leaves(tmp_path: Path) -> None:
    stage = StoredStage(BSV_REGTEST, tmp_path)
    with Store.open(tmp_path / "another.db", create=True) as store:
        driver = Driver(store, "payer", stage.machine_of, BURIAL)
        step = stage.payer.open(stage.offer, 90_000, 700, MARGINS, 100)
        outcome = driver.opened(store.claim(BSV_REGTEST.name), step)
        assert store.load(outcome.channel, "payer").state == step[0]
        assert outcome.actions == step[1][1:]
        with pytest.raises(LostRaceError):
            driver.opened(store.claim(BSV_REGTEST.name), step)


def test_a_message_for_the_other_side_changes_nothing(tmp_path: Path) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)
    before = stage.held("payee")
    stage.give("payee", Received(Resume(stage.b.channel, bytes(32), 9, 9, bytes(32), bytes(32), 0, b"", bytes(64))))
    assert "SetPrice is not an input of the payer" in str(stage.give("payer", SetPrice(bytes(32), 1, 1)).error)
    assert "Ask is not an input of the payee" in str(stage.give("payee", Ask(stage.movie.manifest, 1)).error)
    assert stage.held("payee") == before


def test_a_save_that_the_store_refuses_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = streaming(BSV_REGTEST, tmp_path)

    def refuse(*_: object) -> None:
        raise StoreError("no")

    monkeypatch.setattr(Store, "save", refuse)
    outcome: Callable[..., Any] = stage.drivers["payee"].handle
    (told,) = outcome([(stage.b.channel, SetPrice(stage.movie.manifest.movie, 5, 500))])
    assert (str(told.error), len(told.actions)) == ("no", 1)
    assert isinstance(stage.b, PayeeState)
    assert Save() not in told.actions
