"""Errors of types: mismatches, casts, type parameters, structs and arrays."""

from dataclasses import dataclass
from typing import Final

from penstock.artifact.artifact import BasicType, Kind
from penstockc.diagnostics import Diagnostic

_CONVERSIONS: Final = {
    ("Sig", "PubKey"): "signatures come first: `checkSig(sig, key)`, `checkMultiSig(sigs, keys)`",
    ("PubKey", "Sig"): "keys come second: `checkSig(sig, key)`, `checkMultiSig(sigs, keys)`",
    ("int", "bytes"): "`unpack(b)` reads bytes as a number",
    ("bool", "int"): "compare it: `x != 0`",
    ("bool", "bytes"): "compare it: `b != b''`",
    ("bytes", "int"): "`pack(x)` gives the shortest bytes of a number, `num2bin(x, size)` a fixed size",
}
_BYTES_SUBTYPES: Final = frozenset(
    basic.label for basic in BasicType if basic.kind is Kind.BYTES and basic is not BasicType.BYTES
)


@dataclass(frozen=True, slots=True)
class TypeMismatch(Diagnostic):
    """A value of the wrong type."""

    expected: str
    found: str
    message = "expected {expected}, found {found}"

    @property
    def hint(self) -> str | None:
        if self.expected.startswith("SortedItem<"):
            return (
                f"a key is passed with its index: take a `{self.expected}` as an argument, which has `item` and `idx`"
            )
        return _CONVERSIONS.get((self.expected, self.found)) or _cast(self.expected, self.found)


@dataclass(frozen=True, slots=True)
class OperandMismatch(Diagnostic):
    """An operator on a value of the wrong type."""

    operator: str
    found: str
    message = "`{operator}` cannot be applied to {found}"


@dataclass(frozen=True, slots=True)
class OperandsMismatch(Diagnostic):
    """An operator between values of the wrong types."""

    operator: str
    left: str
    right: str
    message = "`{operator}` cannot be applied to {left} and {right}"

    @property
    def hint(self) -> str | None:
        return _binding(self.operator, {self.left, self.right}) or _between(self.left, self.right)


@dataclass(frozen=True, slots=True)
class IncomparableTypes(Diagnostic):
    """`==` or `!=` between instances of different classes."""

    left: str
    right: str
    message = "{left} and {right} cannot be compared"


@dataclass(frozen=True, slots=True)
class ArmsMismatch(Diagnostic):
    """A conditional whose arms have no common type."""

    then: str
    otherwise: str
    message = "the arms of this conditional are {then} and {otherwise}"


@dataclass(frozen=True, slots=True)
class NotACondition(Diagnostic):
    """A value that cannot be a condition."""

    found: str
    message = "{found} cannot be a condition"


@dataclass(frozen=True, slots=True)
class NotCastable(Diagnostic):
    """A cast between different kinds of values."""

    found: str
    wanted: str
    message = "{found} cannot become {wanted}"

    @property
    def hint(self) -> str | None:
        return _CONVERSIONS.get((self.wanted, self.found))


@dataclass(frozen=True, slots=True)
class UnexpectedTypeArguments(Diagnostic):
    """`<..>` after a type that has no parameters."""

    name: str
    message = "`{name}` has no type parameters"
    hint = "a comparison needs parentheses here: `(a < b)`"


@dataclass(frozen=True, slots=True)
class WrongTypeArgumentCount(Diagnostic):
    """More or fewer type arguments than parameters."""

    name: str
    wanted: int
    given: int
    message = "`{name}` takes {wanted:count type argument}, {given} given"


@dataclass(frozen=True, slots=True)
class MissingTypeArguments(Diagnostic):
    """A generic class or struct without type arguments, in a context that does not determine them."""

    name: str
    parameters: tuple[str, ...]
    message = "`{name}` needs type arguments"
    hint = "it is declared `{name}<{parameters:commas}>`"


@dataclass(frozen=True, slots=True)
class EndlessInstances(Diagnostic):
    """A generic class or struct that needs itself with ever larger type arguments."""

    name: str
    message = "`{name}` needs itself with ever larger type arguments"


@dataclass(frozen=True, slots=True)
class UntypedStruct(Diagnostic):
    """A struct literal in a context that does not determine its type."""

    message = "the type of this struct literal is unknown"
    hint = "declare a local with its type and this value, and use that"


@dataclass(frozen=True, slots=True)
class UnexpectedStruct(Diagnostic):
    """A struct literal in place of a value of another type."""

    expected: str
    message = "expected {expected}, found a struct"

    @property
    def hint(self) -> str | None:
        return "arrays are written with brackets: `[1, 2]`" if self.expected.endswith("]") else None


@dataclass(frozen=True, slots=True)
class WrongFieldCount(Diagnostic):
    """A struct literal with more or fewer values than the struct has fields."""

    name: str
    wanted: int
    given: int
    message = "`{name}` has {wanted:count field}, {given} given"


@dataclass(frozen=True, slots=True)
class NotAnArray(Diagnostic):
    """An index of a value that is not an array."""

    found: str
    message = "{found} is not an array"

    @property
    def hint(self) -> str | None:
        return "one byte is a slice: `data[i : i + 1]`" if self.found != "int" else None


@dataclass(frozen=True, slots=True)
class MissingSize(Diagnostic):
    """`int[]` without a value that determines its size."""

    message = "the size of this array is missing"
    hint = "only a declaration with a value may leave it out: `int[] x = [1, 2];`"


@dataclass(frozen=True, slots=True)
class WrongElementCount(Diagnostic):
    """An array literal with more or fewer elements than its type."""

    expected: str
    wanted: int
    given: int
    message = "{expected} has {wanted:count element}, {given} given"


@dataclass(frozen=True, slots=True)
class ElementsMismatch(Diagnostic):
    """An array literal whose elements have no common type."""

    first: str
    found: str
    message = "elements of one array cannot be {first} and {found}"


@dataclass(frozen=True, slots=True)
class ValueTooLarge(Diagnostic):
    """A type whose values have too many stack items."""

    type: str
    size: int
    most: int
    message = "a value of type {type} would be {size:short far too many} stack items: at most {most} are allowed"


@dataclass(frozen=True, slots=True)
class NothingToHash(Diagnostic):
    """`flattenSha256` of an instance without properties."""

    type: str
    message = "a value of type {type} has nothing to hash"


def _cast(expected: str, found: str) -> str | None:
    if (found == "bytes" and expected in _BYTES_SUBTYPES) or (found == "int" and expected == "PrivKey"):
        return f"`{expected}(x)` declares that x is one"
    return None


def _binding(operator: str, found: set[str]) -> str | None:
    """Return the hint for an unexpected precedence of operators."""
    if operator in {"&", "|", "^"} and "bool" in found and len(found) > 1:
        return f"comparisons bind tighter than `{operator}`: write `(x {operator} y) == z`"
    if operator in {"&", "|"} and found == {"bool"}:
        return f"use `{operator * 2}` between bools"
    if operator == "^" and found == {"bool"}:
        return "use `!=` between bools"
    if operator in {"==", "!="} and found == {"bool", "int"}:
        return "`!` binds tighter than a comparison: write `!(x == y)`; a number is compared with 0 to become a bool"
    return None


def _between(left: str, right: str) -> str | None:
    if {left, right} == {"int", "bytes"}:
        return "`pack(x)` gives the bytes of a number, `unpack(b)` the number in bytes"
    return None
