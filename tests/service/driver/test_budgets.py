"""The driver: budgets over all channels of a side."""

from pathlib import Path

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST
from penstock.channel.safe.messages.kinds import Error, Update
from penstock.service.errors import (
    BudgetError,
)
from tests.support.channels.safe_machines import PRICE
from tests.support.channels.stored_stage import streaming


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
