"""Metrics for Prometheus: what an operator has to watch, from the channels that the driver has loaded.

They tell what is at risk, so they are for the operator alone: on an address of their own, by default of this machine.
"""

import asyncio
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from penstock.channel.safe.protocol.states import Phase
from penstock.service.chain.alarms import AlarmKind
from penstock.service.provider.app import Shop
from penstock.service.store.encoding import ChannelState
from penstock.service.store.held import Held

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_MOST_CHANNELS: Final = 100
"""Channels with lines of their own: those at which most is at risk."""
_SHOWN: Final = 16


class Metrics:
    """The metrics of a provider.

    Args:
        shop: the provider, with what his connections share.
    """

    def __init__(self, shop: Shop) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Channels(shop))
        self._registry.register(shop.gate.seconds)

    async def answer(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's signature
        """Return the answer to a scrape."""
        found = await asyncio.to_thread(generate_latest, self._registry)  # the channels come from another thread
        return Response(found, media_type=MEDIA_TYPE)


class _Channels(Collector):
    """Gauges of the channels, computed when they are asked for."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def collect(self) -> Iterator[Metric]:
        provider = self._shop.provider
        live: list[tuple[Held, ChannelState]] = []
        if provider.store.stopped is None:
            live = provider.worker.call(lambda driver: driver.live()).result(10)
        yield _gauge("penstock_up", "Whether the worker runs.", provider.store.stopped is None)
        yield _gauge("penstock_selling", "Whether something can be sold.", provider.not_selling() is None)
        yield _gauge("penstock_epoch", "Epoch of the store.", provider.store.epoch)
        yield _gauge("penstock_height", "Height of the newest block; -1 if it is not known.", provider.height, -1)
        phases = GaugeMetricFamily("penstock_channels", "Channels by phase.", labels=["phase"])
        for phase in Phase:
            phases.add_metric([phase.name.lower()], sum(state.phase is phase for _, state in live))
        yield phases
        close_only = sum(held.close_only for held, _ in live)
        yield _gauge("penstock_close_only_channels", "Channels that may only be closed.", close_only)
        yield _gauge("penstock_at_risk_satoshis", "Satoshis owed in all channels.", sum(held.bound for held, _ in live))
        yield from self._reserve()
        yield _gauge("penstock_connections", "WebSockets that are open.", self._shop.connections.total())
        alarms = CounterMetricFamily("penstock_alarms", "Alarms: failed closes among them.", labels=["kind"])
        for kind in AlarmKind:
            alarms.add_metric([kind.name.lower()], provider.alarms[kind])
        yield alarms
        yield from self._each(live)

    def _reserve(self) -> Iterator[Metric]:
        """Yield the fee reserve: coins and satoshis."""
        held = None if self._shop.provider.reserving is None else self._shop.provider.reserving.held
        coins = GaugeMetricFamily(
            "penstock_fee_reserve_coins",
            "Fee reserve: coins, and those needed with one channel more; none is opened while some are missing.",
            labels=["kind"],
        )
        satoshis = GaugeMetricFamily("penstock_fee_reserve_satoshis", "Fee reserve: satoshis.", labels=["kind"])
        values = () if held is None else tuple(coin.value for coin in held.coins)
        needed, missing = ((), 0) if held is None else (held.needed_for_more, held.missing_for_more)
        for kind, count in (("needed", len(needed)), ("held", len(values)), ("missing", missing)):
            coins.add_metric([kind], count)
        for kind, amount in (("needed", sum(needed)), ("held", sum(values))):
            satoshis.add_metric([kind], amount)
        yield coins
        yield satoshis

    def _each(self, live: list[tuple[Held, ChannelState]]) -> Iterator[Metric]:
        at_risk = GaugeMetricFamily(
            "penstock_channel_at_risk_satoshis", "Satoshis owed in a channel.", labels=["channel"]
        )
        left = GaugeMetricFamily(
            "penstock_channel_blocks_left", "Blocks from now to T of a channel.", labels=["channel"]
        )
        open_ones = [each for each in live if each[1].phase is not Phase.CLOSED]
        for held, state in sorted(open_ones, key=lambda each: -each[0].bound)[:_MOST_CHANNELS]:
            name = held.channel.hex()[:_SHOWN]
            at_risk.add_metric([name], held.bound)
            left.add_metric([name], state.terms.expiry - state.height)
        soonest = min((state.terms.expiry - state.height for _, state in open_ones), default=None)
        yield at_risk
        yield left
        yield _gauge(
            "penstock_blocks_left_least", "Blocks to T of the channel that ends first; -1 without one.", soonest, -1
        )


def _gauge(name: str, text: str, value: float | None, without: float = 0) -> Metric:
    return GaugeMetricFamily(name, text, value=float(without if value is None else value))
