# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `Counter`."""

from dataclasses import dataclass

from penstock import bindings


@dataclass(frozen=True, slots=True)
class CounterState(bindings.Record):
    """The state of `Counter`.

    Attributes:
        count: `int`.
    """

    count: int


class CounterCoin(bindings.Coin):
    """A coin with the contract `Counter`."""

    __slots__ = ()

    @property
    def state(self) -> CounterState:
        """The state of the contract."""
        return self._state(CounterState)

    def next(self, *, count: int | None = None) -> bindings.Destination:
        """Return the next instance with these values, the others unchanged; without any, as the call computes it.

        Args:
            count: `int`.
        """
        return self._next(count)

    def increment(self, preimage: bindings.SigHashPreimage) -> bindings.Draft:
        """Spend the coin with `increment`.

        Args:
            preimage: `SigHashPreimage`.
        """
        return self._call("increment", preimage)


class Counter(bindings.Binding[CounterCoin]):
    """Counter: a number that anybody may raise by one, and nobody can change otherwise.

    The number lies in the locking script, behind the code. Whoever spends the contract pays the same money to the same
    code with the number raised: in the output that stands at the place of the input. He may add inputs and outputs of
    his own, to pay the fee.
    """

    source = bindings.Source(__file__, "../../../contracts/counter.scrypt", "a7ee45dfab95566a")
    coin_type = CounterCoin

    def __init__(self, count: int) -> None:
        """Take the arguments of the constructor.

        Args:
            count: `int`.
        """
        super().__init__(count)
