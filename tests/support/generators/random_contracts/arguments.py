"""Random arguments for random contracts, biased to the values at which a contract changes its mind.

A signature cannot be made before the locking script is known, so it is asked for by a `Signing`, which may ask for a
wrong one; `penstock` types are kept, as a caller would keep them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from penstock.script.hashes import hash160, ripemd160
from tests.support.generators.random_contracts.choice import Chooser
from tests.support.generators.random_contracts.classes import Parameter
from tests.support.generators.random_contracts.contract import RandomContract
from tests.support.generators.random_contracts.scope import array_type
from tests.support.generators.random_contracts.vocabulary import (
    BYTE_STRINGS,
    KEYS,
    NUMBERS,
    PREIMAGES,
    SEPARATOR,
    SMALL_NUMBERS,
)

HASH_TYPES = ("ALL", "ALL", "NONE", "SINGLE", "ALL|ANYONECANPAY", "NONE|ANYONECANPAY", "SINGLE|ANYONECANPAY")
DEFECTS = ("", "", "", "", "", "", "cut short", "high s", "wrong digest", "bad hash type", "no hash type")


@dataclass(frozen=True, slots=True)
class Signing:
    """A wanted signature: by which of the keys, over how much of the spend, and with which fault.

    `behind`: it signs only the part after the contract's code separator.
    """

    key: int
    hash_type: str
    defect: str
    behind: bool = False


Given = int | bool | bytes | tuple["Given", ...] | Mapping[str, "Given"]
Argument = int | bool | bytes | Signing | tuple["Argument", ...] | Mapping[str, "Argument"]


def constructor_arguments(choose: Chooser, contract: RandomContract) -> tuple[Given, ...]:
    """Return arguments that `instantiate` takes: right types, right lengths."""
    return tuple(_constructor_argument(choose, parameter.type, contract) for parameter in contract.constructor)


def call_arguments(
    choose: Chooser, contract: RandomContract, parameters: tuple[Parameter, ...]
) -> tuple[Argument, ...]:
    """Return arguments that `call` takes: right types, any lengths."""
    return tuple(_call_argument(choose, parameter.type, contract) for parameter in parameters)


def _constructor_argument(choose: Chooser, type_: str, contract: RandomContract) -> Given:
    if array := array_type(type_):
        return tuple(_constructor_argument(choose, array[0], contract) for _ in range(int(array[1])))
    if type_ in contract.structs:
        return {name: _constructor_argument(choose, inner, contract) for name, inner in contract.structs[type_]}
    match type_:
        case "int" | "PrivKey":
            return _number(choose, contract)
        case "bool":
            return choose.chance(50)
        case "PubKey":
            return choose.one_of(KEYS).public_key
        case "Sha256" | "Ripemd160" | "PubKeyHash" | "Sha1":
            return _digest(choose, type_, contract)
        case "SigHashType":
            return choose.one_of((b"\x41", b"\x01", b"\xc3"))
        case "Sig":
            return b""
        case _:
            return _byte_string(choose, contract)


def _call_argument(choose: Chooser, type_: str, contract: RandomContract) -> Argument:
    if array := array_type(type_):
        return tuple(_call_argument(choose, array[0], contract) for _ in range(int(array[1])))
    if type_ in contract.structs:
        return {name: _call_argument(choose, inner, contract) for name, inner in contract.structs[type_]}
    if (type_ == "Sig" and choose.chance(85)) or (type_ == "bytes" and choose.chance(8)):
        behind = SEPARATOR in contract.constructs and choose.chance(70)
        return Signing(choose.number(0, len(KEYS) - 1), choose.one_of(HASH_TYPES), choose.one_of(DEFECTS), behind)
    if type_ not in ("int", "bool", "PrivKey") and choose.chance(20):
        return _byte_string(choose, contract)
    argument = _constructor_argument(choose, type_, contract)
    if isinstance(argument, bytes) and choose.chance(10):  # of a wrong length, by a byte
        return choose.one_of((argument[:-1], argument[1:], argument + b"\x00", b"\x00" + argument))
    return argument


def _number(choose: Chooser, contract: RandomContract) -> int:
    if contract.numbers and choose.chance(60):
        return choose.one_of(contract.numbers) + choose.one_of((0, 0, 1, -1))
    return choose.one_of(SMALL_NUMBERS if choose.chance(60) else NUMBERS)


def _byte_string(choose: Chooser, contract: RandomContract) -> bytes:
    if contract.strings and choose.chance(50):
        return choose.one_of(contract.strings)
    return choose.one_of(BYTE_STRINGS)


def _digest(choose: Chooser, type_: str, contract: RandomContract) -> bytes:
    data = choose.one_of((*PREIMAGES, *contract.strings, *(key.public_key for key in KEYS)))
    twice = choose.chance(30)
    match type_:
        case "Sha256":
            once = hashlib.sha256(data).digest()
            return hashlib.sha256(once).digest() if twice else once
        case "Sha1":
            return hashlib.sha1(data, usedforsecurity=False).digest()
        case _:
            return ripemd160(data) if twice else hash160(data)
