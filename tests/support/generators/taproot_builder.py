"""Taproot outputs with one leaf, for tests: output key, control block, and the placeholders of Core's vectors."""

from dataclasses import dataclass
from typing import Self

from penstock.tx.keys import PrivateKey, tweak_public_key
from penstock.tx.sighash import tapleaf_hash
from tests.support.engines.node_assembler import assemble_core

INTERNAL_KEY = PrivateKey.from_bytes((1).to_bytes(32, "big")).public_key[1:]
LEAF_VERSION = 0xC0


@dataclass(frozen=True, slots=True)
class SingleLeaf:
    """A taproot output whose tree is one script, under the public key of the secret 1."""

    script: bytes

    @classmethod
    def of(cls, item: str) -> Self:
        """Read a witness item `#SCRIPT# <assembler text>`."""
        return cls(assemble_core(item.removeprefix("#SCRIPT#")))

    @property
    def output_key(self) -> bytes:
        """The key in the locking script, 32 bytes."""
        return self._tweaked[0]

    @property
    def control_block(self) -> bytes:
        """What proves that the output commits to the script."""
        return bytes((LEAF_VERSION | self._tweaked[1],)) + INTERNAL_KEY

    @property
    def locking(self) -> bytes:
        """The locking script."""
        return b"\x51\x20" + self.output_key

    @property
    def _tweaked(self) -> tuple[bytes, int]:
        return tweak_public_key(INTERNAL_KEY, tapleaf_hash(self.script, LEAF_VERSION))

    def fill(self, item: str) -> bytes:
        """Return the witness item of a placeholder, or of hexadecimal digits."""
        if item.startswith("#SCRIPT#"):
            return self.script
        return self.control_block if item == "#CONTROLBLOCK#" else bytes.fromhex(item)

    def fill_locking(self, text: str) -> str:
        """Put the output key into the text of a locking script."""
        return text.replace("#TAPROOTOUTPUT#", f"0x{self.output_key.hex()}")
