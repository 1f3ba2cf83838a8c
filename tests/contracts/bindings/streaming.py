# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `Streaming`."""

from penstock import bindings


class StreamingCoin(bindings.Coin):
    """A coin with the contract `Streaming`."""

    __slots__ = ()

    def unlock(self, dataOrSig: bindings.Bytes, bobSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `unlock`.

        Args:
            dataOrSig: `bytes`.
            bobSig: `Sig`.
        """
        return self._call("unlock", dataOrSig, bobSig)


class Streaming(bindings.Binding[StreamingCoin]):
    """Streaming: one chunk of a movie against its price.

    Alice watches, Bob serves. Alice pays into this contract; Bob takes the money either by showing the chunk, whose
    hash Alice knows to be right, or by showing Alice's signature instead of the chunk. The second way is the cheap one:
    72 bytes go on chain where the first needs the whole chunk. Either way Bob signs where the money goes.

    There is no way back to Alice in here: if Bob never claims, the money stays where it is. That is the article's form,
    good to learn from and not to carry real money. See safe_streaming.scrypt for one with a refund.
    """

    source = bindings.Source(__file__, "../../../contracts/streaming.scrypt", "9fbbe84c2e8df8e9")
    coin_type = StreamingCoin

    def __init__(self, alice: bindings.PubKey, bob: bindings.PubKey, hash: bytes) -> None:
        """Take the arguments of the constructor.

        Args:
            alice: `PubKey`.
            bob: `PubKey`.
            hash: `Sha256`: of the chunk.
        """
        super().__init__(alice, bob, hash)
