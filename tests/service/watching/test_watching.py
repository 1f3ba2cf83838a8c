"""Watchers in processes of their own, on a real trial chain: each brings home what is due, also if it is killed."""

import asyncio
import json
import random
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from penstock.channel.safe.agreement.chains import BSV_MAIN, BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.claim import claim_fee
from penstock.service.chain.alarms import Alarm, AlarmKind
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.loop import LoopSettings
from penstock.service.errors import CopyError
from penstock.service.store.store import Store
from penstock.service.watching.copies import copy_from_json
from penstock.service.watching.copy_loop import CopyLoop
from penstock.tx.transaction import Transaction
from tests.support.chain_servers.trial import trial_at
from tests.support.channels.looped import looped
from tests.support.channels.outputs_of import earned, owed
from tests.support.channels.watched import Watched, mined_until, watching

Story = Callable[[Watched], Awaitable[None]]
SETTINGS = LoopSettings(interval=0.05, patience=None, burial=3)


@pytest.fixture(params=[BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)
def network(request: pytest.FixtureRequest) -> Network:
    found: Network = request.param
    return found


class OfAnotherSecret(Watched):
    """A channel that sells a film which was prepared with another seed."""

    film_secret = bytes(range(32))


def told(network: Network, folder: Path, story: Story, kind: type[Watched] = Watched) -> None:
    """Run a story with a channel in which three chunks were sold, on a trial chain."""

    async def run() -> None:
        with trial_at(network) as trial:
            async with looped(network, folder, trial, kind=kind) as channel:
                assert isinstance(channel, Watched)
                await channel.stream(3)
                await story(channel)

    asyncio.run(run())


@pytest.fixture
def tell(network: Network, tmp_path: Path) -> Callable[[Story], None]:
    return lambda story: told(network, tmp_path, story)


def assert_claimed(channel: Watched) -> None:
    fee = claim_fee(channel.state(channel.payee).terms, 72)
    assert 0 < owed(channel) - earned(channel) <= fee


# From a store ---------------------------------------------------------------------------------------------------------


def test_it_closes_and_claims_for_a_payee(tell: Callable[[Story], None]) -> None:
    async def story(channel: Watched) -> None:
        height = channel.close_height
        channel.trial.mine(height - channel.trial.height - 1)
        channel.payee.stop()
        arguments = channel.arguments(channel.payee)
        with watching(channel.network, channel.trial.url, arguments, "--until-done") as watcher:
            watcher.until("height", height=height - 1, left=1)
            assert channel.trial.asked("/")[1]["waiting"] == 0, "it is not time"
            channel.trial.mine()
            watcher.until("published")
            code, errors = mined_until(channel.trial, watcher)
        assert (code, errors, watcher.alarms()) == (0, "", [])
        channel.payee.start()
        assert_claimed(channel)
        assert channel.state(channel.payee).phase is Phase.CLOSED

    tell(story)


def test_it_runs_beside_the_server_with_the_same_store(tmp_path: Path) -> None:
    """Both look, both publish, both save: of two that write at once one wins, and nothing is lost."""

    async def story(channel: Watched) -> None:
        with watching(channel.network, channel.trial.url, channel.arguments(channel.payee)) as watcher:
            watcher.until("height")
            await channel.buy(7)
            channel.trial.mine(channel.close_height - channel.trial.height)
            for _ in range(8):
                await channel.look(channel.payee)
                watcher.until("height", height=channel.trial.height)
                channel.trial.mine()
            watcher.process.send_signal(signal.SIGTERM)
            assert watcher.rest() == (0, "")
        await channel.look(channel.payee)
        assert channel.payee.loop.open_channels == 0
        assert channel.payee.errors == []
        assert (channel.payee.alarms, watcher.alarms()) == ([], [])
        assert_claimed(channel)

    told(BSV_REGTEST, tmp_path, story)


def test_it_takes_the_funding_back_for_a_payer(tell: Callable[[Story], None]) -> None:
    async def story(channel: Watched) -> None:
        channel.payer.stop()
        channel.trial.mine(channel.state(channel.payee).terms.expiry - channel.trial.height)
        arguments = channel.arguments(channel.payer)
        with watching(channel.network, channel.trial.url, arguments, "--until-done") as watcher:
            watcher.until("published")
            assert mined_until(channel.trial, watcher)[0] == 0
        channel.payer.start()
        assert channel.state(channel.payer).phase is Phase.CLOSED
        assert earned(channel) == 0

    tell(story)


def test_a_close_that_went_wrong_has_another_exit_code(tmp_path: Path) -> None:
    """Both sides of one store are watched; the payee's is started too late."""

    async def story(channel: Watched) -> None:
        channel.trial.mine(channel.state(channel.payer).terms.expiry - channel.trial.height)
        await channel.mine(4, channel.payer)  # she takes all
        channel.payee.stop()
        arguments = channel.arguments(channel.payee)[:-2]
        with watching(channel.network, channel.trial.url, arguments, "--until-done") as watcher:
            code, errors = mined_until(channel.trial, watcher)
        assert code == 1
        assert "lost" in watcher.alarms()
        assert errors == "money that was due went to the other side: see the alarms\n"
        channel.payee.start()

    told(BSV_REGTEST, tmp_path, story)


def without_sold_key(channel: Watched) -> None:
    with Store.open(channel.payee.file) as store, store._transactions.writing(store.epoch) as connection:
        connection.exec_driver_sql("UPDATE state SET sold_key = NULL")


def test_the_key_of_a_claim_follows_from_the_seed(tmp_path: Path) -> None:
    """The store may lack the key of the newest state: films of the same seed have it."""

    async def story(channel: Watched) -> None:
        without_sold_key(channel)
        channel.trial.mine(channel.close_height - channel.trial.height)
        channel.payee.stop()
        arguments = channel.arguments(channel.payee)
        with watching(channel.network, channel.trial.url, arguments, "--until-done") as watcher:
            watcher.until("published")
            code, _ = mined_until(channel.trial, watcher)
        assert (code, watcher.alarms()) == (0, [])
        channel.payee.start()
        assert_claimed(channel)

    told(BSV_REGTEST, tmp_path, story)


def test_a_key_that_is_not_here_is_told_at_the_start(tmp_path: Path) -> None:
    async def story(channel: Watched) -> None:
        without_sold_key(channel)
        channel.payee.stop()
        with watching(channel.network, channel.trial.url, channel.arguments(channel.payee)) as watcher:
            watcher.until("height")
            (alarm,) = [each for each in watcher.lines if each["event"] == "alarm"]
            assert alarm["text"].startswith("the key of its newest state is not here")
        channel.payee.start()

    told(BSV_REGTEST, tmp_path, story, kind=OfAnotherSecret)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    async def story(channel: Watched) -> None:
        channel.payee.stop()
        with watching(channel.network, channel.trial.url, channel.arguments(channel.payee)) as watcher:
            watcher.until("height")
            watcher.process.send_signal(number)
            assert watcher.rest() == (0, "")
        channel.payee.start()

    told(BSV_REGTEST, tmp_path, story)


def kills(channel: Watched, arguments: list[str], chance: random.Random, most: int) -> None:
    """Let watchers be killed at any moment, and blocks come, until one is done."""
    for _ in range(most):
        with watching(channel.network, channel.trial.url, arguments, "--until-done") as watcher:
            channel.trial.mine()
            time.sleep(chance.uniform(0, 4))
    with watching(channel.network, channel.trial.url, arguments, "--until-done") as watcher:
        assert mined_until(channel.trial, watcher)[0] == 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("from_store", [True, False], ids=["store", "copy"])
def test_a_watcher_that_is_killed_closes_rightly(network: Network, tmp_path: Path, seed: int, from_store: bool) -> None:
    async def story(channel: Watched) -> None:
        arguments = channel.arguments(channel.payee) if from_store else ["--copy", str(channel.copy_file())]
        channel.trial.mine(channel.close_height - channel.trial.height - 2)
        channel.payee.stop()
        kills(channel, arguments, random.Random(seed), 8)
        channel.payee.start()
        assert_claimed(channel)

    told(network, tmp_path, story)


# From copies ----------------------------------------------------------------------------------------------------------


def test_a_copy_is_enough(tell: Callable[[Story], None]) -> None:
    async def story(channel: Watched) -> None:
        copy = channel.copy_file()
        height = channel.close_height
        channel.trial.mine(height - channel.trial.height - 1)
        channel.leave()
        with watching(channel.network, channel.trial.url, ["--copy", str(copy)], "--until-done") as watcher:
            watcher.until("height", height=height - 1)
            assert channel.trial.asked("/")[1]["waiting"] == 0, "it is not time"
            channel.trial.mine()
            watcher.until("published")
            code, errors = mined_until(channel.trial, watcher)
        assert (code, errors, watcher.alarms()) == (0, "", [])
        for each in channel.sides:
            each.start()
        assert_claimed(channel)

    tell(story)


async def followed(channel: Watched, loop: CopyLoop, most: int = 10) -> None:
    for _ in range(most):
        await loop.look()
        if not loop.open_channels:
            return
        channel.trial.mine()
    raise AssertionError(loop.open_channels)


def copy_loop(channel: Watched, copy: Path, alarms: list[Alarm], published: list[Transaction]) -> CopyLoop:
    return CopyLoop(
        FollowedChain(channel.network, channel.payer.sources),
        [copy_from_json(copy.read_text())],
        on_alarm=alarms.append,
        on_published=lambda each: published.append(each.transaction),
        settings=SETTINGS,
    )


def test_a_claim_is_signed_anew_for_another_id(tmp_path: Path) -> None:
    """A miner has changed the id of the payment: the claim of the copy spends nothing, before a reorganisation."""

    async def story(channel: Watched) -> None:
        copy, changed = channel.copy_file(), channel.payment_of_another_id()
        channel.trial.mine(channel.close_height - channel.trial.height)
        assert channel.trial.asked("/tx", changed.serialize().hex().encode()) == (200, changed.txid_hex)
        channel.trial.mine()
        alarms: list[Alarm] = []
        published: list[Transaction] = []
        loop = copy_loop(channel, copy, alarms, published)
        await loop.look()
        assert published[-1].inputs[0].outpoint.txid == changed.txid
        channel.trial.post("/reorganize", depth=2, resubmit=False)
        await loop.look()
        usual = copy_from_json(copy.read_text())
        assert published[-1] == usual.close, "the payment is not mined any more"
        await followed(channel, loop)
        assert published[-1] == usual.claim
        assert alarms == []
        assert_claimed(channel)

    told(BSV_REGTEST, tmp_path, story)


def test_an_older_copy_is_told(tmp_path: Path) -> None:
    async def story(channel: Watched) -> None:
        copy = channel.copy_file()
        await channel.buy(5)
        channel.trial.mine(channel.close_height - channel.trial.height)
        await channel.look(channel.payee)
        await channel.mine(2, channel.payee)
        alarms: list[Alarm] = []
        published: list[Transaction] = []
        await followed(channel, copy_loop(channel, copy, alarms, published))
        assert [each.kind for each in alarms] == [AlarmKind.STALE_PAYMENT]
        assert published == []
        assert_claimed(channel)

    told(BSV_REGTEST, tmp_path, story)


def test_no_close_begins_from_t_on(tell: Callable[[Story], None]) -> None:
    """The claim would show the key, and the payer may be refunded first."""

    async def story(channel: Watched) -> None:
        copy = channel.copy_file()
        channel.trial.mine(channel.state(channel.payee).terms.expiry - channel.trial.height)
        alarms: list[Alarm] = []
        published: list[Transaction] = []
        loop = copy_loop(channel, copy, alarms, published)
        for _ in range(3):
            await loop.look()
            channel.trial.mine()
        assert published == []
        assert [each.kind for each in alarms] == [AlarmKind.CLOSE_IS_LATE]
        await channel.look(channel.payer)
        await channel.mine(3, channel.payer)
        await followed(channel, loop)
        assert alarms[-1].kind is AlarmKind.STALE_PAYMENT

    tell(story)


DAMAGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda _: [], "not a watcher's copy"),
    (lambda copy: {name: copy[name] for name in copy if name != "network"}, "KeyError: 'network'"),
    (lambda copy: copy | {"network": "bch:mainnet"}, "not a watcher's copy"),
    (lambda copy: copy | {"expiry": -1}, "a height is not one"),
    (lambda copy: copy | {"expiry": "7"}, "a height is not one"),
    (lambda copy: copy | {"transactions": []}, "a close and its claim are expected"),
    (lambda copy: copy | {"transactions": [copy["transactions"][0]] * 2}, "a close and its claim are expected"),
    (lambda copy: copy | {"transactions": [copy["transactions"][0] | {"transaction": "00"}]}, "TransactionError"),
    (lambda copy: {name: copy[name] for name in copy if name != "claim"}, "has no claim key"),
    (lambda copy: copy | {"claim": copy["claim"] | {"amount": 7}}, "is not signed by its key"),
    (lambda copy: copy | {"claim": copy["claim"] | {"claim_key": "L"}}, "not a watcher's copy"),
]


