# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `ChannelFunding`."""

from penstock import bindings


class ChannelFundingCoin(bindings.Coin):
    """A coin with the contract `ChannelFunding`."""

    __slots__ = ()

    def spend(self, payerSig: bindings.Sig, payeeSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `spend`.

        Args:
            payerSig: `Sig`.
            payeeSig: `Sig`.
        """
        return self._call("spend", payerSig, payeeSig)

    def refund(self, payerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `refund`.

        Args:
            payerSig: `Sig`.
        """
        return self._call("refund", payerSig)


class ChannelFunding(bindings.Binding[ChannelFundingCoin]):
    """Channel funding (btc): the money of a payment channel, which neither side can move alone.

    Both sign each transaction of the channel, so the payer cannot spend the money elsewhere, and cannot publish an
    older payment. If the payee is away, the payer takes all of it back: the refund's lock time is `expiry` or later, so
    the first block that may contain it is the one after the height `expiry` (BIP65).

    `expiry` is a height: 1 to 499999999. From 500000000 on it would be a time in seconds.
    """

    source = bindings.Source(__file__, "../../../contracts/channel_funding_btc.scrypt", "3e69730e7cc350c4")
    coin_type = ChannelFundingCoin

    def __init__(self, payer: bindings.PubKey, payee: bindings.PubKey, expiry: int) -> None:
        """Take the arguments of the constructor.

        Args:
            payer: `PubKey`.
            payee: `PubKey`.
            expiry: `int`: block height.
        """
        super().__init__(payer, payee, expiry)
