"""The evaluator's oracle for a real spend: what relay says about its signatures and lock times.

It follows the rules as they are written down for the nodes, not the machine's code, and looks at the locking script
only where they do: for what signatures commit to, and for signatures inside of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from penstock import Spend
from penstock.contract.push_tx import code_behind
from penstock.script.opcodes import Op
from penstock.script.parse import instructions
from penstock.script.pushes import push_data
from penstock.tx.der import is_low_s, is_strict_der
from penstock.tx.keys import verify_digest
from penstock.tx.sighash import sighash
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from penstockc.language.abort import Abort

FINAL = 0xFFFF_FFFF
FORKID = 0x40
FIRST_TIME = 500_000_000  # lock times from here on are seconds, below it blocks
DISABLED, IS_TIME, AGE = 1 << 31, 1 << 22, 0xFFFF  # bits of a relative lock (BIP68)


@dataclass(slots=True)
class SpendOracle:
    """Answers for one transaction that spends one output of a contract.

    `cut_an_empty_one` tells afterwards whether an empty signature was cut out of what another one signs: bsv-sdk
    leaves it in. `separators` counts those that were passed; `second_stack` is what assembly left there.
    """

    spend: Spend
    cut_an_empty_one: bool = False
    separators: int = 0
    second_stack: tuple[bytes, ...] = ()

    @property
    def is_bsv(self) -> bool:
        return self.spend.contract.artifact.target == "bsv"

    @property
    def relaxed(self) -> bool:
        """Whether Chronicle lets low S and empty failing signatures go, as it does for versions above 1."""
        return self.is_bsv and self.spend.version > 1

    # Signatures -------------------------------------------------------------------------------------------------------

    def check_sig(self, signature: bytes, public_key: bytes) -> bool:
        self._check_script_for(signature)
        return self._no_signature_in_vain([signature], good=self._pair(signature, public_key))

    def check_multi_sig(self, signatures: Sequence[bytes], public_keys: Sequence[bytes]) -> bool:
        for signature in signatures:
            self._check_script_for(signature)
        waiting, keys = list(signatures), list(public_keys)
        cut_out = [signature for signature in signatures if self.is_bsv and self._is_cut_out(signature)]
        self.cut_an_empty_one |= b"" in cut_out
        while waiting and len(waiting) <= len(keys):
            if self._pair(waiting[-1], keys.pop()) and not cut_out:
                waiting.pop()
        return self._no_signature_in_vain(signatures, good=not waiting)

    def _check_script_for(self, signature: bytes) -> None:
        """On btc the script of a bare output may not contain the push of a signature, not even of an empty one."""
        if self.is_bsv or self.spend.wrap == "p2wsh":
            return
        if self._is_in_script(signature):
            raise Abort("the script contains the signature")

    def _is_cut_out(self, signature: bytes) -> bool:
        """Whether bsv takes a signature out of what all of a CHECKMULTISIG sign: an old one, in the script itself."""
        return not (signature and signature[-1] & FORKID) and self._is_in_script(signature)

    def _is_in_script(self, signature: bytes) -> bool:
        pushed, script = push_data(signature), self.spend.contract.locking_script
        return any(script.startswith(pushed, each.offset) for each in instructions(script))

    def _pair(self, signature: bytes, public_key: bytes) -> bool:
        self._check_signature_encoding(signature)
        self._check_key_encoding(public_key)
        return bool(signature) and verify_digest(signature[:-1], public_key, self._digest(signature[-1]))

    def _digest(self, hash_type: int) -> bytes:
        """What a signature signs: the script from behind the last separator, if none was jumped over."""
        spend = self.spend
        if not self.separators:
            return spend.sighash(hash_type)
        code, rules = code_behind(spend.contract, self.separators - 1), spend.contract.artifact.target
        version = spend.digest_version
        return sighash(spend.transaction(), 0, code, spend.value, hash_type, rules=rules, version=version)

    def _no_signature_in_vain(self, signatures: Sequence[bytes], *, good: bool) -> bool:
        if not good and any(signatures) and not self.relaxed:
            raise Abort("a signature that is neither right nor empty")
        return good

    def _check_signature_encoding(self, signature: bytes) -> None:
        if not signature:
            return
        if not is_strict_der(signature[:-1]):
            raise Abort("a signature that is not strict DER")
        if not is_low_s(signature[:-1]) and not self.relaxed:
            raise Abort("a signature with a high S")
        hash_type = signature[-1]
        forkid, chronicle = (FORKID, 0x20) if self.is_bsv else (0, 0)
        if hash_type & ~(0x80 | forkid | chronicle) not in (1, 2, 3):
            raise Abort("an undefined hash type")
        if forkid and not hash_type & forkid:
            raise Abort("a hash type without FORKID")

    def _check_key_encoding(self, public_key: bytes) -> None:
        compressed = len(public_key) == 33 and public_key[0] in (2, 3)
        uncompressed = len(public_key) == 65 and public_key[0] == 4
        if not compressed and (self.spend.wrap == "p2wsh" or not uncompressed):
            raise Abort("a public key of another form")

    # Separators and assembly ------------------------------------------------------------------------------------------

    def separate_code(self) -> None:
        self.separators += 1

    def run_assembly(self, words: Sequence[Op | bytes | str], items: Sequence[bytes], count: int) -> Sequence[bytes]:
        """Run it alone: on its items, with what assembly left on the second stack, and none of the script around it."""
        variables = {each.path: each.item for each in self.spend.contract.assembly}
        found = [push_data(item) + bytes([Op.OP_TOALTSTACK]) for item in self.second_stack]
        given = [push_data(item) for item in items]
        code = [
            bytes([word]) if isinstance(word, Op) else push_data(variables[word] if isinstance(word, str) else word)
            for word in words
        ]
        script = b"".join([*found, *given, *code, bytes([Op.OP_1])])
        verdict = verify(
            b"", script, tx=self.spend.transaction(), input_index=0, value=self.spend.value, rules=self.rules
        )
        if not verdict:
            raise Abort(f"the assembly fails: {verdict.error}")
        if len(verdict.stack) != count + 1:
            raise Abort("the assembly leaves another number of items")
        self.second_stack = verdict.alt_stack
        return verdict.stack[:-1]

    @property
    def rules(self) -> RuleSet:
        """Those of the machine alone."""
        flags = "P2SH,GENESIS,CHRONICLE,UTXO_AFTER_GENESIS,UTXO_AFTER_CHRONICLE" if self.is_bsv else ""
        return RuleSet.from_flags(flags, chain="bsv" if self.is_bsv else "btc")

    # Lock times -------------------------------------------------------------------------------------------------------

    def check_lock_time(self, lock_time: int) -> None:
        if lock_time < 0:
            raise Abort("a negative lock time")
        if (lock_time < FIRST_TIME) != (self.spend.lock_time < FIRST_TIME):
            raise Abort("a height against a time")
        if lock_time > self.spend.lock_time:
            raise Abort("the spend is not locked for so long")
        if self.spend.sequence == FINAL:
            raise Abort("the sequence number makes the lock time void")

    def check_sequence(self, sequence: int) -> None:
        if sequence < 0:
            raise Abort("a negative age")
        if sequence & DISABLED:
            return
        own = self.spend.sequence
        if self.spend.version % 2**32 < 2 or own & DISABLED:
            raise Abort("the spend promises no age")
        if (sequence ^ own) & IS_TIME:
            raise Abort("blocks against seconds")
        if sequence & AGE > own & AGE:
            raise Abort("the output need not be so old")
