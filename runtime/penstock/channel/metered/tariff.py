"""Tariff of a metered service: the unit, how many of them one step has, and the price of one."""

from dataclasses import dataclass
from typing import Final

from penstock.errors import PenstockError
from penstock.script.consensus import MAX_MONEY
from penstock.wording import counted

MAX_STEP: Final = 1_000_000_000


class MeteredError(PenstockError, ValueError):
    """A tariff, a service or a pass that is not valid."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The tariff of a service.

    Attributes:
        unit: the name of the unit, such as `minute`.
        step: units that one key pays for.
        price: satoshis per unit.
        units: the plural of the unit; empty for one with an `s`.

    Raises:
        MeteredError: a unit without a name, no units in a step, or a price below a satoshi or above all money.
    """

    unit: str
    step: int
    price: int
    units: str = ""

    def __post_init__(self) -> None:
        if not self.unit.isprintable() or not self.unit:
            raise MeteredError(f"the unit is {self.unit!r}; it must be a name")
        if not 1 <= self.step <= MAX_STEP:
            raise MeteredError(f"a step has {self.step} units; it must have 1 to {MAX_STEP:,}")
        if not 1 <= self.price <= MAX_MONEY // self.step:
            raise MeteredError(f"the price is {self.price} satoshis per {self.unit}; a step must cost 1 to all money")

    @property
    def step_price(self) -> int:
        """Satoshis per step: what a key costs, and the most that either side risks at a time."""
        return self.step * self.price

    def counted(self, number: int) -> str:
        """Return a number of units with their name."""
        return counted(number, self.unit, self.units or None)

    def __str__(self) -> str:
        step = f"{self.counted(self.step)} for {counted(self.step_price, 'satoshi')}"
        return f"{counted(self.price, 'satoshi')} per {self.unit}, sold by {step}"
