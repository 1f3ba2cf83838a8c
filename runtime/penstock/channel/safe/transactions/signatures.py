"""Check of a signature that the other side sent, for a transaction that this side built: all that is ever received.

Blocks accept more than nodes relay, and other hash types leave parts of the transaction open. So a signature needs
exactly the one hash type, the strict form and a low S: with another the receiver may hold a payment that he cannot
collect, or the signer's change is open.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from penstock.channel.agreement.refusals import WrongHashType
from penstock.contract.spend import Spend
from penstock.tx.der import is_low_s, is_strict_der, is_usual_signature
from penstock.tx.hash_type import hash_type_number
from penstock.tx.signatures import verify_digest

HASH_TYPE: Final = "ALL"
"""The one hash type of the channel; on chains with FORKID that is added."""


@dataclass(frozen=True, slots=True)
class WrongForm:
    """A signature that nodes do not relay."""

    reason: str

    def __str__(self) -> str:
        return f"wrong form: the signature is {self.reason}"


@dataclass(frozen=True, slots=True)
class WrongSignature:
    """A signature of another key, or of another transaction."""

    public_key: bytes

    def __str__(self) -> str:
        return f"wrong signature: not one of {self.public_key.hex()} for the transaction that was built here"


SignatureFault: TypeAlias = WrongHashType | WrongForm | WrongSignature


def signature_fault(spend: Spend, public_key: bytes, signature: bytes) -> SignatureFault | None:
    """Return what is wrong with a signature, or None.

    Args:
        spend: the transaction, as it was built here.
        public_key: the agreed key of the other side for this transaction.
        signature: DER and the byte of the hash type, 1 for ALL on btc, 0x41 for ALL|FORKID on bsv.
    """
    chain = spend.contract.artifact.chain
    wanted = hash_type_number(HASH_TYPE, chain)
    return digest_fault(spend.sighash(HASH_TYPE), wanted, public_key, signature, spend.input_index)


def digest_fault(
    digest: bytes, wanted: int, public_key: bytes, signature: bytes, input_index: int = 0
) -> SignatureFault | None:
    """Return what is wrong with a signature, or None.

    Args:
        digest: what is signed, 32 bytes, as it was computed here.
        wanted: the hash type, as a number.
        public_key: the agreed key of the other side for this transaction.
        signature: DER and the byte of the hash type, 1 for ALL on btc, 0x41 for ALL|FORKID on bsv.
        input_index: the input that it is for.
    """
    der, hash_type = signature[:-1], signature[-1] if signature else None
    if hash_type != wanted:
        return WrongHashType(input_index, wanted, hash_type)
    if not is_usual_signature(signature):
        if not is_strict_der(der):
            return WrongForm("not strict DER (BIP66)")
        if not is_low_s(der):
            return WrongForm("one with a high S (BIP62)")
    return None if verify_digest(der, public_key, digest) else WrongSignature(public_key)
