"""Checks that need the transaction: digests, signatures, lock times, and the rest of the guard's budget.

A `Checker` belongs to one input and one verdict. It verifies only: the opcodes have already checked the encodings of
signatures and determined the script code.
"""

from typing import Final, NamedTuple, Protocol

from penstock.script.consensus import (
    FINAL_SEQUENCE,
    LOCK_TIME_THRESHOLD,
    NO_SEPARATOR,
    SEQUENCE_DISABLED,
    SEQUENCE_IN_SECONDS,
    SEQUENCE_MASK,
)
from penstock.tx.digests import Digests, SighashError
from penstock.tx.secp256k1 import backend
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.signatures import schnorr_verify
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.rules import Guard, Rule, RuleSet

_RELATIVE_LOCK: Final = SEQUENCE_IN_SECONDS | SEQUENCE_MASK
_BIP143: Final = SignatureVersion.SEGWIT_V0

_NO_LIMIT: Final = float("inf")
_SIGNATURE_WORK: Final = 60_000
_MEMORY_PER_BYTE: Final = 4
_WORK_PER_BYTE: Final = 64
_SIGNATURE_WEIGHT: Final = 50


class TapLeaf(NamedTuple):
    """The leaf of a taproot tree that is executed.

    Attributes:
        leaf_hash: its tagged hash, 32 bytes.
        annex: the annex of the witness, with its first byte; None without.
    """

    leaf_hash: bytes | None = None
    annex: bytes | None = None


class SignatureRecorder(Protocol):
    """Receives the data that was hashed for each signature."""

    def ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes, *, good: bool) -> None:
        """Receive an ECDSA signature."""

    def schnorr(self, hash_type: int, leaf: TapLeaf, separator: int, signature: bytes, key: bytes) -> None:
        """Receive a Schnorr signature before it is verified."""


