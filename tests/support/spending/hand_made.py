"""Artifacts written by hand, for tests that must not depend on the compiler."""

from typing import Any

from penstock.artifact.artifact import AbiEntry, Artifact, Constructor, Function, Parameter


def parameters(text: str) -> tuple[Parameter, ...]:
    """Read `"int x, bytes y"`."""
    pairs = (part.rsplit(maxsplit=1) for part in text.split(", ") if part)
    return tuple(Parameter(name, kind) for kind, name in pairs)


def artifact(template: str, constructor: str = "", contract: str = "Sample", **functions: str) -> Artifact:
    """Return an artifact made of its template and the parameters of its constructor and public functions."""
    return remade(template, constructor, contract, functions)


def remade(template: str, constructor: str, contract: str, functions: dict[str, str], **fields: Any) -> Artifact:
    """The same, with further fields of the artifact."""
    entries = [Function(name, index, parameters(text)) for index, (name, text) in enumerate(functions.items())]
    abi: tuple[AbiEntry, ...] = (*entries, Constructor(parameters(constructor)))
    return Artifact(contract=contract, compiler_version="0.0.0", hex=template, abi=abi, **fields)


# OVER SHA256 <hash> EQUAL NOTIF OVER <alice> CHECKSIGVERIFY ENDIF <bob> CHECKSIG NIP
STREAMING = artifact(
    "78a8<hash>876478<alice>ad68<bob>ac77",
    "PubKey alice, PubKey bob, Sha256 hash",
    "Streaming",
    unlock="bytes dataOrSig, Sig bobSig",
)
# DUP HASH160 <keyHash> EQUALVERIFY CHECKSIG
P2PKH = artifact("76a9<keyHash>88ac", "Ripemd160 keyHash", "P2PKH", unlock="Sig sig, PubKey key")
# DUP 0 NUMEQUAL IF DROP <x> NUMEQUAL ELSE 1 NUMEQUALVERIFY ADD <x> NUMEQUAL ENDIF: two functions
EQUALS = artifact("76009c6375<x>9c67519d93<x>9c68", "int x", "Equals", same="int y", sum="int a, int b")
