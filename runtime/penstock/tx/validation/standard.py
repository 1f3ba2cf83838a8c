"""Outputs that nodes of btc relay: kinds of locking scripts, and the least value of an output.

In: a locking script. Out: whether nodes relay a transaction that pays to it or spends it, and its dust threshold in
satoshis. The rules are Bitcoin Core's `script/solver.cpp` (`Solver`) and `policy/policy.cpp` (`IsStandard`,
`GetDustThreshold`).
"""

from collections.abc import Sequence
from enum import Enum
from typing import Final

from penstock.script.chain_parts import RelayLimits
from penstock.script.consensus import is_p2pkh, is_p2sh
from penstock.script.opcodes import Op
from penstock.script.parse import Instruction, ScriptParseError, instructions
from penstock.script.pushes import is_push_only
from penstock.script.witness_program import witness_program
from penstock.tx.wire import compact_size

_KEY_SIZES: Final = {33: (2, 3), 65: (4, 6, 7)}
"""The sizes of a public key, and the first bytes of each."""
_MULTISIG_ENDS: Final = 3
"""Instructions of a multisig script besides its keys."""
_VALUE_SIZE: Final = 8
_INPUT_SIZE: Final = 148
_WITNESS_INPUT_SIZE: Final = 67
"""Bytes of an input that spends the output, with a signature and a key; of a witness a quarter counts."""
_LONGEST_SCRIPT: Final = 10_000
"""A longer locking script cannot be spent."""
_MULTISIGS: Final = frozenset({Op.OP_CHECKMULTISIG, Op.OP_CHECKMULTISIGVERIFY})
_CHECKSIGS: Final = frozenset({Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY})
_ANY_MULTISIG: Final = 20


class OutputKind(Enum):
    """The kind of a locking script, as nodes tell them apart."""

    PUBLIC_KEY = "a public key"
    PUBLIC_KEY_HASH = "the hash of a public key"
    MULTISIG = "public keys, of which some sign"
    SCRIPT_HASH = "the hash of a script"
    WITNESS_PROGRAM = "a witness program"
    FUTURE_WITNESS_PROGRAM = "a witness program of a version without rules"
    DATA = "data after OP_RETURN"
    OTHER = "a script of no standard kind"


def kind_of_output(script: bytes) -> OutputKind:
    """Return the kind of a locking script."""
    if is_p2sh(script):
        return OutputKind.SCRIPT_HASH
    if (found := witness_program(script)) is not None:
        known = found.version <= 1 and (found.version == 0 or len(found.program) in (2, 32))
        return OutputKind.WITNESS_PROGRAM if known else OutputKind.FUTURE_WITNESS_PROGRAM
    if script[:1] == bytes((Op.OP_RETURN,)) and is_push_only(script[1:]):
        return OutputKind.DATA
    if is_p2pkh(script):
        return OutputKind.PUBLIC_KEY_HASH
    return _kind_with_keys(script)


def is_standard_output(script: bytes, limits: RelayLimits) -> bool:
    """Return whether nodes relay a transaction that pays to this locking script."""
    kind = kind_of_output(script)
    if kind is OutputKind.MULTISIG:
        return len(list(instructions(script))) - _MULTISIG_ENDS <= limits.multisig_keys
    if kind is OutputKind.WITNESS_PROGRAM:
        found = witness_program(script)
        return found is None or found.version > 0 or len(found.program) in (20, 32)
    return kind is not OutputKind.OTHER


def is_standard_spent(script: bytes) -> bool:
    """Return whether nodes relay a transaction that spends an output with this locking script."""
    return kind_of_output(script) not in (OutputKind.OTHER, OutputKind.FUTURE_WITNESS_PROGRAM, OutputKind.DATA)


def dust_threshold(script: bytes, limits: RelayLimits) -> int:
    """Return the least satoshis of an output: less costs more to spend than it is worth. 0 if it cannot be spent."""
    if script[:1] == bytes((Op.OP_RETURN,)) or len(script) > _LONGEST_SCRIPT:
        return 0
    output = _VALUE_SIZE + len(compact_size(len(script))) + len(script)
    spending = _INPUT_SIZE if witness_program(script) is None else _WITNESS_INPUT_SIZE
    return (output + spending) * limits.dust_rate // 1000


def signature_checks(script: bytes) -> int:
    """Return the number of signature checks in a redeem script; a multisig counts its keys, or 20 if not constant."""
    count, before = 0, 0
    try:
        for each in instructions(script):
            if each.opcode in _CHECKSIGS:
                count += 1
            elif each.opcode in _MULTISIGS:
                count += before - Op.OP_1 + 1 if Op.OP_1 <= before <= Op.OP_16 else _ANY_MULTISIG
            before = each.opcode
    except ScriptParseError:
        pass  # those before the truncated push count
    return count


def _kind_with_keys(script: bytes) -> OutputKind:
    """Return the kind of a script with public keys in it."""
    try:
        code = list(instructions(script)) if script[-1:] in (bytes((Op.OP_CHECKSIG,)), _MULTISIG_END) else []
    except ScriptParseError:
        return OutputKind.OTHER
    if len(code) == 2 and _is_key(code[0].data) and code[1].opcode == Op.OP_CHECKSIG:
        return OutputKind.PUBLIC_KEY
    return OutputKind.MULTISIG if _is_multisig(code) else OutputKind.OTHER


_MULTISIG_END: Final = bytes((Op.OP_CHECKMULTISIG,))


def _is_multisig(code: Sequence[Instruction]) -> bool:
    """Return whether these are `m <key> … n OP_CHECKMULTISIG`."""
    if len(code) <= _MULTISIG_ENDS or code[-1].opcode != Op.OP_CHECKMULTISIG:
        return False
    needed, given = (each.opcode - Op.OP_1 + 1 for each in (code[0], code[-2]))
    keys = code[1:-2]
    return 1 <= needed <= given <= 16 and given == len(keys) and all(_is_key(each.data) for each in keys)


def _is_key(data: bytes | None) -> bool:
    """Return whether data has the size and the first byte of a public key."""
    return bool(data) and data is not None and data[0] in _KEY_SIZES.get(len(data), ())
