"""Values of terms for given values of arguments and placeholders.

A term without a meaning there (a slice out of range, a division by zero) has any value: the conditions beside it say
that the run fails.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from penstock.prove.terms.bits import combined_bytes, inverted_bytes, shifted_bytes
from penstock.prove.terms.crypto import HASHES
from penstock.prove.terms.node import Term
from penstock.prove.terms.numbers import divided, remained
from penstock.script.numbers import NumberDoesNotFit, decode_number, encode_number, is_minimal, resize_number

Concrete = int | bool | bytes
Oracle = Callable[[str, tuple[Concrete, ...]], bool]
"""The answer to `checksig`, `sigok`, `multisig`, `multisigok`, `cltv` or `csv`, given its operands."""

_MOST_BYTES: Final = 3_141_592


class Values:
    """Computes values of terms; `oracle` answers what depends on the transaction."""

    def __init__(self, leaves: Mapping[Term, Concrete], oracle: Oracle) -> None:
        self.known: dict[Term, Any] = dict(leaves)
        self.oracle = oracle

    def truth(self, term: Term) -> bool:
        """Return the value of a truth value."""
        return bool(self.value(term))

    def value(self, term: Term) -> Any:
        """Return the value of a term."""
        found = self.known.get(term)
        if found is None:
            found = self.known[term] = self._computed(term)
        return found

    def _computed(self, term: Term) -> Any:
        kind, args = term.kind, term.args
        match kind:
            case "poly":
                return args[0] + sum(factor * int(self.value(atom)) for atom, factor in args[1])
            case "true" | "false":
                return kind == "true"
            case "and":
                return all(self.value(each) for each in args)
            case "not":
                return not self.value(args[0])
            case "ite":
                return self.value(args[1] if self.value(args[0]) else args[2])
            case "sel":
                at = self.value(args[0]) - args[1]
                return self.value(args[2 + min(max(at, 0), len(args) - 3)])
            case "cleanstack":
                return False
            case "checksig" | "sigok" | "cltv" | "csv":
                return self.oracle(kind, tuple(map(self.value, args)))
            case "multisig" | "multisigok":
                return self.oracle(kind, (args[0], *map(self.value, args[1:])))
            case _:
                return _COMPUTE[kind](*(self.value(each) if isinstance(each, Term) else each for each in args))


def _resized(value: int, size: int) -> bytes:
    if not 0 <= size <= _MOST_BYTES:
        return b""
    try:
        return resize_number(encode_number(value), size)
    except NumberDoesNotFit:
        return b""


def _product(*factors: int) -> int:
    result = 1
    for each in factors:
        result *= each
    return result


def _power(exponent: int) -> int:
    return 1 << exponent if 0 <= exponent <= 8 * _MOST_BYTES else 1


def _bits(name: str, one: bytes, other: bytes) -> bytes:
    return combined_bytes(name, one, other) if len(one) == len(other) else one


def _shifted(kind: str, data: bytes, count: int) -> bytes:
    return shifted_bytes(kind, data, count) if count >= 0 else data


_COMPUTE: Final[Mapping[str, Callable[..., Any]]] = {
    "bytes": lambda data: data,
    "b2i": int,
    "product": _product,
    "times": _product,
    "div": lambda one, other: divided(one, other) if other else 0,
    "mod": lambda one, other: remained(one, other) if other else 0,
    "pow2": _power,
    "len": len,
    "lenenc": lambda value: len(encode_number(value)),
    "num": decode_number,
    "ge": lambda form, value: form >= value,
    "eq": lambda form, value: form == value,
    "beq": lambda one, other: one == other,
    "minimal": is_minimal,
    "cat": lambda *parts: b"".join(parts),
    "sub": lambda data, start, end: data[max(start, 0) : max(end, 0)],
    "enc": encode_number,
    "n2b": _resized,
    "hash": lambda name, data: HASHES[name](data),
    "bits": _bits,
    "inv": inverted_bytes,
    "lsh": lambda data, count: _shifted("lsh", data, count),
    "rsh": lambda data, count: _shifted("rsh", data, count),
}
