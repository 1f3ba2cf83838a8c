"""Public names of a package that are imported on first use, which keeps `import` of the package fast."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def exporter(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package (PEP 562) that imports its public names from their modules.

    Args:
        package: the package's name.
        homes: the module of each public name.
    """

    def get(name: str) -> object:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
        setattr(sys.modules[package], name, value)
        return value

    return get
