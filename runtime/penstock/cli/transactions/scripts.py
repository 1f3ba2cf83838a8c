"""Scripts in words: their opcodes, the data after OP_RETURN, the state in that, the address that they pay to.

In: a script, and the chain. Out: parts of it, and text.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from penstock.contract.errors import StateError
from penstock.contract.values.state import split
from penstock.script.assembler import instruction_text
from penstock.script.chains import Chain
from penstock.script.consensus import is_p2pkh, is_p2sh
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.script.witness_program import witness_program
from penstock.tx.address import address_of_script
from penstock.vm.explaining.formatting import SHOWN_BYTES, shown

_OPENING: Final = frozenset({Op.OP_IF, Op.OP_NOTIF, Op.OP_VERIF, Op.OP_VERNOTIF})
_MOST_WORDS: Final = 48
_STATE_TAIL: Final = 5
_PROGRAMS: Final = {(0, 20): "P2WPKH", (0, 32): "P2WSH", (1, 32): "taproot"}
"""Names of witness programs by version and length."""


class Parts(NamedTuple):
    """A script, split at its end: the code with its OP_RETURN, and the data after it; None without an OP_RETURN."""

    code: bytes
    data: bytes | None


class State(NamedTuple):
    """The state of a contract, as it lies in the data after the code.

    Attributes:
        genesis: whether no transition has taken place yet: the state is that of the constructor.
        leaves: the bytes of the values, which only the contract's artifact can tell apart.
    """

    genesis: bool
    leaves: bytes


def parts_of(script: bytes, chain: Chain) -> Parts:
    """Split a script at the OP_RETURN that ends it, which is outside of any branch; on btc there is none."""
    if not chain.newest.return_ends:
        return Parts(script, None)
    depth = 0
    with suppress(ScriptParseError):
        for instruction in instructions(script):
            if instruction.opcode in _OPENING:
                depth += 1
            elif instruction.opcode == Op.OP_ENDIF:
                depth -= 1
            elif instruction.opcode == Op.OP_RETURN and depth <= 0:
                end = instruction.offset + 1
                return Parts(script[:end], script[end:])
    return Parts(script, None)


def state_in(parts: Parts) -> State | None:
    """Return the state in the data of a script, if it has the layout of one."""
    try:
        _, data = split(parts.code + (parts.data or b""))
    except StateError:
        return None
    if data != parts.data or len(data) <= _STATE_TAIL or data[0] > 1:
        return None
    return State(bool(data[0]), data[1:-_STATE_TAIL])


def pushes_in(data: bytes) -> list[bytes] | None:
    """Return the items that data consists of, if it is pushes and nothing else."""
    try:
        found = [each.data for each in instructions(data)]
    except ScriptParseError:
        return None
    items = [item for item in found if item is not None]
    return items if items and len(items) == len(found) else None


def data_lines(parts: Parts) -> Iterator[str]:
    """Yield the data of a script as text: as a state, as pushes, or as it is; nothing without data."""
    if not parts.data:
        return
    yield f"data after OP_RETURN: {shown(parts.data)}"
    if state := state_in(parts):
        since = "no transition yet: that of the constructor" if state.genesis else "after a transition"
        yield f"  the state of a contract, {since}; values {shown(state.leaves)}"
        yield "  `penstock inspect ARTIFACT --script HEX` reads them"
        return
    for item in pushes_in(parts.data) or ():
        text = item.decode("ascii", "replace")
        yield f"  push {shown(item)}{f' {text!r}' if text.isprintable() and text.isascii() and text else ''}"


def asm_text(code: bytes, chain: Chain) -> str:
    """Return code as text on one line, long pushes and long scripts cut."""
    words: list[str] = []
    left_out = 0
    for word in _words(code, chain):
        if len(words) < _MOST_WORDS:
            words.append(word)
        else:
            left_out += 1
    return " ".join([*words, *([f"… and {left_out:,} more"] if left_out else [])]) or "(empty)"


def address_of(script: bytes, chain: Chain) -> tuple[str, str] | None:
    """Return the address of the main network that a locking script pays to, and its kind; None without one."""
    kind, address = _kind(script, chain), address_of_script(script)
    return None if kind is None or address is None else (address, kind)


def _kind(script: bytes, chain: Chain) -> str | None:
    """Return the kind of address that a locking script has on a chain."""
    if is_p2pkh(script):
        return "P2PKH"
    if is_p2sh(script):
        return "P2SH" if chain.newest.p2sh else None
    found = witness_program(script) if chain.has_witness else None
    return None if found is None else _PROGRAMS.get((found.version, len(found.program)))


def _words(code: bytes, chain: Chain) -> Iterator[str]:
    try:
        for instruction in instructions(code):
            data = instruction.data or b""
            yield instruction_text(instruction, chain) if len(data) <= SHOWN_BYTES else shown(data)
    except ScriptParseError as error:
        yield f"!{shown(code[error.offset :])}"
