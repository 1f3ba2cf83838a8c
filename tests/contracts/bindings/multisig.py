# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `MultiSig`."""

from penstock import bindings


class MultiSigCoin(bindings.Coin):
    """A coin with the contract `MultiSig`."""

    __slots__ = ()

    def unlock(self, lower: bindings.Sig, upper: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `unlock`.

        Args:
            lower: `Sig`.
            upper: `Sig`.
        """
        return self._call("unlock", lower, upper)


class MultiSig(bindings.Binding[MultiSigCoin]):
    """Two of three: any two of three key holders may spend together.

    A household's savings, with the third key in a drawer; a small company's till. The signatures have to be in the
    order of the keys.
    """

    source = bindings.Source(__file__, "../../../contracts/multisig.scrypt", "5d1ff2b139fb0d44")
    coin_type = MultiSigCoin

    def __init__(self, first: bindings.PubKey, second: bindings.PubKey, third: bindings.PubKey) -> None:
        """Take the arguments of the constructor.

        Args:
            first: `PubKey`.
            second: `PubKey`.
            third: `PubKey`.
        """
        super().__init__(first, second, third)
