# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `Vault`."""

from penstock import bindings


class VaultCoin(bindings.Coin):
    """A coin with the contract `Vault`."""

    __slots__ = ()

    def withdraw(self, ownerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `withdraw`.

        Args:
            ownerSig: `Sig`.
        """
        return self._call("withdraw", ownerSig)

    def emergency(self, ownerSig: bindings.Sig, guardianSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `emergency`.

        Args:
            ownerSig: `Sig`.
            guardianSig: `Sig`.
        """
        return self._call("emergency", ownerSig, guardianSig)


class Vault(bindings.Binding[VaultCoin]):
    """Vault (btc): savings that their owner cannot spend before a date, except together with a guardian.

    `opens` is a block height, or from 500,000,000 on a time in seconds since 1970. A withdrawal must carry a lock time
    of at least that, so no block takes it earlier. The guardian helps in an emergency but can take nothing alone.
    """

    source = bindings.Source(__file__, "../../../contracts/vault.scrypt", "970a784dab100be5")
    coin_type = VaultCoin

    def __init__(self, owner: bindings.PubKey, guardian: bindings.PubKey, opens: int) -> None:
        """Take the arguments of the constructor.

        Args:
            owner: `PubKey`.
            guardian: `PubKey`.
            opens: `int`: 1 to 4294967295.
        """
        super().__init__(owner, guardian, opens)
