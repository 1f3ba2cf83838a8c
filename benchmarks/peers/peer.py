"""What a machine looks like to a measurement.

A peer turns a spend into a judge. All that a verifier may have done long before the spend arrives, and all that is
parsing where a row says "parsed", happens while the judge is made; calling the judge is what is timed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.orders import Order
from benchmarks.spends import Form, Spend

Judge: TypeAlias = Callable[[], bool]
Build: TypeAlias = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Peer:
    """A machine: its name in the table, the forms that it can judge, and how it is asked.

    `parsed` makes a judge that holds scripts and transaction as the machine's own objects, `raw` one that starts from
    raw transaction bytes at each call. A judge says whether the spend is good; it never raises for a bad one.
    `builder`, where there is one, makes a call that builds, signs and serialises what is ordered; keys and scripts are
    the machine's own objects before.
    """

    name: str
    forms: frozenset[Form]
    parsed: Callable[[Spend], Judge]
    raw: Callable[[Spend], Judge]
    builder: Callable[[Order], Build] | None = None
