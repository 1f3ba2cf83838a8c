# Made by the command below. Do not edit: change the contracts, and run it again.
#     penstock bindings -o tests/contracts/bindings
# Names, types and comments are those of the contract.
# ruff: noqa: A002, D401, D403, E501, E741, FBT001, N801, N802, N803, N815, PLR0913, PLR0917, RUF002, RUF100
"""Bindings of the contract `PaidKeyOpen`."""

from penstock import bindings


class PaidKeyOpenCoin(bindings.Coin):
    """A coin with the contract `PaidKeyOpen`."""

    __slots__ = ()

    def claim(self, key: bindings.Bytes, fee: int, preimage: bindings.SigHashPreimage) -> bindings.Draft:
        """Spend the coin with `claim`.

        Args:
            key: `bytes`.
            fee: `int`.
            preimage: `SigHashPreimage`.
        """
        return self._call("claim", key, fee, preimage)

    def refund(self, payerSig: bindings.Sig, preimage: bindings.SigHashPreimage) -> bindings.Draft:
        """Spend the coin with `refund`.

        Args:
            payerSig: `Sig`.
            preimage: `SigHashPreimage`.
        """
        return self._call("refund", payerSig, preimage)


class PaidKeyOpen(bindings.Binding[PaidKeyOpenCoin]):
    """Paid key, open (bsv): a key against its price, which anyone who has the key can deliver to the payee.

    As paid_key_bsv.scrypt, but the claim needs no signature: the contract demands that the output at the claiming
    input's own index pays the payee. So the program that watches the chain for the payee needs none of his keys, and
    can repair a claim when a miner has changed the id of the payment.

    The claim may take a fee out of the money, at most `allowance` satoshis, which both sides agree on. Other inputs and
    outputs are free: a program with a coin of its own adds it, pays any fee with it, and takes the rest back, so the
    fee rate of the day is not bound by a number that was agreed on long before. Who changes a claim on its way can take
    away the allowance at most.
    """

    source = bindings.Source(__file__, "../../../contracts/paid_key_open.scrypt", "7ace505e1857a5b2")
    coin_type = PaidKeyOpenCoin

    def __init__(
        self, payer: bindings.PubKey, payee: bindings.Ripemd160, hash: bytes, allowance: int, expiry: int
    ) -> None:
        """Take the arguments of the constructor.

        Args:
            payer: `PubKey`.
            payee: `Ripemd160`: the hash of the key that is paid.
            hash: `Sha256`: of the key that is sold.
            allowance: `int`: satoshis, at least 0 and below the price.
            expiry: `int`: block height, 1 to 499999999.
        """
        super().__init__(payer, payee, hash, allowance, expiry)
