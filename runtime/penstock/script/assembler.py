"""Assembler: converts scripts to text and back.

Words are separated by white space:

* `OP_ADD`: the opcode (aliases such as `OP_TRUE` too; the prefix is optional: `ADD`); `0` and `-1` are `OP_0` and
  `OP_1NEGATE`;
* `0a0b`, `0x0a0b`: a push of these bytes with the shortest length prefix (so `05` is the two bytes `01 05`, unlike
  `OP_5`; `0x` is an empty push);
* `OP_PUSHDATA1 05`: a push with this prefix, for data of any length;
* `!4c05`: these raw bytes, if they are not an instruction: a push that runs past the end.

`disassemble` converts every script, also an invalid one, and `assemble` restores the same bytes.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from penstock.errors import PenstockError, hides_frames
from penstock.script.chains import DEFAULT_CHAIN, Chain, chain_named
from penstock.script.opcode_names import opcode_name, opcodes_by_name
from penstock.script.opcodes import Op
from penstock.script.parse import Instruction, ScriptParseError, instructions
from penstock.script.pushes import push_data, push_prefix

__tracebackhide__ = hides_frames

_PREFIX_SIZES: Final = {Op.OP_PUSHDATA1.value: 1, Op.OP_PUSHDATA2.value: 2, Op.OP_PUSHDATA4.value: 4}
_SHORT_NAMES: Final = {"0": Op.OP_0.value, "-1": Op.OP_1NEGATE.value}


class AssemblyError(PenstockError, ValueError):
    """Text that is not a script; the message gives the word, counted from 1, and the reason."""

    def __init__(self, position: int, word: str, reason: str) -> None:
        shown = word if len(word) <= 40 else word[:40] + "…"
        super().__init__(f"word {position}, {shown!r}: {reason}")
        self.position = position
        self.word = word


def assemble(text: str, chain: Chain | str = DEFAULT_CHAIN) -> bytes:
    """Return the script of `text` in the opcode names of `chain` (on btc `OP_SUBSTR` is 0x7f).

    Raises:
        ChainError: no chain has this name.
        AssemblyError: a word that is neither an opcode nor hexadecimal data, or an explicit push
            whose data is missing or too long for its prefix.
    """
    words = enumerate(text.split(), start=1)
    names = opcodes_by_name(chain_named(chain))
    return b"".join(_assemble_word(position, word, words, names) for position, word in words)


def _assemble_word(position: int, word: str, following: Iterator[tuple[int, str]], names: Mapping[str, int]) -> bytes:
    if word.startswith("!"):
        return _hex(position, word, word[1:])
    if word.startswith("<"):
        raise AssemblyError(position, word, "a placeholder; fill the template first")
    opcode = _SHORT_NAMES.get(word, names.get(word))
    if opcode is None:
        return push_data(_hex(position, word, word.removeprefix("0x")))
    if 0x01 <= opcode <= 0x4B or opcode in _PREFIX_SIZES:
        return _explicit_push(position, word, opcode, following)
    return bytes((opcode,))


def _explicit_push(position: int, word: str, opcode: int, following: Iterator[tuple[int, str]]) -> bytes:
    where, data_word = next(following, (position, ""))
    if not data_word:
        raise AssemblyError(position, word, "needs the data to push after it (0x for none)")
    data = _hex(where, data_word, data_word.removeprefix("0x"))
    prefix_size = _PREFIX_SIZES.get(opcode)
    if prefix_size is None:
        if len(data) != opcode:
            raise AssemblyError(where, data_word, f"{word} pushes {opcode} bytes, these are {len(data)}")
        return bytes((opcode,)) + data
    if len(data) >= 1 << (8 * prefix_size):
        raise AssemblyError(where, data_word, f"{len(data)} bytes are too many for {word}")
    return bytes((opcode,)) + len(data).to_bytes(prefix_size, "little") + data


def _hex(position: int, word: str, digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise AssemblyError(position, word, "neither an opcode nor hexadecimal data") from None


def disassemble(script: bytes, chain: Chain | str = DEFAULT_CHAIN) -> str:
    """Return `script` as text in the opcode names of `chain`.

    Raises:
        ChainError: no chain has this name.
    """
    return " ".join(_words(script, chain_named(chain)))


def _words(script: bytes, chain: Chain) -> Iterator[str]:
    try:
        for instruction in instructions(script):
            yield instruction_text(instruction, chain)
    except ScriptParseError as error:
        yield f"!{script[error.offset :].hex()}"


def instruction_text(instruction: Instruction, chain: Chain | str = DEFAULT_CHAIN) -> str:
    """Return one instruction as text: an opcode's name, or the data that it pushes."""
    name = opcode_name(instruction.opcode, chain)
    if not instruction.data:
        return name if instruction.opcode not in _PREFIX_SIZES else f"{name} 0x"
    if push_prefix(len(instruction.data))[0] == instruction.opcode:
        return instruction.data.hex()
    return f"{name} {instruction.data.hex()}"
