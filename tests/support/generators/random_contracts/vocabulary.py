"""What random contracts are made of: types, names, keys, and the values at which operations change their mind."""

import hashlib
from typing import Final

from penstock import PrivateKey

HASHES: Final = {  # the built-in that makes each kind of digest
    "Sha256": ("sha256", "hash256"),
    "Ripemd160": ("hash160", "ripemd160"),
    "Sha1": ("sha1",),
}
BYTES_TYPES: Final = ("bytes", "Sig", "PubKey", "Sha256", "Ripemd160", "Sha1", "SigHashType", "OpCodeType")
INT_TYPES: Final = ("int", "PrivKey")
PROPERTY_TYPES: Final = ("int", "bytes", "bool", "PubKey", "Sha256", "Ripemd160", "PubKeyHash", *BYTES_TYPES, "PrivKey")
RESULT_TYPES: Final = ("int", "bool", "bytes", "int", "Sha256", "PubKey")

# Some of these are names of built-in functions, which a variable may share.
VARIABLES: Final = ("a", "b", "c", "x", "y", "len", "max", "hash", "data", "sum", "break")
INDUCTION_VARIABLES: Final = ("i", "j", "i", "sum")
PROPERTIES: Final = ("count", "limit", "owner", "digest", "state", "key", "x", "min")
CONSTANTS: Final = ("BASE", "LIMIT", "MARK", "SEED")
FUNCTIONS: Final = ("step", "check", "mix", "pick", "size")
ENTRY_POINTS: Final = ("unlock", "claim", "refund")

SEPARATOR: Final = "code separator"
"""The construct that contracts have at most once, outside of all branches."""

KEYS: Final = tuple(PrivateKey.from_bytes(hashlib.sha256(name).digest()) for name in (b"anna", b"ben", b"cleo"))
PREIMAGES: Final = (b"open sesame", b"", b"\x00", b"heads", b"tails")

# Where encodings grow by a byte, and where targets stop reading numbers.
SMALL_NUMBERS: Final = (0, 1, -1, 2, 5, 16, 17, -2, 100, 7, -5)
NUMBERS: Final = (
    *(*SMALL_NUMBERS, 127, 128, -127, -128, 255, 256, 32767, -32768, 65535, 8388608, 2**30),
    *(2**31 - 1, -(2**31) + 1, 2**31, -(2**31), 2**40, 499_999_999, 500_000_000),
)
READ_EVERYWHERE: Final = tuple(number for number in NUMBERS if abs(number) < 2**31)
"""Longer literals are refused for the btc target; sums and arguments grow longer there all the same."""
LARGE_NUMBERS: Final = (2**63, -(2**63), 2**255 - 19, -(2**256) + 1)
BYTE_STRINGS: Final = (
    *(b"", b"\x01", b"\x00", b"\x80", b"\x81", b"\x00\x80", b"\x00\x00", b"\x7f", b"\xff", b"\x10", b"\x11"),
    *(b"\x01\x00", b"abc", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80\x00", bytes(32), b"0123456789abcdef" * 5),
    *PREIMAGES,
)
