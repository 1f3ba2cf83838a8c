"""Preimage that a contract requires of its spend (OP_PUSH_TX): its hash type and its script code.

A contract that checks its own transaction takes the preimage of a signature as an argument, makes that signature in the
script, and checks it by CHECKSIG. In: a spend, and a call with `PREIMAGE` for that argument. Out: the required
preimage, found by running the script: the signature that it makes contains the hash type, and the machine determines
the script code. So it works for every contract, independent of the code that checks the preimage.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from penstock.artifact.basic_types import BasicType
from penstock.contract.contract import Call, Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.spending_transaction import SpendingTransaction
from penstock.contract.values.arguments import bind
from penstock.contract.values.demanded import PREIMAGE
from penstock.contract.values.shape import shape_of
from penstock.errors import hides_frames
from penstock.script.consensus import NO_SEPARATOR
from penstock.script.hashes import hash256
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.tx.digests import Digests
from penstock.tx.hash_type import hash_type_number
from penstock.tx.sighash import preimage_fields
from penstock.tx.signature_version import SignatureVersion
from penstock.tx.transaction import Transaction, TxOut
from penstock.vm.explaining.notes import Notes
from penstock.vm.items import as_bytes
from penstock.vm.judging.case import Case
from penstock.vm.judging.verdict import Verdict

__tracebackhide__ = hides_frames


_USUAL: Final = tuple(f"{outputs}{inputs}" for inputs in ("", "|ANYONECANPAY") for outputs in ("ALL", "SINGLE", "NONE"))
_CHECKS: Final = frozenset({Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY})
_PREIMAGE_TYPES: Final = (BasicType.SIG_HASH_PREIMAGE, BasicType.BYTES)
_LOW: Final = 0x7E
"""The first byte of a digest that is too high for the short way of checking a preimage."""


class PreimageForm(NamedTuple):
    """The form of a preimage: its hash type, its script code, in a tapscript the place of the last separator."""

    hash_type: int
    code: bytes
    position: int = NO_SEPARATOR


def in_order(
    contract: Contract, function: str, args: Sequence[object], kwargs: Mapping[str, object]
) -> tuple[object, ...]:
    """Return the arguments of a call, positional or by name, in the order of the parameters.

    Raises:
        ArgumentError: no such function, or a missing, surplus or unknown argument.
    """
    parameters = contract.function(function).params
    return tuple(value for _, value in bind(f"{contract.artifact.contract}.{function}", parameters, args, kwargs))


def filled(spend: SpendingTransaction, function: str, args: Sequence[object]) -> Call:
    """Return a call with every `PREIMAGE` filled in."""
    if PREIMAGE not in args:
        return spend.contract.call(function, *args)
    return _call(spend, function, args, demanded(spend, function, args))


def demanded(spend: SpendingTransaction, function: str, args: Sequence[object]) -> PreimageForm:
    """Return the preimage that a call requires for `PREIMAGE`.

    If the call fails before the script has checked any, the result is the first of the usual forms.

    Raises:
        ArgumentError: no such function, arguments that do not fit it, or `PREIMAGE` for another type than
            `SigHashPreimage` or `bytes`.
    """
    _check_types(spend.contract, function, args)
    whole = spend.wrapped.script
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
            waiting.insert(0, asked)  # first, for speed: any order gives the same result
    return usual[0]


def _check_types(contract: Contract, function: str, args: Sequence[object]) -> None:
    """Raise ArgumentError for a `PREIMAGE` that is not for a `SigHashPreimage` or `bytes`."""
    for parameter, argument in zip(contract.function(function).params, args, strict=True):
        shape = shape_of(parameter, contract.artifact, constructing=False)
        if argument is PREIMAGE and shape not in _PREIMAGE_TYPES:
            got = "PREIMAGE (a preimage is bytes: declare the parameter as SigHashPreimage)"
            raise ArgumentError(parameter.name, str(shape), got)


def preimage_of(
    spend: SpendingTransaction,
    form: PreimageForm,
    tx: Transaction | None = None,
    spent_outputs: Sequence[TxOut] | None = None,
) -> bytes:
    """Return the preimage of a spend's contract input.

    Args:
        spend: the spend.
        form: the form of the preimage.
        tx: another transaction in place of the spend's own, with the input at the same index.
        spent_outputs: the outputs that its inputs spend.
    """
    chain, version = spend.contract.artifact.chain, spend.digest_version
    fields = preimage_fields(
        spend.transaction() if tx is None else tx,
        spend.input_index,
        form.code,
        spend.value,
        form.hash_type,
        chain,
        version,
        spend.spent_outputs if spent_outputs is None else spent_outputs,
        form.position,
    )
    return b"".join(field.data for field in fields)


def is_low(preimage: bytes) -> bool:
    """Return whether a preimage has a digest that every published short way of checking it can sign.

    These ways add to the first or the last byte of the digest, without carry.
    """
    digest = hash256(preimage)
    return 0 < digest[0] < _LOW and 0 < digest[-1] < _LOW


def _call(spend: SpendingTransaction, function: str, args: Sequence[object], form: PreimageForm) -> Call:
    preimage = preimage_of(spend, form)
    return spend.contract.call(function, *(preimage if argument is PREIMAGE else argument for argument in args))


class _Checks(Notes):
    """The signatures that a script has made and checked itself; signatures in the call's arguments are excluded."""

    def __init__(self, case: Case, call: Call) -> None:
        self._given = set(call.items)
        self.good: set[PreimageForm] = set()
        self._bad: PreimageForm | None = None
        super().__init__(case, Digests(case.tx, case.spent_outputs))

    def ecdsa(self, kind: SignatureVersion, code: bytes, signature: bytes, key: bytes, *, good: bool) -> None:
        """Receive a signature."""
        super().ecdsa(kind, code, signature, key, good=good)
        if signature in self._given:
            return
        form = PreimageForm(signature[-1], code)
        if good:
            self.good.add(form)
        else:
            self._bad = form

    def refused(self, verdict: Verdict) -> PreimageForm | None:
        """Return the form that the last invalid or refused signature was to sign; None without one."""
        if self._bad is not None or verdict.opcode_index is None or len(verdict.items) < 2:
            return self._bad
        signature = as_bytes(verdict.items[-2])
        if not signature or signature in self._given or not self._is_check(verdict.opcode_index):
            return None
        return PreimageForm(signature[-1], self.code)

    def _is_check(self, opcode_index: int) -> bool:
        """Return whether this opcode of the last script checks a signature."""
        script = next(reversed(self.scripts.values()), b"")
        try:
            for index, instruction in enumerate(instructions(script)):
                if index == opcode_index:
                    return instruction.opcode in _CHECKS
        except ScriptParseError:
            pass
        return False
