"""The basic types of the language: one row per type, read by the compiler and by the runtime."""

from enum import Enum, StrEnum

from penstock.errors import hides_frames

__tracebackhide__ = hides_frames


class Kind(StrEnum):
    """How a value lies on the stack: a minimal number, `01` or nothing, or bytes as they are."""

    INT = "int"
    BOOL = "bool"
    BYTES = "bytes"


class BasicType(Enum):
    """A basic type of the language: its name, the kind of value it holds, and the byte lengths it may have.

    No lengths means any. The lengths bind constructor arguments only: a call may carry a short signature, to be
    refused by the script.
    """

    BOOL = ("bool", Kind.BOOL)
    INT = ("int", Kind.INT)
    PRIV_KEY = ("PrivKey", Kind.INT)
    BYTES = ("bytes", Kind.BYTES)
    PUB_KEY = ("PubKey", Kind.BYTES, (33, 65))
    SIG = ("Sig", Kind.BYTES)
    RIPEMD160 = ("Ripemd160", Kind.BYTES, (20,))
    SHA1 = ("Sha1", Kind.BYTES, (20,))
    SHA256 = ("Sha256", Kind.BYTES, (32,))
    SIG_HASH_TYPE = ("SigHashType", Kind.BYTES, (1,))
    SIG_HASH_PREIMAGE = ("SigHashPreimage", Kind.BYTES)
    OP_CODE_TYPE = ("OpCodeType", Kind.BYTES)

    def __init__(self, label: str, kind: Kind, lengths: tuple[int, ...] = ()) -> None:
        self.label = label
        self.kind = kind
        self.lengths = lengths

    def __str__(self) -> str:
        return self.label


BASIC_TYPES = {basic.label: basic for basic in BasicType}
