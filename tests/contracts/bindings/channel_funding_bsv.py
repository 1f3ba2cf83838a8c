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

    def refund(self, payerSig: bindings.Sig, preimage: bindings.SigHashPreimage) -> bindings.Draft:
        """Spend the coin with `refund`.

        Args:
            payerSig: `Sig`.
            preimage: `SigHashPreimage`.
        """
        return self._call("refund", payerSig, preimage)


class ChannelFunding(bindings.Binding[ChannelFundingCoin]):
    """Channel funding (bsv): the money of a payment channel, which neither side can move alone.

    Both sign each transaction of the channel, so the payer cannot spend the money elsewhere, and cannot publish an
    older payment. If the payee is away, the payer takes all of it back after the height `expiry`. Scripts on this chain
    have no lock times, so the refund shows its own transaction: the lock time must be a height that is not below
    `expiry`, and the sequence number not the final one, for which nodes ignore the lock time. A refund that is signed
    beforehand is not needed. It would be void if a miner changed the id of the funding transaction.

    `expiry` must be 1 to 499999999, which the script does not check: other numbers open the refund at once, or never.
    """

    source = bindings.Source(__file__, "../../../contracts/channel_funding_bsv.scrypt", "c72d0c8acf8b8237")
    coin_type = ChannelFundingCoin

    def __init__(self, payer: bindings.PubKey, payee: bindings.PubKey, expiry: int) -> None:
        """Take the arguments of the constructor.

        Args:
            payer: `PubKey`.
            payee: `PubKey`.
            expiry: `int`: block height.
        """
        super().__init__(payer, payee, expiry)
