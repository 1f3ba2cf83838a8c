"""Taproot outputs with one script: output key and control block (BIP341, BIP342).

In: a tapscript and an internal key. Out: the key in the locking script, and the proof that it commits to the script.
"""

from dataclasses import dataclass
from typing import Final

from penstock.errors import hides_frames
from penstock.script.consensus import TAPSCRIPT_LEAF
from penstock.tx.address import witness_script
from penstock.tx.sighash import tapleaf_hash
from penstock.tx.signatures import tweak_public_key

__tracebackhide__ = hides_frames

UNSPENDABLE_KEY: Final = bytes.fromhex("50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0")
"""The internal key without a known secret, from BIP341: an output with it is spent by its script alone."""


@dataclass(frozen=True, slots=True)
class TaprootOutput:
    """A taproot output whose tree has a single leaf.

    Attributes:
        script: the tapscript of the leaf.
        internal_key: the x-only key, 32 bytes, whose owner can spend without the script.

    Raises:
        KeyFormatError: the internal key is not the x of a point.
    """

    script: bytes
    internal_key: bytes = UNSPENDABLE_KEY

    def __post_init__(self) -> None:
        self.tweaked  # noqa: B018 - raises for a key that is not a point

    @property
    def leaf_hash(self) -> bytes:
        """The hash of the leaf, 32 bytes; with one leaf it is the root of the tree too."""
        return tapleaf_hash(self.script)

    @property
    def output_key(self) -> bytes:
        """The x-only key in the locking script, 32 bytes: the internal key, tweaked by the root."""
        return self.tweaked[0]

    @property
    def control_block(self) -> bytes:
        """The last item of the witness, 33 bytes: leaf version with the parity of the output key, internal key."""
        return bytes((TAPSCRIPT_LEAF | self.tweaked[1],)) + self.internal_key

    @property
    def locking_script(self) -> bytes:
        """The locking script, 34 bytes: `OP_1` and the output key."""
        return witness_script(1, self.output_key)

    @property
    def tweaked(self) -> tuple[bytes, int]:
        """The output key and the parity of its y."""
        return tweak_public_key(self.internal_key, self.leaf_hash)
