"""Errors of types: mismatches, casts, type parameters, structs and arrays."""

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


class TypeMismatch(Diagnostic, frozen=True):
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


class OperandMismatch(Diagnostic, frozen=True):
    """An operator on a value of the wrong type."""

    operator: str
    found: str
    message = "`{operator}` cannot be applied to {found}"


class OperandsMismatch(Diagnostic, frozen=True):
    """An operator between values of the wrong types."""

    operator: str
    left: str
    right: str
    message = "`{operator}` cannot be applied to {left} and {right}"

    @property
    def hint(self) -> str | None:
        return _binding(self.operator, {self.left, self.right}) or _between(self.left, self.right)


class IncomparableTypes(Diagnostic, frozen=True):
    """`==` or `!=` between instances of different classes."""

    left: str
    right: str
    message = "{left} and {right} cannot be compared"


class ArmsMismatch(Diagnostic, frozen=True):
    """A conditional whose arms have no common type."""

    then: str
    otherwise: str
    message = "the arms of this conditional are {then} and {otherwise}"


class NotACondition(Diagnostic, frozen=True):
    """A value that cannot be a condition."""

    found: str
    message = "{found} cannot be a condition"


class NotCastable(Diagnostic, frozen=True):
    """A cast between different kinds of values."""

    found: str
    wanted: str
    message = "{found} cannot become {wanted}"

    @property
    def hint(self) -> str | None:
        return _CONVERSIONS.get((self.wanted, self.found))


class UnexpectedTypeArguments(Diagnostic, frozen=True):
    """`<..>` after a type that has no parameters."""

    name: str
    message = "`{name}` has no type parameters"
    hint = "a comparison needs parentheses here: `(a < b)`"


class WrongTypeArgumentCount(Diagnostic, frozen=True):
    """More or fewer type arguments than parameters."""

    name: str
    wanted: int
    given: int
    message = "`{name}` takes {wanted:count type argument}, {given} given"


class MissingTypeArguments(Diagnostic, frozen=True):
    """A generic class or struct without type arguments, in a context that does not determine them."""

    name: str
    parameters: tuple[str, ...]
    message = "`{name}` needs type arguments"
    hint = "it is declared `{name}<{parameters:commas}>`"


class EndlessInstances(Diagnostic, frozen=True):
    """A generic class or struct that needs itself with ever larger type arguments."""

    name: str
    message = "`{name}` needs itself with ever larger type arguments"


class UntypedStruct(Diagnostic, frozen=True):
    """A struct literal in a context that does not determine its type."""

    message = "the type of this struct literal is unknown"
    hint = "declare a local with its type and this value, and use that"


class UnexpectedStruct(Diagnostic, frozen=True):
    """A struct literal in place of a value of another type."""

    expected: str
    message = "expected {expected}, found a struct"

    @property
    def hint(self) -> str | None:
        return "arrays are written with brackets: `[1, 2]`" if self.expected.endswith("]") else None


class WrongFieldCount(Diagnostic, frozen=True):
    """A struct literal with more or fewer values than the struct has fields."""

    name: str
    wanted: int
    given: int
    message = "`{name}` has {wanted:count field}, {given} given"


class NotAnArray(Diagnostic, frozen=True):
    """An index of a value that is not an array."""

    found: str
    message = "{found} is not an array"

    @property
    def hint(self) -> str | None:
        return "one byte is a slice: `data[i : i + 1]`" if self.found != "int" else None


class MissingSize(Diagnostic, frozen=True):
    """`int[]` without a value that determines its size."""

    message = "the size of this array is missing"
    hint = "only a declaration with a value may leave it out: `int[] x = [1, 2];`"


class WrongElementCount(Diagnostic, frozen=True):
    """An array literal with more or fewer elements than its type."""

    expected: str
    wanted: int
    given: int
    message = "{expected} has {wanted:count element}, {given} given"


class ElementsMismatch(Diagnostic, frozen=True):
    """An array literal whose elements have no common type."""

    first: str
    found: str
    message = "elements of one array cannot be {first} and {found}"


class ValueTooLarge(Diagnostic, frozen=True):
    """A type whose values have too many stack items."""

    type: str
    size: int
    most: int
    message = "a value of type {type} would be {size:short far too many} stack items: at most {most} are allowed"


class NothingToHash(Diagnostic, frozen=True):
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
