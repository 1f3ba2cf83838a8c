"""The assembler language of the nodes' test vectors, in its two dialects.

Words are decimal numbers (pushed), `0x…` (raw bytes), `'text'` (pushed), or opcode names. The chains name some opcodes
differently, and only BSV has words for PUSHDATA; both name opcodes from 0x61 on, and RESERVED.
"""

import re
from collections.abc import Callable
from functools import cache

from penstock.script.chains import BSV, BTC, Chain
from penstock.script.opcode_names import opcode_name
from penstock.script.opcodes import ALIASES, Op
from penstock.script.pushes import push_data, push_number


def assemble_core(text: str) -> bytes:
    """Assemble a script of Bitcoin Core's vectors."""
    return _assemble(text, BTC)


def assemble_bsv(text: str) -> bytes:
    """Assemble a script of the BSV node's vectors."""
    return _assemble(text, BSV)


ASSEMBLERS: dict[str, Callable[[str], bytes]] = {"btc": assemble_core, "bsv": assemble_bsv}


def _assemble(text: str, chain: Chain) -> bytes:
    return b"".join(_word(word, chain) for word in text.split())


def _word(word: str, chain: Chain) -> bytes:
    if re.fullmatch(r"-?[0-9]+", word):
        number = int(word)
        return push_number(number) if -1 <= number <= 16 else push_data(_number(number))
    if word.startswith("0x"):
        return bytes.fromhex(word[2:])
    if len(word) >= 2 and word[0] == word[-1] == "'":
        return push_data(word[1:-1].encode())
    return bytes((_names(chain)[word],))


def _number(value: int) -> bytes:
    """Encode a number on its own, so that the code under test is not its own judge."""
    magnitude = abs(value).to_bytes((abs(value).bit_length() + 8) // 8, "little")
    return magnitude[:-1] + bytes((magnitude[-1] | (0x80 if value < 0 else 0),))


@cache
def _names(chain: Chain) -> dict[str, int]:
    pushes = () if chain is BTC else (Op.OP_PUSHDATA1, Op.OP_PUSHDATA2, Op.OP_PUSHDATA4)
    bytes_named = [*pushes, Op.OP_RESERVED, *range(Op.OP_NOP, Op.OP_CHECKSIGADD + (1 if chain is BTC else 0))]
    full = {opcode_name(byte, chain): byte for byte in bytes_named}
    assert not full.keys() & ALIASES.keys()
    return full | {name.removeprefix("OP_"): byte for name, byte in full.items()}
