"""A thousand channels in one loop: a look after a block takes seconds, and between blocks next to nothing."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, Network
from penstock.channel.safe.messages.kinds import Accept, Funded, Offer, Open
from penstock.channel.safe.protocol.events import Received, Send
from penstock.channel.safe.protocol.identity import keys_of
from penstock.channel.safe.protocol.payee import Payee
from penstock.channel.safe.protocol.payer import Payer
from penstock.channel.safe.protocol.states import OwnKeys, PayeeState, Phase
from penstock.channel.safe.transactions.outputs import funding_output
from penstock.channel.sealed.shelf import MovieShelf
from penstock.script.hashes import hash160
from penstock.script.pushes import push
from penstock.service.chain.alarms import Alarm
from penstock.service.chain.esplora import EsploraSource
from penstock.service.chain.followed import FollowedChain
from penstock.service.chain.local import LocalSource
from penstock.service.chain.loop import ChainLoop
from penstock.service.chain.source import ChainSource
from penstock.service.driver.driver import Driver
from penstock.service.driver.worker import Worker
from penstock.service.store.store import Store
from penstock.testing import key
from penstock.tx.address import p2pkh_script
from penstock.tx.keys import PrivateKey, sign
from penstock.tx.transaction import OutPoint, Transaction, TxIn, TxOut
from tests.support.chain_servers.trial import Trial, trial_at
from tests.support.channels.looped import BURIAL, LIFE, MARGINS, SETTINGS, movie

CHANNELS = 1_000
CAPACITY = 10_000


@contextmanager
def payees(network: Network, folder: Path, height: int) -> Iterator[tuple[Store, Driver, list[PayeeState]]]:
    """A store with a thousand channels that are agreed on."""
    machines: dict[bytes, Payee] = {}
    shelf = MovieShelf.of(movie())
    with Store.open(folder / "payee.db", create=True) as store:
        driver = Driver(store, "payee", lambda held: machines[held.channel], BURIAL)
        states = []
        for _ in range(CHANNELS):
            payer, payee = (OwnKeys(*(PrivateKey.generate() for _ in range(4))) for _ in range(2))
            offer = Offer(network.name, 1, keys_of(payee.public), 2, 20, 1, 1, 1, 0, height + 100)
            _, actions = Payer(payer, 1 << 40).open(offer, CAPACITY, height + LIFE, MARGINS, height)
            (opened,) = [each.message for each in actions if isinstance(each, Send)]
            assert isinstance(opened, Open)
            machine = Payee(payee, shelf, MARGINS, depth=1, most=1 << 40)
            state, answer = machine.accept(offer, opened, height)
            machines[state.channel] = machine
            driver.opened(store.claim(network.name), (state, answer))
            states.append(state)
            assert isinstance(answer[1], Send)
            assert isinstance(answer[1].message, Accept)
        yield store, driver, states


def spend_of(coin: OutPoint, value: int, outputs: list[TxOut]) -> Transaction:
    """A transaction of alice's coin."""
    alice, code = key("alice").private, p2pkh_script(hash160(key("alice").public_key))
    bare = Transaction(1, (TxIn(coin),), tuple(outputs))
    signature = sign(bare, 0, code, value, alice, "ALL", BSV_REGTEST.rules.chain)
    return bare.with_input_script(0, push(signature) + push(key("alice").public_key))


def fund(trial: Trial, states: list[PayeeState]) -> list[OutPoint]:
    """Fund all channels, each by a transaction of its own; they are in one block."""
    script, value = p2pkh_script(hash160(key("alice").public_key)), CHANNELS * (CAPACITY + 10) + 1_000
    coin = trial.post("/coins", script=script.hex(), satoshis=value)
    outpoint = OutPoint(bytes.fromhex(coin["txid"])[::-1], coin["output"])
    split = spend_of(outpoint, value, [TxOut(CAPACITY + 10, script)] * CHANNELS)
    found = [
        spend_of(OutPoint(split.txid, index), CAPACITY + 10, [funding_output(state.terms)])
        for index, state in enumerate(states)
    ]
    for each in (split, *found):
        assert trial.asked("/tx", each.serialize().hex().encode()) == (200, each.txid_hex)
    trial.mine()
    return [OutPoint(each.txid, 0) for each in found]


async def timed(loop: ChainLoop) -> float:
    begun = time.perf_counter()
    look = await loop.look()
    assert look.faults == ()
    return time.perf_counter() - begun


async def story(trial: Trial, store: Store, driver: Driver, states: list[PayeeState], source: ChainSource) -> None:
    alarms: list[Alarm] = []
    with Worker(driver) as worker:
        loop = ChainLoop(
            FollowedChain(BSV_REGTEST, [source]),
            store,
            worker,
            "payee",
            on_outcome=lambda _: None,
            on_alarm=alarms.append,
            settings=SETTINGS,
        )
        await loop.look()
        fundings = fund(trial, states)
        for state, funding in zip(states, fundings, strict=True):
            await asyncio.wrap_future(
                worker.submit(state.channel, Received(Funded(state.channel, funding.txid, funding.index)))
            )
        times = {"funding is seen": await timed(loop)}
        assert {store.load(each.channel, "payee").state.phase for each in states} == {Phase.OPEN}
        trial.mine()
        times["a block"] = await timed(loop)
        times["no block"] = await timed(loop)
        print(times)  # noqa: T201 - figures for the reader
        assert alarms == []
        assert times["a block"] < 30
        assert times["no block"] < 1


@pytest.mark.long
@pytest.mark.parametrize("by_http", [True, False], ids=["by HTTP", "in process"])
def test_a_thousand_channels(by_http: bool, tmp_path: Path) -> None:
    with trial_at(BSV_REGTEST) as trial, payees(BSV_REGTEST, tmp_path, trial.height) as (store, driver, states):

        async def run() -> None:
            source = EsploraSource(trial.url, has_witness=False)
            if by_http:
                await story(trial, store, driver, states, source)
            else:
                assert trial.chain is not None
                await story(trial, store, driver, states, LocalSource(trial.chain.ledger))
            await source.close()

        asyncio.run(run())
