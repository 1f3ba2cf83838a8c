# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `HashLockChoice`."""

from penstock import bindings


class HashLockChoiceCoin(bindings.Coin):
    """A coin with the contract `HashLockChoice`."""

    __slots__ = ()

    def unlock(self, sig: bindings.Sig, secret: bindings.Bytes) -> bindings.Draft:
        """Spend the coin with `unlock`.

        Args:
            sig: `Sig`.
            secret: `bytes`.
        """
        return self._call("unlock", sig, secret)


class HashLockChoice(bindings.Binding[HashLockChoiceCoin]):
    """Hash lock that chooses who is paid: the secret opens the payee's way, anything else the payer's.

    The payee has to show the secret together with his signature, and so tells it to the payer. The payer may take the
    money back at any time by showing something else: this is for two who trust each other that far, or for an output
    whose refund another transaction holds back.
    """

    source = bindings.Source(__file__, "../../../contracts/hash_lock_choice.scrypt", "bc4add8149e45852")
    coin_type = HashLockChoiceCoin

    def __init__(self, payee: bindings.PubKey, payer: bindings.PubKey, digest: bytes) -> None:
        """Take the arguments of the constructor.

        Args:
            payee: `PubKey`.
            payer: `PubKey`.
            digest: `Sha256`.
        """
        super().__init__(payee, payer, digest)
