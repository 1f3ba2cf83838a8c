"""Contracts and scripts of a channel's outputs, from its terms."""

from dataclasses import dataclass
from functools import lru_cache

from penstock.artifact.artifact import Artifact
from penstock.channel.safe.agreement.errors import ChannelTermsError
from penstock.channel.safe.agreement.scripts import artifact_of
from penstock.channel.safe.agreement.terms import ChannelTerms
from penstock.contract.contract import Contract
from penstock.contract.wraps import default_wrap
from penstock.errors import hides_frames
from penstock.ledger.coins import pay_to_key
from penstock.script.hashes import hash160
from penstock.tx.address import p2pkh_script, witness_script
from penstock.tx.transaction import TxOut
from penstock.tx.validation.standard import dust_threshold

__tracebackhide__ = hides_frames

_HASH_SIZE = 32
_KEY_HASH_SIZE = 20


@dataclass(frozen=True, slots=True)
class State:
    """A state of a channel: a payment that both could publish, of which the newest counts.

    Attributes:
        index: i, from 1 on.
        amount: satoshis in the payment: the base, and the prices of all that is sold up to here.
        digest: the SHA-256 of the key, or of the chunk, that is sold by it.

    Raises:
        ChannelTermsError: an index below 1, or a hash of another length.
    """

    index: int
    amount: int
    digest: bytes

    def __post_init__(self) -> None:
        if self.index < 1:
            raise ChannelTermsError("index", self.index, "1 or more: state 0 is the funding alone")
        if len(self.digest) != _HASH_SIZE:
            raise ChannelTermsError("digest", f"{len(self.digest)} bytes", "a SHA-256 of 32")


def funding_contract(terms: ChannelTerms) -> Contract:
    """Return the contract in the funding output."""
    artifact = _artifact(terms, terms.rules.funding)
    return artifact.instantiate(payer=terms.payer.funding, payee=terms.payee.funding, expiry=terms.expiry)


def paid_contract(terms: ChannelTerms, digest: bytes) -> Contract:
    """Return the contract in a payment for the key, or the chunk, with this SHA-256."""
    name = terms.rules.paid_chunk if terms.sells_chunks and terms.rules.paid_chunk else terms.rules.paid_key
    artifact = _artifact(terms, name)
    lock = terms.delay if terms.rules.chain.newest.relative_locks else terms.paid_key_expiry
    return artifact.instantiate(terms.payer.claim, terms.payee.claim, digest, lock)


def change_contract(terms: ChannelTerms) -> Contract | None:
    """Return the contract of the payer's change that waits for a block; None where it goes to her key at once."""
    if terms.rules.delayed_change is None or terms.payment_version >= terms.rules.delayed_change_below:
        return None
    return _artifact(terms, terms.rules.delayed_change).instantiate(owner=terms.payer.payout)


@lru_cache(maxsize=4_096)
def funding_output(terms: ChannelTerms) -> TxOut:
    """Return the output that the payer's funding transaction has."""
    return TxOut(terms.capacity, locking_script(funding_contract(terms)))


def locking_script(contract: Contract) -> bytes:
    """Return the locking script of an output with a contract, in the form that nodes relay."""
    return contract.wrapped(default_wrap(contract.artifact.chain)).locking_script


def key_script(terms: ChannelTerms, public_key: bytes) -> bytes:
    """Return the locking script that pays to a key: P2WPKH on a chain with witnesses, else P2PKH."""
    return witness_script(0, hash160(public_key)) if terms.rules.chain.has_witness else pay_to_key(public_key)


def pays_a_key(terms: ChannelTerms, script: bytes) -> bool:
    """Return whether a locking script has the form of `key_script`, for any key."""
    if terms.rules.chain.has_witness:
        return len(script) == _KEY_HASH_SIZE + 2 and script == witness_script(0, script[2:])
    return len(script) == _KEY_HASH_SIZE + 5 and script == p2pkh_script(script[3:-2])


def change_script(terms: ChannelTerms) -> bytes:
    """Return the locking script of the payer's change in transactions that both sign."""
    contract = change_contract(terms)
    return key_script(terms, terms.payer.payout) if contract is None else locking_script(contract)


def least_output(terms: ChannelTerms, script: bytes) -> int:
    """Return the least satoshis of an output that nodes relay."""
    limits = terms.rules.chain.relay
    return 1 if limits is None else dust_threshold(script, limits)


def _artifact(terms: ChannelTerms, name: str) -> Artifact:
    return artifact_of(name, terms.protocol)
