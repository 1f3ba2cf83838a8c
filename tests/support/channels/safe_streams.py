"""Streams of the safe channel between both machines: some chunks bought, and what each side has got on the chain."""

import pytest

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from penstock.channel.safe.protocol.states import Phase
from penstock.channel.safe.transactions.outputs import key_script
from tests.support.channels.safe_machines import BASES, Stage

BSV_BASE = BASES["bsv"][0]
NETWORKS = pytest.mark.parametrize("network", [BSV_REGTEST, BTC_REGTEST], ids=lambda network: network.name)


def streaming(network: Network, chunks: int = 3, **options: int) -> Stage:
    """A stage on which some chunks have been bought."""
    stage = Stage(network, **options)
    stage.fund()
    stage.quote()
    for chunk in range(chunks):
        stage.buy(chunk)
    return stage


def phases(stage: Stage) -> tuple[Phase, Phase]:
    return stage.a.phase, stage.b.phase


def payee_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.a.terms, stage.a.terms.payee.payout))


def payer_got(stage: Stage) -> int:
    return stage.value_of(key_script(stage.a.terms, stage.a.terms.payer.payout))
