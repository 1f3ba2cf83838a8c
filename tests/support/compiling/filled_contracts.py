"""Contracts filled in with values of the usual sizes: their scripts as they are on the chain."""

from hashlib import sha256

import penstock
from penstock.artifact.artifact import Parameter
from penstock.script.hashes import hash160

KEYS = [penstock.PrivateKey.from_bytes(bytes([number]) * 32).public_key for number in (1, 2, 3)]
INTEGERS = {"expiry": 850_000, "delay": 144, "allowance": 3}


def value_for(parameter: Parameter, place: int) -> bytes | int:
    """Return a value of the parameter's type and exact length; plain bytes are a SHA-256."""
    match parameter.type:
        case "PubKey":
            return KEYS[place % len(KEYS)]
        case "Ripemd160":
            return hash160(KEYS[0])
        case "Sha256" | "bytes":
            return sha256(KEYS[0]).digest()
        case "int":
            return INTEGERS[parameter.name]
        case other:
            raise AssertionError(other)


def filled_size(artifact: penstock.Artifact) -> int:
    """Return the bytes of the locking script."""
    values = [value_for(parameter, place) for place, parameter in enumerate(artifact.constructor.params)]
    return len(artifact.instantiate(*values).locking_script)
