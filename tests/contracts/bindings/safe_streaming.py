# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `SafeStreaming`."""

from penstock import bindings


class SafeStreamingCoin(bindings.Coin):
    """A coin with the contract `SafeStreaming`."""

    __slots__ = ()

    def unlock(self, dataOrSig: bindings.Bytes, payeeSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `unlock`.

        Args:
            dataOrSig: `bytes`.
            payeeSig: `Sig`.
        """
        return self._call("unlock", dataOrSig, payeeSig)

    def refund(self, payerSig: bindings.Sig, preimage: bindings.SigHashPreimage) -> bindings.Draft:
        """Spend the coin with `refund`.

        Args:
            payerSig: `Sig`.
            preimage: `SigHashPreimage`.
        """
        return self._call("refund", payerSig, preimage)


class SafeStreaming(bindings.Binding[SafeStreamingCoin]):
    """Safe streaming (bsv): the article's contract for one chunk, with a way back for the payer.

    `unlock` is that of streaming.scrypt: the payee shows the chunk itself, or the payer's signature in its place, which
    is as short as 72 bytes where the chunk may have 4 GB. If he does neither, the payer takes the money back after the
    height `expiry`, as in channel_funding_bsv.scrypt.

    The payer can refuse to sign, and then the payee pays the fee for the whole chunk. So the contract has to hold more
    than that fee from the first payment on.
    """

    source = bindings.Source(__file__, "../../../contracts/safe_streaming.scrypt", "67e4e2fdee0448a8")
    coin_type = SafeStreamingCoin

    def __init__(self, payer: bindings.PubKey, payee: bindings.PubKey, hash: bytes, expiry: int) -> None:
        """Take the arguments of the constructor.

        Args:
            payer: `PubKey`.
            payee: `PubKey`: a key for claims alone.
            hash: `Sha256`: of the chunk.
            expiry: `int`: block height, 1 to 499999999.
        """
        super().__init__(payer, payee, hash, expiry)
