"""Explanation of a verdict in text.

In: a verdict. Out: some lines of text: the rule, the opcode and its place, both stacks, the branches that were taken,
for a hash that did not match both hashes, and for a signature that did not verify the hashed data, field by field, and
a change with which it would. The case is judged once more for this; a verdict that is not explained costs nothing.

A contract that checks its own transaction takes the preimage as an argument (OP_PUSH_TX). If the unlocking script or a
stack contains one, it is compared with the machine's own, field by field.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from penstock.script.assembler import instruction_text
from penstock.script.chains import Chain
from penstock.script.hashes import hash256_of, tagged_hash
from penstock.script.opcodes import Op
from penstock.script.parse import Instruction, ScriptParseError, instructions
from penstock.tx.digests import Digests
from penstock.tx.hash_type import hash_type_name, hash_type_number
from penstock.tx.preimage import PreimageField
from penstock.tx.sighash import SignatureVersion, uses_forkid_digest
from penstock.vm.explaining.formatting import SHOWN_BYTES, brief, first_difference, meaning_of, shown
from penstock.vm.explaining.mismatch import hash_lines
from penstock.vm.explaining.notes import Notes
from penstock.vm.explaining.outputs import OutputDifference, covered, output_differences, read_outputs
from penstock.vm.explaining.preimage import Bytes, PreimageDifference, differences, hash_type_of
from penstock.vm.explaining.trace import EcdsaCheck, SchnorrCheck, SignatureCheck
from penstock.vm.explaining.ways import Candidates, candidates_of, ecdsa_way, schnorr_way
from penstock.vm.items import Item, as_bytes
from penstock.vm.judging.case import Case, Phase
from penstock.vm.judging.relay import relay_fault
from penstock.vm.judging.verdict import Verdict
from penstock.vm.reasons import Reason
from penstock.wording import counted

_SHOWN_ITEMS: Final = 16
_KINDS: Final = {
    SignatureVersion.LEGACY: "original digest",
    SignatureVersion.SEGWIT_V0: "digest of BIP143 (on bsv: FORKID)",
}
_ONE_SIGNATURE: Final = frozenset({Op.OP_CHECKSIG.value, Op.OP_CHECKSIGVERIFY.value})
_IN_WITNESS: Final = frozenset({Phase.WITNESS, Phase.TAPROOT, Phase.TAPSCRIPT})

_Fields: TypeAlias = tuple[PreimageField, ...]


def explain(verdict: Verdict) -> str:
    """Return the explanation of a verdict: several lines, without a final newline."""
    case = verdict.case
    digests = Digests(case.tx, case.spent_outputs)
    notes = Notes(case, digests)
    failing = _failing(verdict, notes)
    lines = [*_failure(verdict, failing), *_stack("stack", verdict.items), *_stack("second stack", verdict.alt_items)]
    if verdict.script in _IN_WITNESS and verdict.opcode_index is None:
        lines += _stack("witness", case.witness)
    lines += _branches(notes, case.rules.chain)
    if verdict.error is not None:
        asked = _Asked(verdict, digests, notes, failing)
        lines += hash_lines(verdict, notes)
        lines += _signatures(asked)
        lines += () if notes.failed else _outputs(asked)
    return "\n".join(lines)


def _failure(verdict: Verdict, failing: Instruction | None) -> Iterator[str]:
    """Yield the failure and its place."""
    if verdict.error is None:
        yield "passes"
        return
    if fault := relay_fault(verdict):
        yield str(fault)
        return
    yield f"{verdict.error}: {Reason[verdict.error].value}"
    yield f"  in the {verdict.script.value}{_place(verdict, failing)}"
    if verdict.source_line:
        yield f"  source: {verdict.source_line}"
        for call in verdict.calls:
            yield f"  called: {call}"


def _failing(verdict: Verdict, notes: Notes) -> Instruction | None:
    if verdict.opcode_index is None:
        return None
    return _instruction(notes.scripts.get(verdict.script, b""), verdict.opcode_index)


def _instruction(script: bytes, index: int) -> Instruction | None:
    """Return one instruction of a script; None for a push that runs past the end."""
    uncopied: bytes = memoryview(script)  # type: ignore[assignment]  # same interface; pushes may have gigabytes
    with suppress(ScriptParseError):
        return next(islice(instructions(uncopied), index, None), None)
    return None


def _place(verdict: Verdict, failing: Instruction | None) -> str:
    """Return the opcode that failed, with its position."""
    if verdict.opcode_index is None:
        return ""
    opcode = "a push that runs past the end"
    if failing is not None:
        opcode = f"{_text(failing, verdict.case.rules.chain)} at byte {failing.offset}"
    ending = ", the last to run" if verdict.error == Reason.EVAL_FALSE.name else ""
    return f", opcode {verdict.opcode_index}: {opcode}{ending}"


def _text(instruction: Instruction, chain: Chain) -> str:
    data = instruction.data
    if not data or len(data) <= SHOWN_BYTES:
        return instruction_text(instruction, chain)
    return f"a push of {shown(data)}"


def _stack(name: str, items: Sequence[Item]) -> Iterator[str]:
    """Yield a stack, its top first."""
    yield f"{name}: {counted(len(items), 'item')}{', top first' * (len(items) > 1)}"
    for item in reversed(items[-_SHOWN_ITEMS:]):
        yield f"  {shown(item)}"
    if len(items) > _SHOWN_ITEMS:
        yield f"  … and {len(items) - _SHOWN_ITEMS} more"


def _branches(notes: Notes, chain: Chain) -> Iterator[str]:
    if notes.branches:
        yield "branches:"
    if notes.branch_count > len(notes.branches):
        yield f"  {notes.branch_count - len(notes.branches)} before these"
    for branch in notes.branches:
        instruction = _instruction(notes.scripts[branch.script], branch.opcode_index)
        name = "" if instruction is None else f" {instruction_text(instruction, chain)}:"
        outcome = "taken" if branch.taken else "not taken"
        yield f"  {branch.script.value}, opcode {branch.opcode_index},{name} {outcome}"


class _Asked(NamedTuple):
    """The data from which the signatures of a failure are explained."""

    verdict: Verdict
    digests: Digests
    notes: Notes
    failing: Instruction | None

    @property
    def case(self) -> Case:
        return self.verdict.case


def _signatures(asked: _Asked) -> Iterator[str]:
    """Yield the data that was hashed for a signature that did not verify, and the errors of a given preimage."""
    checks = asked.notes.failed
    if checks:
        if len(checks) > 1:
            yield from _tries(checks)
        check = next(
            (each for each in reversed(checks) if not (isinstance(each, EcdsaCheck) and each.good)), checks[-1]
        )
        fields = _fields(asked, check)
        yield from _check(check, fields)
        yield _way(asked, check)
        yield from _comparison(asked, "signed", fields)
        return
    refused = _refused(asked)
    if refused:
        yield f"signature: {shown(refused)}"
        yield f"  hash type: {refused[-1]:#04x} {hash_type_name(refused[-1])}"
        yield "  nothing was hashed: it was refused before"
        yield from _way_of_refused(asked, refused)
    yield from _comparison(asked, "in fact", hash_type=refused[-1] if refused else None)


def _way(asked: _Asked, check: SignatureCheck) -> str:
    """Return a change with which a signature would verify."""
    case, candidates = asked.case, _candidates(asked)
    match check:
        case EcdsaCheck():
            way = ecdsa_way(check, case, asked.digests, candidates)
        case SchnorrCheck():
            way = schnorr_way(check, case, asked.digests, candidates)
    return f"  fits if {way}" if way else "  fits none of the known digests, hash types, script codes and keys"


def _way_of_refused(asked: _Asked, signature: bytes) -> Iterator[str]:
    """Yield a change with which a signature would verify that was refused for its encoding."""
    key = as_bytes(asked.verdict.items[-1])
    kind = SignatureVersion.SEGWIT_V0 if _is_bip143(asked, signature[-1]) else SignatureVersion.LEGACY
    check = EcdsaCheck(kind, asked.notes.code, signature, key, good=False)
    way = ecdsa_way(check, asked.case, asked.digests, _candidates(asked), itself=True)
    if way:
        yield f"  fits if {way}"


def _candidates(asked: _Asked) -> Candidates:
    return candidates_of(asked.case, asked.notes.scripts, (*asked.verdict.items, *asked.verdict.alt_items))


def _is_bip143(asked: _Asked, hash_type: int) -> bool:
    """Return whether the failed script uses the digest of BIP143 for a hash type."""
    if asked.case.rules.chain.has_fork_id:
        return uses_forkid_digest(hash_type)
    return asked.verdict.script is Phase.WITNESS


def _refused(asked: _Asked) -> bytes:
    """Return the signature that CHECKSIG refused for its encoding; empty without one."""
    failing, items = asked.failing, asked.verdict.items
    if failing is None or failing.opcode not in _ONE_SIGNATURE or asked.verdict.script is Phase.TAPSCRIPT:
        return b""
    return as_bytes(items[-2]) if len(items) > 1 else b""


def _tries(checks: Sequence[SignatureCheck]) -> Iterator[str]:
    yield "tried, one signature after the other:"
    ecdsa = [check for check in checks if isinstance(check, EcdsaCheck)]
    for check in ecdsa[:_SHOWN_ITEMS]:
        yield f"  {brief(check.signature)} {'fits' if check.good else 'does not fit'} key {brief(check.key)}"
    if len(ecdsa) > _SHOWN_ITEMS:
        yield f"  … and {len(ecdsa) - _SHOWN_ITEMS} more"


def _fields(asked: _Asked, check: SignatureCheck) -> _Fields:
    """Return the fields that were hashed for a signature."""
    case, digests = asked.case, asked.digests
    match check:
        case EcdsaCheck(kind=SignatureVersion.SEGWIT_V0):
            return digests.bip143_fields(case.input_index, check.code, case.value, check.signature[-1])
        case EcdsaCheck():
            return digests.legacy_fields(case.input_index, check.code, check.signature[-1])
        case SchnorrCheck():
            return digests.taproot_fields(
                case.input_index,
                check.hash_type,
                annex=check.leaf.annex,
                leaf_hash=check.leaf.leaf_hash,
                codeseparator_position=check.separator,
            )


def _check(check: SignatureCheck, fields: _Fields) -> Iterator[str]:
    """Yield a signature that did not verify, and the data that was hashed for it."""
    yield f"signature: {shown(check.signature)}"
    yield f"  key: {shown(check.key)}"
    data = [field.data for field in fields]
    match check:
        case EcdsaCheck():
            hash_type, kind, digest = check.signature[-1], _KINDS[check.kind], hash256_of(data)
        case SchnorrCheck():
            hash_type, kind, digest = check.hash_type, "digest of BIP341", tagged_hash("TapSighash", *data)
    yield f"  hash type: {hash_type:#04x} {hash_type_name(hash_type)}, {kind}"
    yield "  preimage:" if fields else "  nothing was hashed: SINGLE without an output signs the number one"
    width = max((len(field.name) for field in fields), default=0)
    for field in fields:
        if field.data:
            yield f"    {field.name:{width}}  {shown(field.data, meaning_of(field.name, field.data))}"
    if fields:
        yield f"  digest: {digest.hex()}"


def _comparison(
    asked: _Asked, right_label: str, signed: _Fields | None = None, *, hash_type: int | None = None
) -> Iterator[str]:
    """Yield the differences between a given preimage and the right one, if a preimage was given.

    The right fields depend on the hash type: that of the signature, or else the one in the preimage.
    """
    compared: list[tuple[PreimageDifference, ...]] = []
    for given in (*_pushed(asked.case), *asked.notes.preimages):
        right = _own_preimage(asked, given, hash_type) if signed is None else signed
        found = differences(given, right)
        if found is not None:
            compared.append(found)
    if not compared:
        return
    best = min(compared, key=len)
    yield "the given preimage " + ("differs:" if best else "is right, field by field")
    width = max(len("given"), len(right_label))
    for name, given, right_one in best:
        yield f"  {name}"
        start = first_difference(given, right_one)
        yield f"    {'given':{width}}  {shown(given, meaning_of(name, given), start)}"
        yield f"    {right_label:{width}}  {shown(right_one, meaning_of(name, right_one), start)}"


def required_outputs(verdict: Verdict) -> tuple[OutputDifference, ...]:
    """Return the differences between the outputs that a script built and hashed and those of the transaction.

    Empty if the script built none, or if the difference is elsewhere. The case is judged once more.
    """
    notes = Notes(verdict.case, Digests(verdict.case.tx, verdict.case.spent_outputs))
    return () if notes.failed else _output_differences(verdict.case, notes)


def _output_differences(case: Case, notes: Notes) -> tuple[OutputDifference, ...]:
    hash_types = [hash_type_of(given) for given in (*_pushed(case), *notes.preimages)]
    hash_type = next((each for each in hash_types if each is not None), None)
    right = None if hash_type is None else covered(case.tx.outputs, case.input_index, hash_type)
    hashed = [made for made in notes.outputs if hash256_of((made,)) in notes.hashes]
    if right is None or not hashed:
        return ()
    state_in = None if case.artifact is None else case.artifact.state_in
    compared = [output_differences(read_outputs(made) or (), right, state_in) for made in hashed]
    return compared[-1] if all(compared) else ()


def _outputs(asked: _Asked) -> Iterator[str]:
    """Yield the differences between the outputs that the script built and hashed and those of the transaction."""
    found = _output_differences(asked.case, asked.notes)
    if found:
        yield "the outputs that the script requires differ from the transaction's:"
        yield from difference_lines(found)


def difference_lines(differences: Iterable[OutputDifference]) -> Iterator[str]:
    """Yield differences of outputs for readers."""
    for name, made, actual, _ in differences:
        yield f"  {name}"
        if isinstance(made, int) or isinstance(actual, int):
            yield from (f"    asked    {made!r}", f"    in fact  {actual!r}")
            continue
        start, field = first_difference(made, actual), name.rpartition(" ")[2]
        yield f"    asked    {shown(made, meaning_of(field, made), start)}"
        yield f"    in fact  {shown(actual, meaning_of(field, actual), start)}"


def _own_preimage(asked: _Asked, given: Bytes, hash_type: int | None) -> _Fields:
    """Return the preimage of a signature that was not checked: one of this hash type, or of that in `given`."""
    case, digests, code = asked.case, asked.digests, asked.notes.code
    if hash_type is None:
        announced = hash_type_of(given)
        hash_type = hash_type_number("ALL", case.rules.chain) if announced is None else announced
    if _is_bip143(asked, hash_type):
        return digests.bip143_fields(case.input_index, code, case.value, hash_type)
    return digests.legacy_fields(case.input_index, code, hash_type)


def _pushed(case: Case) -> Iterator[Bytes]:
    """Yield the pushes of the unlocking script and the witness items, without copying them."""
    yield from case.witness
    uncopied: bytes = memoryview(case.unlocking)  # type: ignore[assignment]  # same interface
    with suppress(ScriptParseError):
        for instruction in instructions(uncopied):
            if instruction.data:
                yield instruction.data
