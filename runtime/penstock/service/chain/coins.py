"""Coins at a script, as sources of the chain tell them. They are not proved: a wrong one makes no valid transaction."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from penstock.errors import hides_frames
from penstock.ledger.coins import Coin
from penstock.service.errors import SourceError
from penstock.tx.transaction import OutPoint

__tracebackhide__ = hides_frames


@runtime_checkable
class CoinSource(Protocol):
    """A source of the chain that can tell the coins of a script."""

    async def coins(self, script: bytes) -> Sequence[Coin]:
        """Return the mined coins of a locking script.

        Raises:
            SourceError: it does not answer.
        """
        ...


async def coins_at(scripts: Sequence[bytes], sources: Sequence[CoinSource]) -> list[Coin]:
    """Return the mined coins of locking scripts: all that any of the sources names.

    Raises:
        SourceError: none has answered.
    """
    found: dict[OutPoint, Coin] = {}
    faults: list[str] = []
    for source in sources:
        try:
            for script in scripts:
                told = await source.coins(script)
                found |= {coin.outpoint: coin for coin in told if coin.script == script}
        except SourceError as error:
            faults.append(str(error))
    if len(faults) == len(sources):
        raise SourceError("; ".join(faults) or "no source of the chain can tell coins")
    return list(found.values())
