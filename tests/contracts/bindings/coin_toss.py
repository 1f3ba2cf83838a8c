# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `CoinToss`."""

from penstock import bindings


class CoinTossCoin(bindings.Coin):
    """A coin with the contract `CoinToss`."""

    __slots__ = ()

    def take(self, aliceSecret: bindings.Bytes, bobSecret: bindings.Bytes, winnerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `take`.

        Args:
            aliceSecret: `bytes`.
            bobSecret: `bytes`.
            winnerSig: `Sig`.
        """
        return self._call("take", aliceSecret, bobSecret, winnerSig)


class CoinToss(bindings.Binding[CoinTossCoin]):
    """Coin toss: two players, one stake, and a coin that neither can load.

    Before the stake is paid, each picks 32 random bytes and tells the other only their hash. The winner shows both
    secrets: their exclusive-or is as random as the better of the two. If its last bit is 0, Alice takes the stake, else
    Bob.

    A loser may refuse to tell his secret. Play it with a deposit, or with a refund that both signed beforehand.
    """

    source = bindings.Source(__file__, "../../../contracts/coin_toss.scrypt", "058815ea6c16580c")
    coin_type = CoinTossCoin

    def __init__(self, alice: bindings.PubKey, bob: bindings.PubKey, aliceHash: bytes, bobHash: bytes) -> None:
        """Take the arguments of the constructor.

        Args:
            alice: `PubKey`.
            bob: `PubKey`.
            aliceHash: `Sha256`.
            bobHash: `Sha256`.
        """
        super().__init__(alice, bob, aliceHash, bobHash)
