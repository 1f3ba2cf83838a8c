# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `PaidKey`."""

from penstock import bindings


class PaidKeyCoin(bindings.Coin):
    """A coin with the contract `PaidKey`."""

    __slots__ = ()

    def claim(self, keyOrSig: bindings.Bytes, payeeSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `claim`.

        Args:
            keyOrSig: `bytes`.
            payeeSig: `Sig`.
        """
        return self._call("claim", keyOrSig, payeeSig)

    def refund(self, payerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `refund`.

        Args:
            payerSig: `Sig`.
        """
        return self._call("refund", payerSig)


class PaidKey(bindings.Binding[PaidKeyCoin]):
    """Paid key (btc): a key against its price, with a way back for the payer.

    The payer pays for the 32-byte key that decrypts what she already has. The payee claims with the key, or with her
    signature in its place (the 2-way close of the article, which keeps the key off the chain); his signature covers
    neither, so it is the same for both. If he does not claim, she takes the money back `delay` blocks after the payment
    was mined (BIP68: the sequence number of the refund's input says that age).

    The length chooses the way: a signature never has 32 bytes. A key of another length would not open the contract, and
    no key of one chain is too long for the other.
    """

    source = bindings.Source(__file__, "../../../contracts/paid_key_btc.scrypt", "a6eda48ee17e7b88")
    coin_type = PaidKeyCoin

    def __init__(self, payer: bindings.PubKey, payee: bindings.PubKey, hash: bytes, delay: int) -> None:
        """Take the arguments of the constructor.

        Args:
            payer: `PubKey`.
            payee: `PubKey`: a key for claims alone.
            hash: `Sha256`: of the key.
            delay: `int`: 1 to 65535 blocks.
        """
        super().__init__(payer, payee, hash, delay)
