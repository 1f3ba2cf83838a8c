"""Transactions to build, sign and serialise: what is asked for, and whether a result is that.

An order pays from one P2PKH output to two. The check takes the result apart with nothing of any builder: it must be the
draft's own bytes around an unlocking script that pushes a valid signature and the key.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from coincurve import PrivateKey, PublicKey

from benchmarks import bare
from benchmarks.spends import Form

_VALUE: Final = 100_000
_PAID: Final = (60_000, 39_900)


@dataclass(frozen=True, slots=True)
class Order:
    """Spend output 0 of `txid` (wire order), worth `value` satoshis and locked to `secret`'s key, to `outputs`.

    `form` says which digest is signed, with hash type ALL; `outputs` are pairs of satoshis and script.
    """

    form: Form
    txid: bytes
    value: int
    secret: bytes
    public_key: bytes
    locking: bytes
    outputs: tuple[tuple[int, bytes], ...]

    @property
    def draft(self) -> bare.Draft:
        """The transaction in plain bytes, before it is signed."""
        return bare.Draft(self.txid, tuple(bare.output(value, script) for value, script in self.outputs))

    @property
    def digest(self) -> bytes:
        """What the signature signs."""
        forkid = self.form is Form.FORKID
        return (
            self.draft.forkid_digest(self.locking, self.value) if forkid else self.draft.original_digest(self.locking)
        )

    @property
    def hash_type(self) -> int:
        """The byte behind the signature."""
        return bare.ALL | bare.FORKID if self.form is Form.FORKID else bare.ALL

    def filled_by(self, raw: bytes) -> bool:
        """Whether `raw` is the transaction asked for, rightly signed."""
        unlocking_at = 4 + 1 + 36 + 1
        signature_size = raw[unlocking_at]
        pushed = raw[unlocking_at + 1 : unlocking_at + 1 + signature_size]
        signature, hash_type = pushed[:-1], pushed[-1:]
        unlocking = bare.push(pushed) + bare.push(self.public_key)
        return (
            raw == self.draft.serialize(unlocking)
            and hash_type == bytes((self.hash_type,))
            and PublicKey(self.public_key).verify(signature, self.digest, hasher=None)
        )

    def tampered(self, raw: bytes) -> tuple[bytes, ...]:
        """Copies of a right result with another amount, and with another signature."""
        amount_at = raw.index(self.draft.outputs[0])
        in_signature = 4 + 1 + 36 + 1 + raw[4 + 1 + 36 + 1] - 1
        return tuple(raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :] for at in (amount_at, in_signature))


def order(number: int, form: Form) -> Order:
    """One of many like orders; `number` tells them apart."""
    secret, payee, change = (sha256(name + number.to_bytes(8, "little")).digest() for name in (b"a", b"b", b"c"))
    keys = [PrivateKey(each).public_key.format() for each in (secret, payee, change)]
    locking, *scripts = (_p2pkh(key) for key in keys)
    txid = sha256(b"coin" + number.to_bytes(8, "little")).digest()
    return Order(form, txid, _VALUE, secret, keys[0], locking, tuple(zip(_PAID, scripts, strict=True)))


def _p2pkh(public_key: bytes) -> bytes:
    """DUP HASH160 <20 bytes> EQUALVERIFY CHECKSIG: a script of the usual form, which is signed but not run."""
    return b"\x76\xa9" + bare.push(sha256(public_key).digest()[:20]) + b"\x88\xac"
