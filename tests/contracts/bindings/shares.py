# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `Shares`."""

from dataclasses import dataclass

from penstock import bindings


@dataclass(frozen=True, slots=True)
class Holding(bindings.Record):
    """The type `Holding`.

    Attributes:
        holder: `SortedItem<Ripemd160>`.
        shares: `int`.
    """

    holder: bindings.SortedItem[bytes] | bindings.Ripemd160
    shares: int


@dataclass(frozen=True, slots=True)
class SharesState(bindings.Record):
    """The state of `Shares`.

    Attributes:
        register: `HashedMap<Ripemd160, int>`.
        issued: `int`.
    """

    register: bindings.HashedData
    issued: int


class SharesCoin(bindings.Coin):
    """A coin with the contract `Shares`."""

    __slots__ = ()

    @property
    def state(self) -> SharesState:
        """The state of the contract."""
        return self._state(SharesState)

    def next(self, *, register: bindings.KeyMap[int] | None = None, issued: int | None = None) -> bindings.Destination:
        """Return the next instance with these values, the others unchanged; without any, as the call computes it.

        Args:
            register: `HashedMap<Ripemd160, int>`.
            issued: `int`.
        """
        return self._next(register, issued)

    def issue(self, to: Holding, number: int, sig: bindings.Sig, preimage: bindings.SigHashPreimage) -> bindings.Draft:
        """Spend the coin with `issue`.

        Args:
            to: `Holding`.
            number: `int`.
            sig: `Sig`.
            preimage: `SigHashPreimage`.
        """
        return self._call("issue", to, number, sig, preimage)

    def transfer(
        self,
        from_: Holding,
        to: Holding,
        number: int,
        key: bindings.PubKey,
        sig: bindings.Sig,
        preimage: bindings.SigHashPreimage,
    ) -> bindings.Draft:
        """`to` is what stands in the register once the shares of `from` are out of it.

        Args:
            from_: `Holding`.
            to: `Holding`.
            number: `int`.
            key: `PubKey`.
            sig: `Sig`.
            preimage: `SigHashPreimage`.
        """
        return self._call("transfer", from_, to, number, key, sig, preimage)

    def close(self, sig: bindings.Sig, preimage: bindings.SigHashPreimage) -> bindings.Draft:
        """Spend the coin with `close`.

        Args:
            sig: `Sig`.
            preimage: `SigHashPreimage`.
        """
        return self._call("close", sig, preimage)


class Shares(bindings.Binding[SharesCoin]):
    """Shares: a register of who holds how many shares of something, handed on from transaction to transaction.

    The registrar issues shares, up to a limit; a holder passes on his own. The register holds hashes alone, so it stays
    small: whoever asks for a change says what stands there, and where; both are checked. Holders are the hashes of
    their keys.

    When the term is over the registrar takes the deposit that the contract holds, and the register ends.
    """

    source = bindings.Source(__file__, "../../../contracts/shares.scrypt", "b17f93dc8a0c6bae")
    coin_type = SharesCoin

    def __init__(
        self, registrar: bindings.PubKey, limit: int, term: int, register: bindings.KeyMap[int], issued: int
    ) -> None:
        """Take the arguments of the constructor.

        Args:
            registrar: `PubKey`.
            limit: `int`.
            term: `int`.
            register: `HashedMap<Ripemd160, int>`.
            issued: `int`.
        """
        super().__init__(registrar, limit, term, register, issued)
