"""Kinds of signatures: which digest they sign."""

from enum import StrEnum


class SignatureVersion(StrEnum):
    """The digest that a signature signs; of a script, its kind: its opcodes and the digests of its signatures."""

    LEGACY = "legacy"
    """The original digest. Scripts: all that are not in a witness; on bsv some of their signatures sign BIP143's."""
    SEGWIT_V0 = "segwit_v0"
    """The digest of BIP143, which FORKID takes on bsv. Scripts: those of witness version 0 (BIP141)."""
    TAPROOT = "taproot"
    """The digest of BIP341. Scripts: tapscripts (BIP342)."""
