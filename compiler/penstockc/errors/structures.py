"""What can be wrong with structs and arrays."""

from dataclasses import dataclass
from typing import ClassVar

from penstockc.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class RecursiveStruct(Diagnostic):
    """A struct with itself among its fields."""

    code: ClassVar[str] = "recursive-struct"
    ring: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"`{self.ring[0]}` contains itself: {' -> '.join(self.ring)}"


@dataclass(frozen=True, slots=True)
class EmptyStruct(Diagnostic):
    """A struct without fields."""

    code: ClassVar[str] = "empty-struct"
    name: str

    @property
    def message(self) -> str:
        return f"`{self.name}` has no fields"


@dataclass(frozen=True, slots=True)
class UntypedStruct(Diagnostic):
    """A struct literal where nothing says which struct it is."""

    code: ClassVar[str] = "untyped-struct"

    @property
    def message(self) -> str:
        return "nothing says which struct this is"

    @property
    def hint(self) -> str:
        return "declare a local with its type and this value, and use that"


@dataclass(frozen=True, slots=True)
class UnexpectedStruct(Diagnostic):
    """A struct literal where a value of another type must stand."""

    code: ClassVar[str] = "unexpected-struct"
    expected: str

    @property
    def message(self) -> str:
        return f"expected {self.expected}, found a struct"

    @property
    def hint(self) -> str | None:
        return "arrays are written with brackets: `[1, 2]`" if self.expected.endswith("]") else None


@dataclass(frozen=True, slots=True)
class WrongFieldCount(Diagnostic):
    """A struct literal with more or fewer values than the struct has fields."""

    code: ClassVar[str] = "wrong-field-count"
    name: str
    wanted: int
    given: int

    @property
    def message(self) -> str:
        fields = "1 field" if self.wanted == 1 else f"{self.wanted} fields"
        return f"`{self.name}` has {fields}, {self.given} given"


@dataclass(frozen=True, slots=True)
class MissingSize(Diagnostic):
    """`int[]` where no value can tell the size."""

    code: ClassVar[str] = "missing-size"

    @property
    def message(self) -> str:
        return "the size of this array is missing"

    @property
    def hint(self) -> str:
        return "only a declaration with a value may leave it out: `int[] x = [1, 2];`"


@dataclass(frozen=True, slots=True)
class ValueTooLarge(Diagnostic):
    """A type whose values would fill the stack."""

    code: ClassVar[str] = "value-too-large"
    type: str
    size: int
    most: int

    @property
    def message(self) -> str:
        size = str(self.size) if self.size < 10**12 else "far too many"
        return f"a value of type {self.type} would be {size} stack items: {self.most} at most make sense"


@dataclass(frozen=True, slots=True)
class WrongElementCount(Diagnostic):
    """An array literal with more or fewer elements than its type says."""

    code: ClassVar[str] = "wrong-element-count"
    expected: str
    wanted: int
    given: int

    @property
    def message(self) -> str:
        elements = "1 element" if self.wanted == 1 else f"{self.wanted} elements"
        return f"{self.expected} has {elements}, {self.given} given"


@dataclass(frozen=True, slots=True)
class ElementsMismatch(Diagnostic):
    """An array literal whose elements have nothing in common."""

    code: ClassVar[str] = "elements-mismatch"
    first: str
    found: str

    @property
    def message(self) -> str:
        return f"elements of one array cannot be {self.first} and {self.found}"


@dataclass(frozen=True, slots=True)
class IndexOutOfRange(Diagnostic):
    """A constant index that no element has."""

    code: ClassVar[str] = "index-out-of-range"
    array: str
    index: int
    size: int

    @property
    def message(self) -> str:
        shown = str(self.index) if abs(self.index) < 10**12 else "with this number"
        return f"{self.array} has no element {shown}: they are numbered 0 to {self.size - 1}"


@dataclass(frozen=True, slots=True)
class NothingToHash(Diagnostic):
    """`flattenSha256` of an instance without properties."""

    code: ClassVar[str] = "nothing-to-hash"
    type: str

    @property
    def message(self) -> str:
        return f"a value of type {self.type} is nothing that could be hashed"
