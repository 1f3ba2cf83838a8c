"""Hashes that do not match: the actual hash, the hashed data, and the expected hash.

In: the notes of a judgement. Out: lines for an explanation. A script compares a hash by EQUAL or EQUALVERIFY (for P2SH
the locking script does); a witness program of version 0 or 1 is compared by the rules of its version.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from penstock.script import hashes
from penstock.script.consensus import LEAF_VERSION_MASK, TAPSCRIPT_LEAF
from penstock.script.opcodes import Op
from penstock.script.witness_program import witness_program
from penstock.tx.secp256k1.interface import KeyFormatError
from penstock.tx.sighash import tapleaf_hash
from penstock.tx.signatures import tweak_public_key
from penstock.vm.explaining.formatting import shown
from penstock.vm.explaining.notes import FailedComparison, Hashed, Notes
from penstock.vm.items import as_bytes
from penstock.vm.judging.case import Case, Phase
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.witness import merkle_root, without_annex
from penstock.vm.reasons import Reason

_FUNCTIONS: Final = {
    Op.OP_SHA256.value: ("sha256", hashes.sha256),
    Op.OP_HASH256.value: ("hash256", hashes.hash256),
    Op.OP_HASH160.value: ("hash160", hashes.hash160),
    Op.OP_RIPEMD160.value: ("ripemd160", hashes.ripemd160),
    Op.OP_SHA1.value: ("sha1", hashes.sha1),
}
_FALSE: Final = frozenset({Reason.EQUALVERIFY.name, Reason.EVAL_FALSE.name, Reason.VERIFY.name})


def hash_lines(verdict: Verdict, notes: Notes) -> Iterator[str]:
    """Yield the difference of two hashes, if it is the reason for the failure."""
    if verdict.error in _FALSE and notes.comparison is not None:
        yield from _compared(notes.comparison, tuple(notes.hashed))
    elif verdict.error == Reason.WITNESS_PROGRAM_MISMATCH.name:
        yield from _program(verdict.case, notes)


def _compared(comparison: FailedComparison, hashed: tuple[Hashed, ...]) -> Iterator[str]:
    """Yield both sides of a comparison if one of them is a hash that the script has made."""
    sides = (comparison.one, comparison.other), (comparison.other, comparison.one)
    for made in reversed(hashed):
        for side, wanted in sides:
            if made.digest == side:
                name, _ = _FUNCTIONS[made.opcode]
                yield from _both("the hash does not match:", f"{name} of {made.shown}", made.digest, as_bytes(wanted))
                yield from _other_hash(made, as_bytes(wanted))
                return


def _both(heading: str, label: str, made: bytes, wanted: bytes) -> Iterator[str]:
    yield heading
    yield f"  {label}"
    yield f"    made    {shown(made)}"
    yield f"    wanted  {shown(wanted)}"


def _other_hash(made: Hashed, wanted: bytes) -> Iterator[str]:
    """Yield another hash function or byte order that gives the wanted hash from the same data."""
    if made.item is None:
        return
    if wanted == made.digest[::-1]:
        yield "  fits if its bytes are reversed"
    elif wanted == made.item:
        yield "  fits if it is not hashed: the wanted value is the data itself"
    else:
        for opcode, (name, function) in _FUNCTIONS.items():
            if opcode != made.opcode and function(made.item) == wanted:
                yield f"  fits if it is hashed by {name}"


def _program(case: Case, notes: Notes) -> Iterator[str]:
    """Yield the hash in a witness program, and the hash of the witness."""
    found = witness_program(case.locking) or witness_program(notes.scripts.get(Phase.REDEEM, b""))
    if found is None or not case.witness:
        return
    if found.version == 0 and len(found.program) == 32:
        script = case.witness[-1]
        made = hashes.sha256(script)
        yield from _both("the witness script is a different one:", f"sha256 of {shown(script)}", made, found.program)
        for index, item in enumerate(case.witness[:-1]):
            if hashes.sha256(item) == found.program:
                yield f"  fits if item {index} of the witness, counted from the bottom, is the last"
    elif found.version == 1:
        yield from _leaf(found.program, case.witness)


def _leaf(wanted: bytes, witness: tuple[bytes, ...]) -> Iterator[str]:
    """Yield the output key that a leaf and its control block make, and the one that is spent."""
    *_, script, control = without_annex(witness)
    version, parity = control[0] & LEAF_VERSION_MASK, control[0] & 1
    leaf_hash = tapleaf_hash(script, version)
    root = merkle_root(control, leaf_hash)
    yield "the taproot output does not commit to this leaf:"
    yield f"  leaf of version {version:#04x}, script {shown(script)}"
    yield f"  leaf hash    {leaf_hash.hex()}"
    yield f"  merkle root  {root.hex()}"
    try:
        key, made_parity = tweak_public_key(control[1:33], root)
    except KeyFormatError:
        yield f"  internal key {control[1:33].hex()} is not a key"
        return
    yield f"    made    {key.hex()}, parity {made_parity}"
    yield f"    wanted  {wanted.hex()}, parity {parity} by the control block"
    if key == wanted:
        yield f"  fits if the lowest bit of the control block is {made_parity}"
    elif version != TAPSCRIPT_LEAF:
        with suppress(KeyFormatError):
            other = merkle_root(control, tapleaf_hash(script, TAPSCRIPT_LEAF))
            if tweak_public_key(control[1:33], other) == (wanted, parity):
                yield f"  fits if the leaf version is {TAPSCRIPT_LEAF:#04x}"
