"""All kinds of errors and warnings of the compiler."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import penstockc.errors
from penstockc.diagnostics import Diagnostic


def kinds() -> Iterator[type[Diagnostic]]:
    """Yield all classes of `penstockc.errors`, module by module."""
    for found in pkgutil.walk_packages(penstockc.errors.__path__, "penstockc.errors."):
        module = importlib.import_module(found.name)
        for _, entry in inspect.getmembers(module, inspect.isclass):
            if issubclass(entry, Diagnostic) and entry.__module__ == module.__name__:
                yield entry
