# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `GuestList`."""

from collections.abc import Sequence
from dataclasses import dataclass

from penstock import bindings


@dataclass(frozen=True, slots=True)
class Step(bindings.Record):
    """The type `Step`.

    Attributes:
        neighbour: `Sha256`.
        isLeft: `bool`.
    """

    neighbour: bytes
    isLeft: bool


class GuestListCoin(bindings.Coin):
    """A coin with the contract `GuestList`."""

    __slots__ = ()

    def enter(self, sig: bindings.Sig, guest: bindings.PubKey, steps: Sequence[Step]) -> bindings.Draft:
        """Spend the coin with `enter`.

        Args:
            sig: `Sig`.
            guest: `PubKey`.
            steps: `Step[10]`, exactly 10 values.
        """
        return self._call("enter", sig, guest, steps)


class GuestList(bindings.Binding[GuestListCoin]):
    """Any of a thousand: whoever is on the list may spend, and nobody learns who else is.

    Season tickets, a drop to early users. The contract holds one hash, the root of a Merkle tree over the guests' keys;
    a guest shows his key, and the steps from it up to the root. The host keeps the list, and gives each guest his
    steps.
    """

    source = bindings.Source(__file__, "../../../contracts/guest_list.scrypt", "4da40f6643464fe4")
    coin_type = GuestListCoin

    def __init__(self, guests: bytes) -> None:
        """Take the arguments of the constructor.

        Args:
            guests: `Sha256`.
        """
        super().__init__(guests)
