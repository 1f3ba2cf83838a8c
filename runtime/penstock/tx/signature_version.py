"""Kinds of signatures, by the digest that they sign."""

from enum import StrEnum


class SignatureVersion(StrEnum):
    """The digest that a signature signs; of a script, its kind: its opcodes and the digests of its signatures."""

    LEGACY = "legacy"
    """The original digest. Scripts: all except those in a witness; on bsv some of their signatures sign BIP143's."""
    SEGWIT_V0 = "segwit_v0"
    """The digest of BIP143, also of FORKID on bsv. Scripts: those of witness version 0 (BIP141)."""
    TAPROOT = "taproot"
    """The digest of BIP341. Scripts: tapscripts (BIP342)."""
