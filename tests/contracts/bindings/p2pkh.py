# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `P2PKH`."""

from penstock import bindings


class P2PKHCoin(bindings.Coin):
    """A coin with the contract `P2PKH`."""

    __slots__ = ()

    def unlock(self, sig: bindings.Sig, pubKey: bindings.PubKey) -> bindings.Draft:
        """Spend the coin with `unlock`.

        Args:
            sig: `Sig`.
            pubKey: `PubKey`.
        """
        return self._call("unlock", sig, pubKey)


class P2PKH(bindings.Binding[P2PKHCoin]):
    """Pay to public key hash: whoever owns the key behind an address may spend.

    The contract knows 20 bytes only; the spender shows the public key that hashes to them, and a signature by it.
    """

    source = bindings.Source(__file__, "../../../contracts/p2pkh.scrypt", "41341b5e768e9d72")
    coin_type = P2PKHCoin

    def __init__(self, pubKeyHash: bindings.Ripemd160) -> None:
        """Take the arguments of the constructor.

        Args:
            pubKeyHash: `Ripemd160`.
        """
        super().__init__(pubKeyHash)
