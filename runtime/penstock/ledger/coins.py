"""Coins: spendable outputs, and the plain script that pays to a key."""

from dataclasses import dataclass

from penstock.script.hashes import hash160
from penstock.tx.address import p2pkh_script
from penstock.tx.transaction import OutPoint, TxOut


@dataclass(frozen=True, slots=True)
class Coin:
    """An output of a transaction: its outpoint, and its value and locking script."""

    outpoint: OutPoint
    output: TxOut

    @property
    def value(self) -> int:
        """Satoshis."""
        return self.output.value

    @property
    def script(self) -> bytes:
        """The locking script."""
        return self.output.script


def pay_to_key(public_key: bytes) -> bytes:
    """Return the script that pays to the hash of `public_key` (P2PKH, 25 bytes)."""
    return p2pkh_script(hash160(public_key))
