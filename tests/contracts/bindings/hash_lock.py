# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `HashLock`."""

from penstock import bindings


class HashLockCoin(bindings.Coin):
    """A coin with the contract `HashLock`."""

    __slots__ = ()

    def unlock(self, preimage: bindings.Bytes) -> bindings.Draft:
        """Spend the coin with `unlock`.

        Args:
            preimage: `bytes`.
        """
        return self._call("unlock", preimage)


class HashLock(bindings.Binding[HashLockCoin]):
    """Hash lock: whoever knows the secret may spend.

    Nobody signs, so anybody who sees the secret on its way to a block can put his own address in its place: a riddle
    with a small prize, or one part of a larger contract, but no place for savings.
    """

    source = bindings.Source(__file__, "../../../contracts/hash_lock.scrypt", "fd08046bc9bf5f16")
    coin_type = HashLockCoin

    def __init__(self, digest: bytes) -> None:
        """Take the arguments of the constructor.

        Args:
            digest: `Sha256`.
        """
        super().__init__(digest)
