"""Telling in words what a verdict is about.

In: a verdict. Out: some lines of text: the rule, the opcode and its place, both stacks, the branches that were taken,
and for a signature that did not fit what was hashed, field by field. The case is judged once more to find out; a
verdict that nobody asks costs nothing.

A contract that checks its own transaction is given the preimage as an argument. If the unlocking script holds one and
the signature does not fit, the two preimages are compared field by field.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from penstock.script.parse import ScriptParseError, instructions
from penstock.tx.digests import Digests, Field
from penstock.tx.hash_type import hash_type_name
from penstock.tx.hashes import hash256, tagged_hash
from penstock.vm.case import Case
from penstock.vm.errors import Reason
from penstock.vm.items import Item, as_bytes, size_of
from penstock.vm.preimage import read_preimage
from penstock.vm.trace import EcdsaCheck, SchnorrCheck, SignatureCheck, Step, Trace, trace_case
from penstock.vm.verdict import Verdict

_SHOWN_BYTES: Final = 40
_SHOWN_ITEMS: Final = 16
_SHOWN_BRANCHES: Final = 16


def explain(verdict: Verdict) -> str:
    """Return the explanation of a verdict: several lines, without an end of line behind the last."""
    return "\n".join(_lines(verdict, trace_case(verdict.case)))


def _lines(verdict: Verdict, traced: Trace) -> Iterator[str]:
    if verdict.error is None:
        yield "passes"
    else:
        yield f"{verdict.error}: {Reason[verdict.error].value}"
        yield f"  in the {verdict.script.value}{_place(verdict, traced.steps)}"
        if verdict.source_line:
            yield f"  source: {verdict.source_line}"
    yield from _stack("stack", verdict.items)
    yield from _stack("second stack", verdict.alt_items)
    yield from _branches(traced.steps)
    bad = [check for check in traced.signatures if verdict.error and not _is_good(check, verdict)]
    if bad:
        yield from _signature(verdict.case, bad[-1])


def _place(verdict: Verdict, steps: Sequence[Step]) -> str:
    """Return which opcode failed."""
    index = verdict.opcode_index
    if index is None:
        return ""
    found = (step for step in reversed(steps) if (step.script, step.opcode_index) == (verdict.script, index))
    step = next(found, None)
    what = f"{_shortened(step.text)} at byte {step.offset}" if step else "a push that runs past the end"
    ending = ", the last to run" if verdict.error == Reason.EVAL_FALSE.name else ""
    return f", opcode {index}: {what}{ending}"


def _stack(name: str, items: Sequence[Item]) -> Iterator[str]:
    """Yield a stack, its top first."""
    yield f"{name}: {len(items)} item{'s' * (len(items) != 1)}{', top first' * (len(items) > 1)}"
    for item in reversed(items[-_SHOWN_ITEMS:]):
        yield f"  {_shown(item)}"
    if len(items) > _SHOWN_ITEMS:
        yield f"  … and {len(items) - _SHOWN_ITEMS} more"


def _branches(steps: Sequence[Step]) -> Iterator[str]:
    branches = [step for step in steps if step.taken is not None]
    if branches:
        yield "branches:"
    for step in branches[-_SHOWN_BRANCHES:]:
        outcome = "taken" if step.taken else "not taken"
        yield f"  {step.script.value}, opcode {step.opcode_index}, {step.text}: {outcome}"


def _is_good(check: SignatureCheck, verdict: Verdict) -> bool:
    match check:
        case EcdsaCheck():
            return check.good
        case SchnorrCheck():
            return verdict.error != Reason.SCHNORR_SIG.name


def _signature(case: Case, check: SignatureCheck) -> Iterator[str]:
    """Yield what was hashed for a signature."""
    digests = Digests(case.tx, case.spent_outputs)
    match check:
        case EcdsaCheck():
            hash_type = check.signature[-1]
            yield f"signature: {_shown(check.signature)}"
            yield f"  key: {_shown(check.key)}"
            yield f"  hash type: {hash_type:#04x} {hash_type_name(hash_type)}, {_KINDS[check.kind]}"
            if check.kind == "bip143":
                fields = digests.bip143_fields(case.input_index, check.code, case.value, hash_type)
            else:
                fields = digests.legacy_fields(case.input_index, check.code, hash_type)
            yield from _preimage(fields)
            if fields:
                yield f"  digest: {hash256(b''.join(field.data for field in fields)).hex()}"
            yield from _comparison(case, fields)
        case SchnorrCheck():
            yield f"signature: {_shown(check.signature)}"
            yield f"  key: {_shown(check.key)}"
            yield f"  hash type: {check.hash_type:#04x} {hash_type_name(check.hash_type)}, digest of BIP341"
            fields = digests.taproot_fields(
                case.input_index,
                check.hash_type,
                annex=check.leaf.annex,
                leaf_hash=check.leaf.leaf_hash,
                codeseparator_position=check.separator,
            )
            yield from _preimage(fields)
            yield f"  digest: {tagged_hash('TapSighash', *(field.data for field in fields)).hex()}"


_KINDS: Final = {"legacy": "original digest", "bip143": "digest of BIP143 (on bsv: FORKID)"}


def _preimage(fields: Sequence[Field]) -> Iterator[str]:
    yield "  preimage:" if fields else "  nothing was hashed: SINGLE without an output signs the number one"
    width = max((len(field.name) for field in fields), default=0)
    for field in fields:
        if field.data:
            yield f"    {field.name:{width}}  {_shown(field.data)}"


def _comparison(case: Case, signed: Sequence[Field]) -> Iterator[str]:
    """Yield where the preimage that was given as an argument differs from the one that was signed."""
    for given in _given_preimages(case):
        pairs = list(zip(given, signed, strict=True)) if len(given) == len(signed) else []
        different = [(ours, theirs) for ours, theirs in pairs if ours.data != theirs.data]
        if pairs:
            yield "the preimage given as an argument " + ("differs in:" if different else "is the one that was signed")
        for ours, theirs in different:
            yield f"  {ours.name}"
            yield f"    given   {_shown(ours.data)}"
            yield f"    signed  {_shown(theirs.data)}"


def _given_preimages(case: Case) -> list[tuple[Field, ...]]:
    pushed = list(case.witness)
    with suppress(ScriptParseError):
        pushed.extend(instruction.data for instruction in instructions(case.unlocking) if instruction.data)
    return [fields for data in pushed if (fields := read_preimage(data)) is not None]


def _shown(item: Item) -> str:
    """Return an item in hexadecimal, shortened if it is long, with its length."""
    size = size_of(item)
    if not size:
        return "(empty)"
    head = as_bytes(item[:_SHOWN_BYTES] if not isinstance(item, int) else item)[:_SHOWN_BYTES]
    return f"{head.hex()}{'…' * (size > _SHOWN_BYTES)} ({size} byte{'s' * (size != 1)})"


def _shortened(text: str) -> str:
    return text if len(text) <= 2 * _SHOWN_BYTES else f"{text[: 2 * _SHOWN_BYTES]}…"