def test_a_copy_that_is_damaged_is_refused(tmp_path: Path) -> None:
    async def story(channel: Watched) -> None:
        copy = channel.copy_file()
        good = json.loads(copy.read_text())
        for change, message in DAMAGES:
            with pytest.raises(CopyError, match=message):
                copy_from_json(json.dumps(change(good)))
        for text in ("", "[" * 5_000, "null"):
            with pytest.raises(CopyError, match="not a watcher's copy"):
                copy_from_json(text)
        copy.write_text("rubbish")
        with watching(channel.network, channel.trial.url, ["--copy", str(copy)]) as watcher:
            code, errors = watcher.rest()
        assert code == 2
        assert errors.startswith(f"error: {copy}: not a watcher's copy")

    told(BSV_REGTEST, tmp_path, story)


def test_what_cannot_be_watched_is_told(tmp_path: Path) -> None:
    async def story(channel: Watched) -> None:
        copy, store = str(channel.copy_file()), str(channel.payee.file)
        for network, url, arguments, message in (
            (BTC_REGTEST, channel.trial.url, ["--copy", copy], "a copy for bsv:regtest, and --network is bip122:"),
            (BSV_REGTEST, "ftp://host", ["--copy", copy], "begins with http:// or https://"),
            (BSV_MAIN, channel.trial.url, ["--store", store], "on bsv:mainnet coins have a value"),
            (BSV_REGTEST, channel.trial.url, [], "nothing to watch"),
            (BSV_REGTEST, channel.trial.url, ["--copy", copy, "--source", "http://h"], "begins with its kind"),
        ):
            with watching(network, url, arguments) as watcher:
                code, errors = watcher.rest()
            assert (code, message in errors, "Traceback" in errors) == (2, True, False), errors

    told(BSV_REGTEST, tmp_path, story)