class Checker:
    """Verifies the signatures and lock times of one input.

    Args:
        digests: the digests of the transaction.
        input_index: index of the input.
        value: satoshis of the output that it spends.
        rules: the rule set.
        script_bytes: size of all scripts and witness items of the input, for the guard's allowance.
        recorder: receives the data that was hashed for each signature.

    Attributes:
        leaf: the leaf that is executed; set before a leaf runs.
        weight_left: remaining budget of signatures in the leaf (BIP342); set with `leaf`.
    """

    __slots__ = (
        "_code",
        "_digest",
        "_hash_type",
        "_kind",
        "_script_bytes",
        "_work_left",
        "digests",
        "input_index",
        "leaf",
        "recorder",
        "rules",
        "value",
        "weight_left",
    )

    leaf: TapLeaf
    weight_left: int
    _kind: SignatureVersion  # this and the next two are set together with `_code`: the parts of the last digest
    _hash_type: int
    _digest: bytes

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of an input
        self,
        digests: Digests,
        input_index: int,
        value: int,
        rules: RuleSet,
        script_bytes: int,
        recorder: SignatureRecorder | None = None,
    ) -> None:
        self.digests = digests
        self.input_index = input_index
        self.value = value
        self.recorder = recorder
        self.rules = rules
        guard: Guard | None = rules.guard
        self._script_bytes = script_bytes
        self._work_left: float = _NO_LIMIT if guard is None else guard.work + _WORK_PER_BYTE * script_bytes
        self._code: bytes | None = None

    def spend(self, work: int) -> None:
        """Count bytes of work; see `penstock.vm.run.TransactionChecks`."""
        self._work_left -= work
        if self._work_left < 0:
            raise ScriptError(Reason.RESOURCE_LIMIT)

    @property
    def memory(self) -> int | None:
        """Bytes that the guard allows on the stacks; None without a guard."""
        guard = self.rules.guard
        return None if guard is None else guard.memory + _MEMORY_PER_BYTE * self._script_bytes

    @property
    def version_bytes(self) -> bytes:
        """The transaction's version, 4 bytes, little endian."""
        return self.digests.tx.version.to_bytes(4, "little", signed=True)

    def check_ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes) -> bool:
        """Return whether a signature is valid; see `penstock.vm.run.TransactionChecks`."""
        hash_type = signature[-1]
        work = _SIGNATURE_WORK
        # most signatures of a script share the digest, with one another and for all keys that are tried
        if self._code is not code or self._hash_type != hash_type or self._kind is not kind:
            if kind is _BIP143:
                work += len(code)
                self._digest = self.digests.bip143(self.input_index, code, self.value, hash_type)
            else:
                self._digest = self.digests.legacy(self.input_index, code, hash_type)
                work += self.digests.legacy_work
            self._kind, self._code, self._hash_type = kind, code, hash_type
        self._work_left -= work
        if self._work_left < 0:
            raise ScriptError(Reason.RESOURCE_LIMIT)
        good = backend().verify(signature[:-1], key, self._digest)
        if self.recorder is not None:
            self.recorder.ecdsa(kind, code, signature, key, good=good)
        return good

    def check_tapscript(self, signature: bytes, key: bytes, separator: int) -> bool:
        """Return whether a signature in a tapscript is valid (BIP342); see `penstock.vm.run.TransactionChecks`."""
        if signature:
            self.weight_left -= _SIGNATURE_WEIGHT
            if self.weight_left < 0:
                raise ScriptError(Reason.TAPSCRIPT_VALIDATION_WEIGHT)
        if not key:
            raise ScriptError(Reason.TAPSCRIPT_EMPTY_PUBKEY)
        if len(key) == 32:
            if signature:
                self.check_schnorr(signature, key, separator)
        elif Rule.DISCOURAGE_UPGRADABLE_PUBKEYTYPE in self.rules.rules:
            raise ScriptError(Reason.DISCOURAGE_UPGRADABLE_PUBKEYTYPE)
        return bool(signature)

    def check_schnorr(self, signature: bytes, key: bytes, separator: int = NO_SEPARATOR) -> None:
        """Verify a Schnorr signature (BIP341).

        Raises:
            ScriptError: it is not valid.
        """
        if len(signature) not in (64, 65):
            raise ScriptError(Reason.SCHNORR_SIG_SIZE)
        hash_type = signature[64] if len(signature) == 65 else 0
        if len(signature) == 65 and not hash_type:
            raise ScriptError(Reason.SCHNORR_SIG_HASHTYPE)
        try:
            digest = self.digests.taproot(
                self.input_index,
                hash_type,
                annex=self.leaf.annex,
                leaf_hash=self.leaf.leaf_hash,
                codeseparator_position=separator,
            )
        except SighashError:
            raise ScriptError(Reason.SCHNORR_SIG_HASHTYPE) from None
        if self.recorder is not None:
            self.recorder.schnorr(hash_type, self.leaf, separator, signature, key)
        self.spend(_SIGNATURE_WORK)
        if not schnorr_verify(signature[:64], key, digest):
            raise ScriptError(Reason.SCHNORR_SIG)

    def lock_time_reached(self, lock_time: int) -> bool:
        """Return whether the transaction satisfies `lock_time` (BIP65)."""
        tx = self.digests.tx
        if (lock_time < LOCK_TIME_THRESHOLD) != (tx.lock_time < LOCK_TIME_THRESHOLD):
            return False
        return lock_time <= tx.lock_time and tx.inputs[self.input_index].sequence != FINAL_SEQUENCE

    def sequence_reached(self, sequence: int) -> bool:
        """Return whether the input satisfies `sequence` (BIP112). Versions are compared unsigned."""
        tx = self.digests.tx
        own = tx.inputs[self.input_index].sequence
        if tx.version in (0, 1) or own & SEQUENCE_DISABLED:
            return False
        wanted, waited = sequence & _RELATIVE_LOCK, own & _RELATIVE_LOCK
        return (wanted < SEQUENCE_IN_SECONDS) == (waited < SEQUENCE_IN_SECONDS) and wanted <= waited
