"""Coins of a test chain: outputs with a contract, and outputs of a key, which sign for themselves."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.spend import Spend
from penstock.contract.wraps import Wrap
from penstock.errors import hides_frames
from penstock.script.chains import Chain as ChainRecord
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.script.pushes import push
from penstock.testing.arguments import state_values
from penstock.testing.keys import Key
from penstock.tx.address import p2pkh_script, witness_script
from penstock.tx.keys import sign, tweak_secret
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.signatures import tweak_public_key
from penstock.tx.transaction import OutPoint, Transaction, TxOut

__tracebackhide__ = hides_frames


class KeyForm(StrEnum):
    """The form of an output that pays to a key."""

    P2PKH = "p2pkh"
    P2WPKH = "p2wpkh"
    P2TR = "p2tr"


@dataclass(frozen=True, slots=True)
class NextInstance:
    """The next instance of a contract with state, as the call computes it."""

    coin: "ContractCoin"


@dataclass(frozen=True, slots=True, repr=False)
class ContractCoin:
    """An output with a contract.

    Attributes:
        contract: the contract in it.
        outpoint: the output.
        value: its satoshis.
        wrap: its form.
        internal_key: p2tr: the x-only key that spends without the script; None for one without a known secret.
    """

    contract: Contract
    outpoint: OutPoint
    value: int
    wrap: Wrap
    internal_key: bytes | None = None

    def __repr__(self) -> str:
        """Return one short line: pytest shows it where an assert fails."""
        return f"<coin of {self.value:,} satoshis with {self.contract.artifact.contract}>"

    @property
    def state(self) -> dict[str, Any]:
        """The state of the contract, by property."""
        return self.contract.state

    def next(self, **state: object) -> "Contract | NextInstance":
        """Return the next instance, for an output: with this state, or without arguments with that of the call.

        Args:
            state: state properties by name; the others are unchanged. A `Key` is filled in by its type.
        """
        return self.contract.with_state(**state_values(self.contract, state)) if state else NextInstance(self)

    def as_spend(self, sequence: int = FINAL_SEQUENCE) -> Spend:
        """Return the spend of this coin, as an input of a `JointSpend`."""
        return Spend(
            self.contract,
            self.value,
            sequence=sequence,
            wrap=self.wrap,
            outpoint=self.outpoint,
            internal_key=self.internal_key,
        )


@dataclass(frozen=True, slots=True, repr=False)
class KeyCoin:
    """An output of a key, which is signed for when the transaction is complete.

    Attributes:
        key: the key that spends it.
        outpoint: the output.
        value: its satoshis.
        form: its form.
    """

    key: Key
    outpoint: OutPoint
    value: int
    form: KeyForm

    def __repr__(self) -> str:
        """Return one short line: pytest shows it where an assert fails."""
        return f"<coin of {self.value:,} satoshis of {self.key!r}, {self.form}>"

    @property
    def spent(self) -> TxOut:
        """The output."""
        return TxOut(self.value, key_script(self.key, self.form))

    def unlocked(self, tx: Transaction, index: int, spent: tuple[TxOut, ...], rules: ChainRecord) -> Transaction:
        """Return a transaction with this coin's input signed.

        Args:
            tx: the transaction, complete but for unlocking scripts and witnesses.
            index: index of the input.
            spent: the outputs that all inputs spend.
            rules: the chain.
        """
        key, script = self.key, p2pkh_script(self.key.public_key_hash)
        match self.form:
            case KeyForm.P2PKH:
                signature = sign(tx, index, script, self.value, key.private, "ALL", rules)
                return tx.with_input_script(index, push(signature) + push(key.public_key))
            case KeyForm.P2WPKH:
                version = SignatureVersion.SEGWIT_V0
                signature = sign(tx, index, script, self.value, key.private, "ALL", rules, version)
                return tx.with_witness(index, (signature, key.public_key))
            case KeyForm.P2TR:
                secret = tweak_secret(key.private.secret)
                version = SignatureVersion.TAPROOT
                signature = sign(tx, index, b"", self.value, secret, "DEFAULT", rules, version, spent)
                return tx.with_witness(index, (signature,))


def key_script(key: Key, form: KeyForm) -> bytes:
    """Return the locking script that pays to a key."""
    match form:
        case KeyForm.P2PKH:
            return p2pkh_script(key.public_key_hash)
        case KeyForm.P2WPKH:
            return witness_script(0, key.public_key_hash)
        case KeyForm.P2TR:
            return witness_script(1, tweak_public_key(key.x_only)[0])


def check_form(form: str | None, chain: ChainRecord) -> KeyForm:
    """Return the form of an output of a key; None means the one that the chain's wallets use.

    Raises:
        ArgumentError: no such form, or one that the chain does not have.
    """
    if form is None:
        return KeyForm.P2WPKH if chain.has_witness else KeyForm.P2PKH
    if form not in tuple(KeyForm):
        raise ArgumentError("form", " or ".join(KeyForm), repr(form))
    if form != KeyForm.P2PKH and not chain.has_witness:
        raise ArgumentError("form", f"{KeyForm.P2PKH} on {chain}, which has no witnesses", repr(form))
    return KeyForm(form)
