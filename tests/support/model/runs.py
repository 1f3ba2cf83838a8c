"""The runs of the model: each honest side against a liar, and both honest."""

from collections.abc import Callable, Iterator
from typing import Final

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from tests.support.model.both_honest import BothHonest
from tests.support.model.faults import Fault
from tests.support.model.payee_honest import PayeeHonest
from tests.support.model.payer_honest import PayerHonest
from tests.support.model.search import Result
from tests.support.model.world import Setting, World

CHAINS: Final[dict[str, Network]] = {"bsv": BSV_REGTEST, "btc": BTC_REGTEST}
RUNS: Final[dict[str, Callable[[World], Result]]] = {
    "payee": lambda world: PayeeHonest(world).search().run(),
    "payer": lambda world: PayerHonest(world).search().run(),
    "both": lambda world: BothHonest(world).search().run(),
}
"""The runs by the side that is honest."""
MONEY: Final[dict[str, Callable[[World], Result]]] = {
    "payee": lambda world: PayeeHonest(world, only_money=True).search().run(),
    "payer": lambda world: PayerHonest(world, only_money=True).search().run(),
    "both": RUNS["both"],
}
"""The same, looking at the money alone: a mistake counts only once it costs something."""
MOST: Final = 12
"""The largest margin, and delay, that `least_margin` and `least_delay` try."""


def planted(fault: Fault, chain: str) -> Result:
    """Return what the model says of a planted fault."""
    setting = Setting(CHAINS[chain], **{"chunks": 1, **fault.numbers})
    return MONEY[fault.run](World(setting, fault.payee, fault.payer))


def least_margin(chain: str, waiting: int, undoings: int) -> int:
    """Return the least margin M with which the payee loses nothing, for L and R; the delay is long."""
    return next(
        margin
        for margin in range(1, MOST)
        if _holds(chain, waiting=waiting, undoings=undoings, margin=margin, delay=MOST)
    )


def least_delay(chain: str, waiting: int, undoings: int) -> int:
    """Return the least delay of a payment's refund with which the payee loses nothing, for L and R."""
    return next(delay for delay in range(1, MOST) if _holds(chain, waiting=waiting, undoings=undoings, delay=delay))


def margins() -> Iterator[tuple[str, int, int, int, int]]:
    """Yield chain, L, R, the least margin and the least delay."""
    for chain in CHAINS:
        for waiting in range(3):
            for undoings in range(3):
                yield (
                    chain,
                    waiting,
                    undoings,
                    least_margin(chain, waiting, undoings),
                    least_delay(chain, waiting, undoings),
                )


def _holds(chain: str, **numbers: int) -> bool:
    setting = Setting(CHAINS[chain], chunks=1, crashes=0, is_third_party=False, **numbers)  # type: ignore[arg-type] # whole numbers
    return PayeeHonest(World(setting), only_money=True, is_short=True).search().run().broken is None
