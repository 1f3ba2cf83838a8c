# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `PayWord`."""

from penstock import bindings


class PayWordCoin(bindings.Coin):
    """A coin with the contract `PayWord`."""

    __slots__ = ()

    def redeem(self, word: bindings.Bytes, steps: int, payeeSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `redeem`.

        Args:
            word: `bytes`.
            steps: `int`.
            payeeSig: `Sig`.
        """
        return self._call("redeem", word, steps, payeeSig)

    def settle(self, payerSig: bindings.Sig, payeeSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `settle`.

        Args:
            payerSig: `Sig`.
            payeeSig: `Sig`.
        """
        return self._call("settle", payerSig, payeeSig)


class PayWord(bindings.Binding[PayWordCoin]):
    """PayWord: coins of a hash chain, each the hash of the next.

    The payer makes a chain: a random end, hashed four times; the last hash is the `root` in this contract. For every
    unit that the payee delivers the payer tells him one link further from the root. Later the payee shows how far he
    got: a word and the number of hashes from it to the root. If he got at least as far as was agreed, the money is his.
    If he never shows a word, payer and payee can still settle together.
    """

    source = bindings.Source(__file__, "../../../contracts/pay_word.scrypt", "cae8faab8533543e")
    coin_type = PayWordCoin

    def __init__(self, payer: bindings.PubKey, payee: bindings.PubKey, root: bytes, agreed: int) -> None:
        """Take the arguments of the constructor.

        Args:
            payer: `PubKey`.
            payee: `PubKey`.
            root: `Sha256`.
            agreed: `int`.
        """
        super().__init__(payer, payee, root, agreed)
