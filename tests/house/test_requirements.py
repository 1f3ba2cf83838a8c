"""Requirements: each package that the sources import is named in pyproject.toml, and not only brought along."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for root in ("compiler", "runtime") for path in (ROOT / root).rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OWN = {"penstock", "penstockc"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def required() -> set[str]:
    rows = [*PROJECT["dependencies"], *(row for rows in PROJECT["optional-dependencies"].values() for row in rows)]
    return {canonical(re.split(r"[^\w.-]", row, maxsplit=1)[0]) for row in rows}


def imported() -> Iterator[tuple[str, Path]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((each.name.partition(".")[0], path) for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0], path


def test_each_imported_package_is_required() -> None:
    distributions, named = packages_distributions(), required()
    missing = {
        f"{name} of {path.relative_to(ROOT)}"
        for name, path in imported()
        if name not in sys.stdlib_module_names
        and name not in OWN
        and not named & set(map(canonical, distributions.get(name, [])))
    }
    assert not missing
