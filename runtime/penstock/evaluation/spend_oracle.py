"""Signatures, lock times and assembly of a real spend, for the evaluator (`penstockc.meaning.oracle`).

The results follow the published rules of relay, and not the machine's code: the evaluator is a second opinion about
scripts. They depend on the locking script only where the rules do: for the data that signatures commit to, and for
signatures inside of it. Inline assembly is run on the machine, since it has no other meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from penstock.contract.spend import Spend
from penstock.script.chains import Chain
from penstock.script.consensus import (
    FINAL_SEQUENCE,
    LOCK_TIME_THRESHOLD,
    SEQUENCE_DISABLED,
    SEQUENCE_IN_SECONDS,
    SEQUENCE_MASK,
)
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.script.pushes import push_data
from penstock.tx.der import is_low_s, is_strict_der
from penstock.tx.hash_type import DEFAULT
from penstock.tx.keys import schnorr_verify, verify_digest
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from penstockc.language.abort import Abort

_FORKID: Final = 0x40
_SCHNORR_AND_TYPE: Final = 65
_RULES: Final = frozenset({"P2SH", "GENESIS", "CHRONICLE", "UTXO_AFTER_GENESIS", "UTXO_AFTER_CHRONICLE"})
"""Rules about the effect of opcodes; the others are about signatures and the form of scripts."""


@dataclass(slots=True)
class SpendOracle:
    """Oracle for one transaction that spends one output of a contract.

    Attributes:
        spend: the transaction.
        cut_an_empty_one: result: whether an empty signature was removed from the data that another one signs (bsv-sdk
            does not remove it).
        separators: number of code separators that have run.
        second_stack: items that assembly left on the second stack.
    """

    spend: Spend
    cut_an_empty_one: bool = False
    separators: int = 0
    second_stack: tuple[bytes, ...] = ()

    @property
    def chain(self) -> Chain:
        """The contract's chain."""
        return self.spend.contract.artifact.chain

    @property
    def relaxed(self) -> bool:
        """Whether Chronicle exempts the version from low S and empty failing signatures, as for versions above 1."""
        return "CHRONICLE" in self.chain.flags and self.spend.version > 1

    # Signatures -------------------------------------------------------------------------------------------------------

    def check_sig(self, signature: bytes, public_key: bytes) -> bool:
        """Return whether a signature is valid for a key."""
        if self.spend.digest_version is SignatureVersion.TAPROOT:
            return self._check_schnorr(signature, public_key)
        self._check_script_for(signature)
        return self._no_signature_in_vain([signature], good=self._pair(signature, public_key))

    def _check_schnorr(self, signature: bytes, public_key: bytes) -> bool:
        """Return whether a signature of a tapscript is valid for a key, of which only the x counts (BIP342)."""
        if not signature:
            return False
        hash_type = signature[64] if len(signature) == _SCHNORR_AND_TYPE else DEFAULT
        has_type = len(signature) == _SCHNORR_AND_TYPE and hash_type != DEFAULT
        if len(signature) != _SCHNORR_AND_TYPE - 1 and not has_type:
            raise Abort("a Schnorr signature of another length")
        if not schnorr_verify(signature[:64], public_key[1:33], self._digest(hash_type)):
            raise Abort("a signature that is neither valid nor empty")
        return True

    def check_multi_sig(self, signatures: Sequence[bytes], public_keys: Sequence[bytes]) -> bool:
        """Return whether each signature is valid for one of the keys, in the keys' order."""
        for signature in signatures:
            self._check_script_for(signature)
        waiting, keys = list(signatures), list(public_keys)
        cut_out = [signature for signature in signatures if self.chain.has_fork_id and self._is_cut_out(signature)]
        self.cut_an_empty_one |= b"" in cut_out
        while waiting and len(waiting) <= len(keys):
            if self._pair(waiting[-1], keys.pop()) and not cut_out:
                waiting.pop()
        return self._no_signature_in_vain(signatures, good=not waiting)

    def _check_script_for(self, signature: bytes) -> None:
        """Abort on btc if the script of a bare output contains the push of a signature, even of an empty one."""
        if self.chain.has_fork_id or self.spend.digest_version is not SignatureVersion.LEGACY:
            return
        if self._is_in_script(signature):
            raise Abort("the script contains the signature")

    def _is_cut_out(self, signature: bytes) -> bool:
        """Return whether bsv removes a signature from the script code of CHECKMULTISIG: one without FORKID in it."""
        return not (signature and signature[-1] & _FORKID) and self._is_in_script(signature)

    def _is_in_script(self, signature: bytes) -> bool:
        pushed, script = push_data(signature), self.spend.contract.locking_script
        return any(script.startswith(pushed, each.offset) for each in instructions(script))

    def _pair(self, signature: bytes, public_key: bytes) -> bool:
        self._check_signature_encoding(signature)
        self._check_key_encoding(public_key)
        return bool(signature) and verify_digest(signature[:-1], public_key, self._digest(signature[-1]))

    def _digest(self, hash_type: int) -> bytes:
        """Return the digest of a signature: of the script after the last separator, if none was skipped."""
        return self.spend.sighash(hash_type, separator=self.separators - 1 if self.separators else None)

    def _no_signature_in_vain(self, signatures: Sequence[bytes], *, good: bool) -> bool:
        if not good and any(signatures) and not self.relaxed:
            raise Abort("a signature that is neither valid nor empty")
        return good

    def _check_signature_encoding(self, signature: bytes) -> None:
        if not signature:
            return
        if not is_strict_der(signature[:-1]):
            raise Abort("a signature that is not strict DER")
        if not is_low_s(signature[:-1]) and not self.relaxed:
            raise Abort("a signature with a high S")
        hash_type = signature[-1]
        forkid, chronicle = (_FORKID, 0x20) if self.chain.has_fork_id else (0, 0)
        if hash_type & ~(0x80 | forkid | chronicle) not in (1, 2, 3):
            raise Abort("an undefined hash type")
        if forkid and not hash_type & forkid:
            raise Abort("a hash type without FORKID")

    def _check_key_encoding(self, public_key: bytes) -> None:
        compressed = len(public_key) == 33 and public_key[0] in (2, 3)
        uncompressed = len(public_key) == 65 and public_key[0] == 4
        if not compressed and (self.spend.digest_version is SignatureVersion.SEGWIT_V0 or not uncompressed):
            raise Abort("a public key in another form")

    # Separators and assembly ------------------------------------------------------------------------------------------

    def separate_code(self) -> None:
        """Count a code separator."""
        self.separators += 1

    def run_assembly(self, words: Sequence[Op | bytes | str], items: Sequence[bytes], count: int) -> Sequence[bytes]:
        """Run assembly without the surrounding script: on its items, with the second stack of earlier assembly."""
        variables = {each.path: each.item for each in self.spend.contract.assembly}
        found = [push_data(item) + bytes([Op.OP_TOALTSTACK]) for item in self.second_stack]
        given = [push_data(item) for item in items]
        code = [
            bytes([word]) if isinstance(word, Op) else push_data(variables[word] if isinstance(word, str) else word)
            for word in words
        ]
        script = b"".join([*found, *given, *code, bytes([Op.OP_1])])
        verdict = verify(
            b"",
            script,
            tx=self.spend.transaction(),
            input_index=self.spend.input_index,
            value=self.spend.value,
            rules=self.rules,
        )
        if not verdict:
            raise Abort(f"the assembly fails: {verdict.error}")
        if len(verdict.stack) != count + 1:
            raise Abort("the assembly leaves a different number of items")
        self.second_stack = verdict.alt_stack
        return verdict.stack[:-1]

    @property
    def rules(self) -> RuleSet:
        """The rules for the machine alone."""
        return RuleSet.from_flags(",".join(_RULES & self.chain.block_flags), chain=self.chain)

    # Lock times -------------------------------------------------------------------------------------------------------

    def check_lock_time(self, lock_time: int) -> None:
        """Compare the transaction's lock time with `lock_time` (BIP65)."""
        if lock_time < 0:
            raise Abort("a negative lock time")
        if (lock_time < LOCK_TIME_THRESHOLD) != (self.spend.lock_time < LOCK_TIME_THRESHOLD):
            raise Abort("a height compared with a time")
        if lock_time > self.spend.lock_time:
            raise Abort("the spend is not locked for so long")
        if self.spend.sequence == FINAL_SEQUENCE:
            raise Abort("the sequence number disables the lock time")

    def check_sequence(self, sequence: int) -> None:
        """Compare the input's sequence number with an age (BIP112)."""
        if sequence < 0:
            raise Abort("a negative age")
        if sequence & SEQUENCE_DISABLED:
            return
        own = self.spend.sequence
        if self.spend.version % 2**32 < 2 or own & SEQUENCE_DISABLED:
            raise Abort("the spend has no relative lock")
        if (sequence ^ own) & SEQUENCE_IN_SECONDS:
            raise Abort("blocks compared with seconds")
        if sequence & SEQUENCE_MASK > own & SEQUENCE_MASK:
            raise Abort("the spend's relative lock is shorter")
