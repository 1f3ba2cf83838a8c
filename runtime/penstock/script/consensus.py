"""Numbers and script forms on which all chains agree.

The numbers in which chains differ are in `penstock.script.chains`.
"""

from typing import Final

from penstock.script.opcodes import Op

SATOSHIS_PER_COIN: Final = 100_000_000
MAX_MONEY: Final = 21_000_000 * SATOSHIS_PER_COIN
"""Maximum of satoshis in circulation, and of an output."""
COINBASE_MATURITY: Final = 100
"""Blocks before a coinbase can be spent, including its own."""

FINAL_SEQUENCE: Final = 0xFFFF_FFFF
"""The sequence number of an input without a lock."""
NULL_INDEX: Final = 0xFFFF_FFFF
"""The output index in the outpoint of a coinbase, which spends no output."""
NO_SEPARATOR: Final = 0xFFFF_FFFF
"""The code separator position in a taproot digest before an OP_CODESEPARATOR has run (BIP342)."""

LOCK_TIME_THRESHOLD: Final = 500_000_000
"""Lock times below are block heights; from here on they are seconds since 1970 (BIP65)."""
LAST_LOCK_TIME: Final = 0xFFFF_FFFF
LOCK_TIME_NUMBER_SIZE: Final = 5
"""Bytes of the longest number that CHECKLOCKTIMEVERIFY and CHECKSEQUENCEVERIFY read (BIP65, BIP112)."""
SEQUENCE_DISABLED: Final = 1 << 31
"""The bit of a sequence number that disables its relative lock (BIP68)."""
SEQUENCE_IN_SECONDS: Final = 1 << 22
"""The bit of a relative lock in units of 512 seconds; without it the unit is a block (BIP68)."""
SEQUENCE_MASK: Final = 0xFFFF
"""The bits of a relative lock that count its units (BIP68)."""
SEQUENCE_SECONDS_SHIFT: Final = 9
"""A relative lock in time counts in units of 1 << 9 seconds (BIP68)."""
RELATIVE_LOCK_VERSION: Final = 2
"""The least transaction version, read as unsigned, with relative locks (BIP68)."""

ANNEX_MARK: Final = b"\x50"
"""The first byte of the annex of a taproot witness (BIP341)."""
TAPSCRIPT_LEAF: Final = 0xC0
"""The leaf version of tapscript (BIP342)."""
LEAF_VERSION_MASK: Final = 0xFE
"""The bits of a control block's first byte that are the leaf version; the lowest is the parity of the key (BIP341)."""

INT32_MAX: Final = (1 << 31) - 1
"""The largest number that the nodes accept as a size in bytes or a shift in bits."""

P2PKH_HEAD: Final = bytes((Op.OP_DUP, Op.OP_HASH160, 20))
P2PKH_TAIL: Final = bytes((Op.OP_EQUALVERIFY, Op.OP_CHECKSIG))
"""The bytes before and after the 20 bytes in a script that pays to the hash of a public key."""
P2SH_HEAD: Final = bytes((Op.OP_HASH160, 20))
P2SH_TAIL: Final = bytes((Op.OP_EQUAL,))
"""The same for a script that pays to the hash of a script (BIP16)."""
_P2PKH_SIZE: Final = 25
_P2SH_SIZE: Final = 23


def is_p2pkh(script: bytes) -> bool:
    """Return whether a locking script pays to the hash of a public key."""
    return len(script) == _P2PKH_SIZE and script.startswith(P2PKH_HEAD) and script.endswith(P2PKH_TAIL)


def is_p2sh(script: bytes) -> bool:
    """Return whether a locking script pays to the hash of a script: HASH160 <20 bytes> EQUAL (BIP16)."""
    return len(script) == _P2SH_SIZE and script.startswith(P2SH_HEAD) and script.endswith(P2SH_TAIL)
