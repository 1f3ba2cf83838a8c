# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `DelayedChange`."""

from penstock import bindings


class DelayedChangeCoin(bindings.Coin):
    """A coin with the contract `DelayedChange`."""

    __slots__ = ()

    def spend(self, sig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `spend`.

        Args:
            sig: `Sig`.
        """
        return self._call("spend", sig)


class DelayedChange(bindings.Binding[DelayedChangeCoin]):
    """Delayed change (btc): money of one key that cannot be spent before it is mined.

    The change of a channel's payment goes here where nodes do not relay version 3. While the payment waits in the pool
    the payer cannot hang transactions with low fees on it, which would keep the payee from raising its fee by his claim
    (pinning). One block of age is demanded of the input (BIP68), so only a mined output can be spent.
    """

    source = bindings.Source(__file__, "../../../contracts/delayed_change.scrypt", "b6e43b0e934c7193")
    coin_type = DelayedChangeCoin

    def __init__(self, owner: bindings.PubKey) -> None:
        """Take the arguments of the constructor.

        Args:
            owner: `PubKey`.
        """
        super().__init__(owner)
