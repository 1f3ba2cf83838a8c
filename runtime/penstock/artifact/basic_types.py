"""Basic types of the language: one row per type, for the compiler and the runtime."""

from enum import Enum, StrEnum

from penstock.errors import hides_frames

__tracebackhide__ = hides_frames


class Kind(StrEnum):
    """The form of a value on the stack: a minimal number; `01` or empty; bytes unchanged."""

    INT = "int"
    BOOL = "bool"
    BYTES = "bytes"


class BasicType(Enum):
    """A basic type of the language: its name, the kind of its values, and their allowed byte lengths.

    No lengths means any. The lengths apply to constructor arguments only: a call may contain a short signature that
    the script refuses.
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
