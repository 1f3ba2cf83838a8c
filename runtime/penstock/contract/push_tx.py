"""The preimage that a contract demands of a spend of it (OP_PUSH_TX): of which hash type, from which script code on.

A contract that checks its own transaction takes the preimage of a signature as an argument, makes that signature in the
script, and lets CHECKSIG compare. In: a spend, and a call with `PREIMAGE` in the place of that argument. Out: which
preimage the script asks for, found by running it: the signature that it makes carries the hash type, and the machine
knows the script code. So it works for every contract, whoever wrote the code that checks.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.spending_transaction import SpendingTransaction
from penstock.contract.values.demanded import PREIMAGE
from penstock.errors import hides_frames
from penstock.script.hashes import hash256
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.tx.digests import Digests
from penstock.tx.hash_type import hash_type_number
from penstock.tx.sighash import preimage_fields
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.explaining.notes import Notes
from penstock.vm.items import as_bytes
from penstock.vm.judging.case import Case
from penstock.vm.judging.verdict import Verdict

__tracebackhide__ = hides_frames


_USUAL: Final = tuple(f"{outputs}{inputs}" for inputs in ("", "|ANYONECANPAY") for outputs in ("ALL", "SINGLE", "NONE"))
_CHECKS: Final = frozenset({Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY})
_LOW: Final = 0x7E
"""The first byte of a digest that is too high for the short way to check a preimage."""


class PreimageForm(NamedTuple):
    """Which preimage: its hash type, and the script code in it."""

    hash_type: int
    code: bytes


def filled(spend: SpendingTransaction, function: str, args: Sequence[object]) -> Call:
    """Return a call with every `PREIMAGE` filled in."""
    if PREIMAGE not in args:
        return spend.contract.call(function, *args)
    return _call(spend, function, args, demanded(spend, function, args))


def demanded(spend: SpendingTransaction, function: str, args: Sequence[object]) -> PreimageForm:
    """Return the preimage that a call demands in the places of `PREIMAGE`.

    If the call fails before the script has checked any, it is the first of the usual ones.
    """
    whole = spend.contract.locking_script
    usual = [PreimageForm(hash_type_number(name, spend.contract.artifact.chain), whole) for name in _USUAL]
    waiting, tried = list(usual), set[PreimageForm]()
    while waiting:
        form = waiting.pop(0)
        if form in tried:
            continue
        tried.add(form)
        call = _call(spend, function, args, form)
        verdict = spend.judge(call)
        checks = _Checks(verdict.case, call)
        asked = checks.refused(verdict)
        if verdict or form in checks.good or asked == form:
            return form
        if asked is not None:
            waiting.insert(0, asked)  # first, to be quick: any order finds the same
    return usual[0]


def preimage_of(spend: SpendingTransaction, form: PreimageForm) -> bytes:
    """Return the preimage of a spend's contract input."""
    chain, version = spend.contract.artifact.chain, spend.digest_version
    fields = preimage_fields(spend.transaction(), 0, form.code, spend.value, form.hash_type, chain, version)
    return b"".join(field.data for field in fields)


def code_behind(contract: Contract, separator: int) -> bytes:
    """Return the script code behind an OP_CODESEPARATOR of a contract, counted from 0.

    Raises:
        ArgumentError: the contract does not have so many.
    """
    found = [each for each in instructions(contract.code) if each.opcode == Op.OP_CODESEPARATOR]
    if not 0 <= separator < len(found):
        raise ArgumentError("separator", f"the number of one of {len(found)} code separators, from 0", str(separator))
    return contract.locking_script[found[separator].offset + 1 :]


def is_low(preimage: bytes) -> bool:
    """Tell whether a preimage has a digest that every published short way of checking it can sign.

    Those ways add to the digest's first byte or to its last one, and cannot carry.
    """
    digest = hash256(preimage)
    return 0 < digest[0] < _LOW and 0 < digest[-1] < _LOW


def _call(spend: SpendingTransaction, function: str, args: Sequence[object], form: PreimageForm) -> Call:
    preimage = preimage_of(spend, form)
    return spend.contract.call(function, *(preimage if argument is PREIMAGE else argument for argument in args))


class _Checks(Notes):
    """The signatures that a script has made by itself and checked; those that came with the call are not among them."""

    def __init__(self, case: Case, call: Call) -> None:
        self._given = set(call.items)
        self.good: set[PreimageForm] = set()
        self._bad: PreimageForm | None = None
        super().__init__(case, Digests(case.tx, case.spent_outputs))

    def ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes, *, good: bool) -> None:
        """Hear of a signature."""
        super().ecdsa(kind, code, signature, key, good=good)
        if signature in self._given:
            return
        form = PreimageForm(signature[-1], code)
        if good:
            self.good.add(form)
        else:
            self._bad = form

    def refused(self, verdict: Verdict) -> PreimageForm | None:
        """Return what the last signature that did not fit was to sign, or was not even hashed for; None without one."""
        if self._bad is not None or verdict.opcode_index is None or len(verdict.items) < 2:
            return self._bad
        signature = as_bytes(verdict.items[-2])
        if not signature or signature in self._given or not self._is_check(verdict.opcode_index):
            return None
        return PreimageForm(signature[-1], self.code)

    def _is_check(self, opcode_index: int) -> bool:
        """Whether this opcode of the last script checks a signature."""
        script = next(reversed(self.scripts.values()), b"")
        try:
            for index, instruction in enumerate(instructions(script)):
                if index == opcode_index:
                    return instruction.opcode in _CHECKS
        except ScriptParseError:
            pass
        return False
