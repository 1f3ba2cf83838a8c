"""TX_i as a filled template: signed by Alice, and checked by Bob, without building and judging it each time.

All payments of a channel differ in the amount, the hash, the change and the signatures alone. So the rest of the bytes,
and of the digests that she signs, is computed once. A payment whose bytes are the expected ones around signatures of
the usual form is valid if these verify; any other goes to `payment.check`, which names what is wrong with it. The first
payment of a channel is built in full and judged by the machine.
"""

from dataclasses import dataclass
from struct import pack
from typing import Self

from penstock.channel.agreement.agreement import HASH_TYPE_BYTE, VERSION, Agreement
from penstock.channel.agreement.refusals import Refusal
from penstock.channel.transactions import payment
from penstock.channel.transactions.payment import SignedPayment
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.script.hashes import hash256, sha256
from penstock.tx.der import is_usual_signature
from penstock.tx.digests import Digests
from penstock.tx.keys import PrivateKey
from penstock.tx.signatures import verify_digest
from penstock.tx.transaction import Transaction, TxIn, TxOut
from penstock.tx.wire import compact_size

_SEQUENCE = pack("<I", FINAL_SEQUENCE)
_LOCK_TIME = bytes(4)
_HASH_SIZE = 32
_AFTER_OUTPUTS = 8
"""Bytes of a preimage after the hash of the outputs: lock time and hash type."""
_SHORT = 0xFD
"""A length below it is one byte on the wire."""


@dataclass(frozen=True, slots=True)
class PaymentTemplate:
    """The payments of one channel.

    Attributes:
        agreement: the agreement.
        head: the bytes before the first input.
        outpoints: the bytes of each input before the length of its script.
        preimages: the preimage of each input's digest, up to the hash of the outputs.
        tail: the rest of each preimage.
        script: the contract's script with its length, before and after the hash.
        change: length and script of the change.
        to_share: satoshis of amount and change together.
    """

    agreement: Agreement
    head: bytes
    outpoints: tuple[bytes, ...]
    preimages: tuple[bytes, ...]
    tail: bytes
    script: tuple[bytes, bytes]
    change: bytes
    to_share: int

    @classmethod
    def of(cls, agreement: Agreement) -> Self:
        """Return the template, made of one payment that is built in full."""
        leaf = sha256(b"penstock: a payment for the template")
        unsigned = payment.build(agreement, 1, leaf)
        digests = Digests(unsigned)
        fields = [
            b"".join(bytes(part.data) for part in digests.bip143_fields(place, coin.script, coin.value, HASH_TYPE_BYTE))
            for place, coin in enumerate(agreement.funding)
        ]
        before, after = agreement.around_hash
        size = compact_size(len(before) + _HASH_SIZE + len(after))
        return cls(
            agreement=agreement,
            head=pack("<i", VERSION) + compact_size(len(unsigned.inputs)),
            outpoints=tuple(each.outpoint.txid + pack("<I", each.outpoint.index) for each in unsigned.inputs),
            preimages=tuple(each[: -_AFTER_OUTPUTS - _HASH_SIZE] for each in fields),
            tail=fields[0][-_AFTER_OUTPUTS:] if fields else b"",
            script=(size + before, after),
            change=compact_size(len(agreement.change_script)) + agreement.change_script,
            to_share=agreement.funds - agreement.payment_fee,
        )

    def sign(self, index: int, leaf: bytes, key: PrivateKey) -> SignedPayment:
        """Build TX_`index` and sign all its inputs with Alice's key, as `payment.sign` does."""
        digests = self._digests(self._outputs(index, leaf))
        signatures = [key.sign_digest(digest) + bytes((HASH_TYPE_BYTE,)) for digest in digests]
        coins = self.agreement.alice_coins
        return self._signed(index, leaf, [coins.unlocked_by(signature) for signature in signatures])

    def check(self, index: int, leaf: bytes, raw: bytes) -> SignedPayment | Refusal:
        """Return state `index` if `raw` equals the payment that Bob would have built, as `payment.check` does."""
        outputs = self._outputs(index, leaf)
        unlocking = self._unlocking_in(raw, outputs)
        if unlocking is None or not self._are_signed(unlocking, outputs):
            return payment.check(self.agreement, index, leaf, raw)
        return self._signed(index, leaf, unlocking)

    def _outputs(self, index: int, leaf: bytes) -> bytes:
        """Return the outputs of TX_`index` on the wire."""
        amount = self.agreement.amount(index)
        return b"".join((pack("<q", amount), leaf.join(self.script), pack("<q", self.to_share - amount), self.change))

    def _digests(self, outputs: bytes) -> list[bytes]:
        """Return the digest of each input."""
        rest = hash256(outputs) + self.tail
        return [hash256(each + rest) for each in self.preimages]

    def _signed(self, index: int, leaf: bytes, unlocking: list[bytes]) -> SignedPayment:
        agreement = self.agreement
        amount = agreement.amount(index)
        coins = zip(agreement.funding, unlocking, strict=True)
        inputs = tuple(TxIn(coin.outpoint, script) for coin, script in coins)
        contract = TxOut(amount, agreement.contract_script(leaf))
        outputs = contract, TxOut(self.to_share - amount, agreement.change_script)
        return SignedPayment(index, leaf, Transaction(VERSION, inputs, outputs))

    def _unlocking_in(self, raw: bytes, outputs: bytes) -> list[bytes] | None:
        """Return the unlocking scripts in a payment; None if any other byte is not the expected one."""
        if not raw.startswith(self.head):
            return None
        at, found = len(self.head), []
        for outpoint in self.outpoints:
            start = at + len(outpoint) + 1
            if not raw.startswith(outpoint, at) or start > len(raw) or raw[start - 1] >= _SHORT:
                return None
            end = start + raw[start - 1]
            if not raw.startswith(_SEQUENCE, end):
                return None
            found.append(raw[start:end])
            at = end + len(_SEQUENCE)
        return found if raw[at:] == b"\x02" + outputs + _LOCK_TIME else None

    def _are_signed(self, unlocking: list[bytes], outputs: bytes) -> bool:
        """Return whether unlocking scripts of the usual form have Alice's signatures."""
        agreement = self.agreement
        for script, digest in zip(unlocking, self._digests(outputs), strict=True):
            signature = agreement.alice_coins.signature_in(script)
            if signature is None or signature[-1] != HASH_TYPE_BYTE or not is_usual_signature(signature):
                return False
            if not verify_digest(signature[:-1], agreement.alice, digest):
                return False
        return True
