"""Layout of values: their numbers of leaves, and the positions of their fields."""

from dataclasses import dataclass, field

from penstockc.diagnostics import InternalError
from penstockc.language.types import LibraryType, StructType, Type, size_of


@dataclass(slots=True)
class Layout:
    """Cached layouts of the types of one program, in which types have different names."""

    sizes: dict[Type, int] = field(default_factory=dict)
    starts: dict[tuple[Type, str], tuple[int, int]] = field(default_factory=dict)

    def size(self, kind: Type) -> int:
        """Return the number of leaves of a value of this type."""
        if kind not in self.sizes:
            self.sizes[kind] = size_of(kind)
        return self.sizes[kind]

    def field(self, kind: Type, name: str) -> tuple[int, int]:
        """Return the first leaf of a value's field `name`, and its number of leaves."""
        if (kind, name) not in self.starts:
            if not isinstance(kind, StructType | LibraryType):
                raise InternalError(f"field {name} of {kind}")
            start = 0
            for field_name, field_type in kind.fields:
                self.starts[kind, field_name] = start, self.size(field_type)
                start += self.size(field_type)
        return self.starts[kind, name]
