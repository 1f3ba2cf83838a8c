# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `PaidKey`."""

from penstock import bindings


class PaidKeyCoin(bindings.Coin):
    """A coin with the contract `PaidKey`."""

    __slots__ = ()

    def claim(self, key: bindings.Bytes, bobSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `claim`.

        Args:
            key: `bytes`.
            bobSig: `Sig`.
        """
        return self._call("claim", key, bobSig)

    def close(self, aliceSig: bindings.Sig, bobSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `close`.

        Args:
            aliceSig: `Sig`.
            bobSig: `Sig`.
        """
        return self._call("close", aliceSig, bobSig)

    def refund(self, aliceSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `refund`.

        Args:
            aliceSig: `Sig`.
        """
        return self._call("refund", aliceSig)


class PaidKey(bindings.Binding[PaidKeyCoin]):
    """Paid key (btc): a key against its price, with a way back for whoever waits in vain.

    Alice pays for the 32-byte key that decrypts what she already has. Bob claims by showing the key; both together can
    close at once without showing it; and if Bob does neither, Alice takes her money back `delay` blocks after the
    payment was mined (BIP68: the refunding input's sequence number promises that age).

    The key's length is checked: a hash of something longer than 520 bytes could never be opened on this chain.
    """

    source = bindings.Source(__file__, "../../../contracts/paid_key.scrypt", "8a8c178af29d70ca")
    coin_type = PaidKeyCoin

    def __init__(self, alice: bindings.PubKey, bob: bindings.PubKey, hash: bytes, delay: int) -> None:
        """Take the arguments of the constructor.

        Args:
            alice: `PubKey`.
            bob: `PubKey`.
            hash: `Sha256`: of the key.
            delay: `int`: 1 to 65535 blocks; with 4194304 (1 << 22) added, units of 512 seconds.
        """
        super().__init__(alice, bob, hash, delay)
