# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `Licence`."""

from penstock import bindings


class LicenceCoin(bindings.Coin):
    """A coin with the contract `Licence`."""

    __slots__ = ()

    def collect(self, data: bindings.Bytes, holderSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `collect`.

        Args:
            data: `bytes`.
            holderSig: `Sig`.
        """
        return self._call("collect", data, holderSig)


class Licence(bindings.Binding[LicenceCoin]):
    """Licence: a deposit that the holder of a licence may collect, if the licence allows it.

    A licence is a record of 38 bytes, of which the contract knows the hash:

        version (1 byte, 02)   permissions (1 byte, a bit each)   seats (3 bytes, little endian)   holder's key (33
        bytes)

    The holder shows the record and signs. It must be of the current version, allow refunds (bit 4), and be for at least
    as many seats as were agreed.
    """

    source = bindings.Source(__file__, "../../../contracts/licence.scrypt", "b9d74c9d3a54628f")
    coin_type = LicenceCoin

    def __init__(self, recordHash: bindings.Ripemd160, leastSeats: int) -> None:
        """Take the arguments of the constructor.

        Args:
            recordHash: `Ripemd160`.
            leastSeats: `int`.
        """
        super().__init__(recordHash, leastSeats)
