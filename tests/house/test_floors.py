"""The floors of the house hold: imports go down only, everywhere, also inside functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = (ROOT / "compiler", ROOT / "runtime")

# From the top down. The rim may import everything; the compiler is listed with what it may import apart from itself.
RIM = ("penstock.cli", "penstock.testing", "penstock.report", "penstock.__main__")
FLOORS = (
    "penstock.service",
    "penstock.channel",
    "penstock.contract",
    "penstock.vm",
    "penstock.tx",
    "penstock.script",
)
COMPILER_MAY_IMPORT = ("penstock.script", "penstock.contract.artifact")

# The compiler's own floors, from the top down.
COMPILER_FLOORS = (
    "penstockc.catalogue",
    "penstockc.scryptc",
    "penstockc.pipeline",
    "penstockc.lints",
    "penstockc.codegen",
    "penstockc.ir",
    "penstockc.meaning",
    "penstockc.semantics",
    "penstockc.language",
    "penstockc.syntax",
    "penstockc.errors",
    "penstockc.habits",
)


def modules() -> Iterator[tuple[str, Path]]:
    for root in SOURCE_ROOTS:
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports_of(name: str, path: Path) -> Iterator[tuple[int, str]]:
    """Every module of ours that the file names in an import, with the line; relative imports resolved."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    known = dict(modules())
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            # `from package import module` names the module
            names = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names]
        else:
            continue
        yield from ((node.lineno, found) for found in names if found.split(".")[0] in {"penstock", "penstockc"})


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def floor(name: str, floors: tuple[str, ...]) -> int | None:
    return next((index for index, package in enumerate(floors) if inside(name, package)), None)


def allowed(importer: str, imported: str) -> bool:
    if inside(importer, "penstockc"):
        if inside(imported, "penstockc"):
            above, below = floor(importer, COMPILER_FLOORS), floor(imported, COMPILER_FLOORS)
            return above is None or below is None or above <= below
        return any(inside(imported, package) for package in COMPILER_MAY_IMPORT)
    if importer == "penstock" or any(inside(importer, package) for package in RIM):
        return True
    if inside(imported, "penstockc") or imported == "penstock":
        return False
    above, below = floor(importer, FLOORS), floor(imported, FLOORS)
    return above is not None and below is not None and above <= below


ALL_IMPORTS = [
    pytest.param(name, line, imported, id=f"{name}:{line}->{imported}")
    for name, path in modules()
    for line, imported in sorted(set(imports_of(name, path)))
]


@pytest.mark.parametrize(("importer", "line", "imported"), ALL_IMPORTS)
def test_imports_go_down(importer: str, line: int, imported: str) -> None:
    assert allowed(importer, imported), f"{importer}, line {line}, imports {imported}, which lies above it"


def test_every_module_has_a_floor() -> None:
    homes = (*RIM, *FLOORS, "penstockc")
    homeless = [name for name, _ in modules() if name != "penstock" and not any(inside(name, home) for home in homes)]
    assert not homeless


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("penstock.script.numbers", "penstock.vm.machine"),
        ("penstock.channel.alice", "penstockc.pipeline"),
        ("penstock.tx.keys", "penstock"),
        ("penstockc.ir.nodes", "penstock.vm.rules"),
        ("penstockc.semantics.check", "penstockc.codegen.emit"),
        ("penstock.vm.machine", "penstock.cli.main"),
    ],
)
def test_the_test_itself_refuses_what_goes_up(importer: str, imported: str) -> None:
    assert not allowed(importer, imported)
