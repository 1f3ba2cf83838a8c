# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `Meter`."""

from penstock import bindings


class MeterCoin(bindings.Coin):
    """A coin with the contract `Meter`."""

    __slots__ = ()

    def collect(self, units: int, salt: bindings.Bytes, providerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `collect`.

        Args:
            units: `int`.
            salt: `bytes`.
            providerSig: `Sig`.
        """
        return self._call("collect", units, salt, providerSig)

    def settle(self, customerSig: bindings.Sig, providerSig: bindings.Sig) -> bindings.Draft:
        """Spend the coin with `settle`.

        Args:
            customerSig: `Sig`.
            providerSig: `Sig`.
        """
        return self._call("settle", customerSig, providerSig)


class Meter(bindings.Binding[MeterCoin]):
    """Meter: a deposit for electricity, water or compute time, by a tariff that both sides can read.

    The customer's meter seals each reading as the hash of the reading and a salt. At the end of the month the provider
    shows what is behind the seal: if the price of the units comes to at least the deposit, he takes all of it. If it
    does not, the two settle together.

    The tariff is a standing charge and a price per unit; units above a threshold cost half as much again, rounded down.
    All prices are in satoshis.
    """

    source = bindings.Source(__file__, "../../../contracts/meter.scrypt", "1146097a4bf1d03f")
    coin_type = MeterCoin

    def __init__(
        self,
        perUnit: int,
        threshold: int,
        deposit: int,
        seal: bytes,
        customer: bindings.PubKey,
        provider: bindings.PubKey,
    ) -> None:
        """Take the arguments of the constructor.

        Args:
            perUnit: `int`.
            threshold: `int`.
            deposit: `int`.
            seal: `Sha256`.
            customer: `PubKey`.
            provider: `PubKey`.
        """
        super().__init__(perUnit, threshold, deposit, seal, customer, provider)
