"""Payments of a channel as a filled template: two holes, for the amounts and for the hash of what is sold.

All payments of a channel differ in these alone. So one payment is built in full, as a rehearsal, and cut at its holes;
the digest of another one is then a few joined bytes and hashes. Machines sign and check each payment by it. The whole
transaction is built by `payment.payment` when it is published.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.channel.safe.transactions.outputs import State, change_script, least_output, paid_contract
from penstock.channel.safe.transactions.payment import check_amount, most_amount, payment
from penstock.channel.safe.transactions.signatures import HASH_TYPE, SignatureFault, digest_fault
from penstock.script.hashes import hash256, sha256
from penstock.tx.hash_type import hash_type_number
from penstock.tx.keys import PrivateKey
from penstock.tx.transaction import OutPoint
from penstock.tx.wire import compact_size

_MARK: Final = sha256(b"penstock: the hole for the hash of what is sold")
_AMOUNT_SIZE: Final = 8
_AFTER_OUTPUTS: Final = 8
"""Bytes of a preimage after the hash of the outputs: lock time and hash type."""


@dataclass(frozen=True, slots=True)
class PaymentTemplate:
    """The payments of one channel, all but the two holes.

    Attributes:
        hash_type: the byte at the end of each signature.
        head: the preimage of the digest, up to the hash of the outputs.
        tail: the rest of the preimage.
        script: the paid key's script, before and after the hash of what is sold.
        form: the opcodes of an output in front of its SHA-256, where outputs hold that; else empty.
        size: the length of an output's script, as it is written in front of it.
        change: length and script of the change.
        least_change: satoshis below which the change is left out.
        to_share: satoshis of amount and change together: those of the largest payment.
    """

    hash_type: int
    head: bytes
    tail: bytes
    script: tuple[bytes, bytes]
    form: bytes
    size: bytes
    change: bytes
    least_change: int
    to_share: int

    def locking_script(self, digest: bytes) -> bytes:
        """Return the locking script of a payment's output, by the SHA-256 of what it is for."""
        script = digest.join(self.script)
        return self.form + sha256(script) if self.form else script

    def digest(self, state: State) -> bytes:
        """Return the 32 bytes that both sign for the payment of a state."""
        left = self.to_share - state.amount
        outputs = state.amount.to_bytes(_AMOUNT_SIZE, "little") + self.size + self.locking_script(state.digest)
        if left >= self.least_change:
            outputs += left.to_bytes(_AMOUNT_SIZE, "little") + self.change
        return hash256(self.head + hash256(outputs) + self.tail)


def sign_payment(terms: ChannelTerms, funding: OutPoint, state: State, key: PrivateKey) -> bytes:
    """Return a signature for the payment of a state, as `payment(…).sign(key)` does.

    Raises:
        ChannelTermsError: the amount is not above the base, or more than the channel has.
    """
    template = _template_for(terms, funding, state)
    return key.sign_digest(template.digest(state)) + bytes((template.hash_type,))


def payment_fault(terms: ChannelTerms, funding: OutPoint, state: State, signature: bytes) -> SignatureFault | None:
    """Return what is wrong with the payer's signature for the payment of a state, or None.

    Raises:
        ChannelTermsError: the amount is not above the base, or more than the channel has.
    """
    template = _template_for(terms, funding, state)
    return digest_fault(template.digest(state), template.hash_type, terms.payer.funding, signature)


def _template_for(terms: ChannelTerms, funding: OutPoint, state: State) -> PaymentTemplate:
    template = payment_template(terms, funding)
    if not terms.base < state.amount <= template.to_share:
        check_amount(terms, state.amount)
    return template


@lru_cache(maxsize=4_096)
def payment_template(terms: ChannelTerms, funding: OutPoint) -> PaymentTemplate:
    """Return the template of the payments that spend a funding output.

    Raises:
        ChannelTermsError: it would sign for another digest than that of a payment which is built in full.
    """
    rehearsal = State(1, terms.base + 1, _MARK)
    spend, chain = payment(terms, funding, rehearsal), terms.rules.chain
    preimage = spend.preimage(HASH_TYPE)
    before, _, after = paid_contract(terms, _MARK).locking_script.partition(_MARK)
    locking = (spend.outputs or ())[0][1]
    change = change_script(terms)
    template = PaymentTemplate(
        hash_type=hash_type_number(HASH_TYPE, chain),
        head=preimage[: -_AFTER_OUTPUTS - len(_MARK)],
        tail=preimage[-_AFTER_OUTPUTS:],
        script=(before, after),
        form=locking[: -len(_MARK)] if chain.has_witness else b"",
        size=compact_size(len(locking)),
        change=compact_size(len(change)) + change,
        least_change=least_output(terms, change),
        to_share=most_amount(terms),
    )
    if (found := template.digest(rehearsal)) != (wanted := spend.sighash(HASH_TYPE)):
        raise ChannelTermsError("the template of payments", found.hex(), f"the digest {wanted.hex()} of its rehearsal")
    return template
