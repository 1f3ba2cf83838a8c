# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `Escrow`."""

from penstock import bindings


class EscrowCoin(bindings.Coin):
    """A coin with the contract `Escrow`."""

    __slots__ = ()

    def settle(self, buyerSig: bindings.Sig, sellerSig: bindings.Sig) -> bindings.Draft:
        """Both are content.

        Args:
            buyerSig: `Sig`.
            sellerSig: `Sig`.
        """
        return self._call("settle", buyerSig, sellerSig)

    def release(self, sellerSig: bindings.Sig, arbiterSig: bindings.Sig) -> bindings.Draft:
        """The goods arrived, the buyer does not answer.

        Args:
            sellerSig: `Sig`.
            arbiterSig: `Sig`.
        """
        return self._call("release", sellerSig, arbiterSig)

    def refund(self, buyerSig: bindings.Sig, arbiterSig: bindings.Sig) -> bindings.Draft:
        """The goods did not arrive.

        Args:
            buyerSig: `Sig`.
            arbiterSig: `Sig`.
        """
        return self._call("refund", buyerSig, arbiterSig)


class Escrow(bindings.Binding[EscrowCoin]):
    """Escrow: a buyer pays, a seller delivers, and an arbiter is asked only if they fall out.

    Any two of them move the money, and each pair has a function of its own, so that the chain shows how a deal ended:
    settled by both, released to the seller, or refunded to the buyer. The arbiter alone can take nothing.
    """

    source = bindings.Source(__file__, "../../../contracts/escrow.scrypt", "3668b4b84a5e3cc7")
    coin_type = EscrowCoin

    def __init__(self, buyer: bindings.PubKey, seller: bindings.PubKey, arbiter: bindings.PubKey) -> None:
        """Take the arguments of the constructor.

        Args:
            buyer: `PubKey`.
            seller: `PubKey`.
            arbiter: `PubKey`.
        """
        super().__init__(buyer, seller, arbiter)
