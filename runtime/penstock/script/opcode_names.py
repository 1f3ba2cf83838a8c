"""Names of opcodes on each chain, for the assembler and back."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from penstock.script.chains import DEFAULT_CHAIN, Chain, chain_named
from penstock.script.opcodes import ALIASES, BY_BYTE


def opcode_name(opcode: int, chain: Chain | str = DEFAULT_CHAIN) -> str:
    """Return the name of any byte 0 to 255: its name on `chain`, or `OP_PUSHBYTES_n`, or `OP_UNKNOWN_xx` (hexadecimal).

    Raises:
        ChainError: no chain has this name.
    """
    op = BY_BYTE.get(opcode)
    if op is not None:
        return chain_named(chain).opcode_names.get(op, op.name)
    if 0x01 <= opcode <= 0x4B:
        return f"OP_PUSHBYTES_{opcode}"
    return f"OP_UNKNOWN_{opcode:02X}"


@lru_cache(maxsize=16)
def opcodes_by_name(chain: Chain = DEFAULT_CHAIN) -> Mapping[str, int]:
    """Return the byte of each name on `chain`, aliases included, with or without `OP_`.

    A plain number is not a name: `16` reads as data.
    """
    full = {opcode_name(byte, chain): byte for byte in range(256)}
    full |= {name: op.value for name, op in ALIASES.items()}
    bare = {name.removeprefix("OP_"): byte for name, byte in full.items()}
    return MappingProxyType(full | {name: byte for name, byte in bare.items() if not name.isdecimal()})
