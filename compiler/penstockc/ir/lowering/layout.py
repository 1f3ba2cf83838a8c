"""Of how many leaves values are, and where among them their fields lie."""

from dataclasses import dataclass, field

from penstockc.diagnostics import InternalError
from penstockc.language.types import LibraryType, StructType, Type, size_of


@dataclass(slots=True)
class Layout:
    """Remembers what it has worked out for the types of one program, in which names tell types apart."""

    sizes: dict[Type, int] = field(default_factory=dict)
    starts: dict[tuple[Type, str], tuple[int, int]] = field(default_factory=dict)

    def size(self, kind: Type) -> int:
        """Return of how many leaves a value of this type is."""
        if kind not in self.sizes:
            self.sizes[kind] = size_of(kind)
        return self.sizes[kind]

    def field(self, kind: Type, name: str) -> tuple[int, int]:
        """Return with which leaf of a value its field `name` starts, and of how many leaves that is."""
        if (kind, name) not in self.starts:
            if not isinstance(kind, StructType | LibraryType):
                raise InternalError(f"field {name} of {kind}")
            start = 0
            for field_name, field_type in kind.fields:
                self.starts[kind, field_name] = start, self.size(field_type)
                start += self.size(field_type)
        return self.starts[kind, name]
