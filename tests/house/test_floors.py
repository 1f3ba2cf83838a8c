"""Imports go down the floors of CONTRIBUTING.md, everywhere: also inside functions, and those for types only."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = (ROOT / "compiler", ROOT / "runtime")

# From the top down. A module belongs to the longest of these names that it starts with.
FLOORS = (
    "penstock.__main__",
    "penstock.cli",
    "penstock.cli.commands",
    "penstock.cli.scryptc",
    "penstock.cli.preparing",
    "penstock.cli.serving",
    "penstock.cli.streaming",
    "penstock.cli.channels",
    "penstock.cli.evaluating",
    "penstock.cli.proving",
    "penstock.cli.listing",
    "penstock.cli.transactions",
    "penstock.cli.transactions.showing",
    "penstock.cli.instances",
    "penstock.cli.transactions.scripts",
    "penstock.cli.transactions.judging",
    "penstock.cli.transactions.recipients",
    "penstock.cli.transactions.spent",
    "penstock.cli.transactions.reading",
    "penstock.cli.verdicts",
    "penstock.cli.loading",
    "penstock.cli.values",
    "penstock.cli.brackets",
    "penstock.cli.byte_sizes",
    "penstock.cli.failure",
    "penstock.cli.spelling",
    "penstock.cli.process",
    "penstock.report",
    "penstock.bindings",
    "penstock.testing",
    "penstock.prove",
    "penstock.prove.worker",
    "penstock.prove.who",
    "penstock.prove.trials",
    "penstock.prove.claims",
    "penstock.prove.tree",
    "penstock.prove.script",
    "penstock.prove.paths",
    "penstock.prove.terms",
    "penstock.evaluation",
    "penstock",
    "penstock.project",
    "penstockc.catalogue",
    "penstockc.showing",
    "penstockc.output.scryptc",
    "penstockc.pipeline",
    "penstockc.output",
    "penstockc.lints",
    "penstockc.validation",
    "penstockc.codegen",
    "penstockc.codegen.schedule",
    "penstockc.codegen.stack",
    "penstockc.codegen.plan",
    "penstockc.codegen.instructions",
    "penstockc.ir.passes",
    "penstockc.ir.lowering",
    "penstockc.ir",
    "penstockc.targets",
    "penstockc.layouts",
    "penstockc.meaning",
    "penstockc.semantics",
    "penstockc.semantics.check",
    "penstockc.semantics.bodies",
    "penstockc.semantics.expressions",
    "penstockc.semantics.declarations",
    "penstockc.semantics.typed",
    "penstockc.language",
    "penstockc.syntax",
    "penstockc.syntax.ast",
    "penstockc.standard",
    "penstockc.errors",
    "penstockc.habits",
    "penstockc.diagnostics",
    "penstockc.message_templates",
    "penstockc.source",
    "penstockc.reading",
    "penstockc.remappings",
    "penstockc.support",
    "penstockc",
    "penstock.service",
    "penstock.service.viewer",
    "penstock.service.provider",
    "penstock.service.x402",
    "penstock.service.media",
    "penstock.service.catalogue",
    "penstock.service.connection",
    "penstock.service.trial",
    "penstock.service.watching",
    "penstock.service.serving",
    "penstock.service.requests",
    "penstock.service.sockets",
    "penstock.service.deadlines",
    "penstock.service.signals",
    "penstock.service.chain",
    "penstock.service.recovery",
    "penstock.service.driver",
    "penstock.service.seed",
    "penstock.service.store",
    "penstock.service.signals",
    "penstock.service.errors",
    "penstock.channel",
    "penstock.channel.safe.simulation",
    "penstock.channel.safe",
    "penstock.channel.safe.protocol",
    "penstock.channel.safe.transactions",
    "penstock.channel.safe.agreement",
    "penstock.channel.simulation",
    "penstock.channel.protocol",
    "penstock.channel.transactions",
    "penstock.channel.safe.messages",
    "penstock.channel.metered",
    "penstock.channel.sealed",
    "penstock.channel.agreement",
    "penstock.channel.canonical",
    "penstock.ledger",
    "penstock.contract",
    "penstock.contract.values",
    "penstock.contract.errors",
    "penstock.vm.explaining",
    "penstock.vm.judging",
    "penstock.vm.execution",
    "penstock.vm.opcodes",
    "penstock.vm",
    "penstock.tx",
    "penstock.artifact",
    "penstock.script",
    "penstock.records",
    "penstock.wording",
    "penstock.lazy_exports",
    "penstock.errors",
)
# The rim: it may import everything below.
RIM = (
    *("penstock.__main__", "penstock.cli", "penstock.report", "penstock.bindings"),
    *("penstock.testing", "penstock.prove", "penstock.evaluation"),
    *("penstock", "penstock.project"),
)
# Floors next to each other, so that neither may import the other.
APART = (
    ("penstockc", "penstock.tx"),
    ("penstockc", "penstock.vm"),
    ("penstockc", "penstock.contract"),
    ("penstockc", "penstock.ledger"),
    ("penstockc", "penstock.channel"),
    ("penstockc", "penstock.service"),
    ("penstock.tx", "penstock.artifact"),
    ("penstock.vm", "penstock.artifact"),
    ("penstock.ledger", "penstock.artifact"),
    ("penstock.ledger", "penstock.contract"),
)
# The evaluator judges the compiler in tests, so the two share no code but the meaning of one operation.
JUDGED = ("penstockc.ir", "penstockc.codegen", "penstockc.validation")
# Proofs judge each compilation, from the typed tree and the script alone. The evaluator replays what they find.
PROVER = "penstock.prove"
UNKNOWN_TO_THE_PROVER = tuple(
    f"penstockc.{name}" for name in ("ir", "codegen", "meaning", "validation", "lints", "output", "targets", "layouts")
)
JUDGE, SHARED = "penstockc.meaning", "penstockc.meaning.apply"
# Methods that import from a higher floor, when they are called: the value is one thing for its users.
FACADES = {
    ("penstock.artifact.artifact", "penstock.contract.instantiate"),  # Artifact.instantiate
    ("penstock.vm.judging.verdict", "penstock.vm.explaining.explain"),  # Verdict.explain
}


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its name."""
    found = {}
    for root in SOURCE_ROOTS:
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports() -> dict[str, frozenset[str]]:
    """For each module, the modules of ours that it imports."""
    return {name: frozenset(_imports_of(path) - {name}) for name, path in modules().items()}


def _imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: write relative imports in full"
            # `from package import module` names the module
            full = {f"{node.module}.{alias.name}": node.module or "" for alias in node.names}
            found.update(name if name in modules() else base for name, base in full.items())
    return {name for name in found if name in modules()}


def edges() -> Iterator[tuple[str, str]]:
    """Every import but the façades'."""
    for importer, imported in imports().items():
        yield from ((importer, name) for name in sorted(imported) if (importer, name) not in FACADES)


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def floor(name: str) -> int:
    """The index of a module's floor, from the top."""
    home = max((package for package in FLOORS if inside(name, package)), key=len)
    return FLOORS.index(home)


def on_the_rim(name: str) -> bool:
    return name == "penstock" or any(inside(name, package) for package in RIM if package != "penstock")


def allowed(importer: str, imported: str) -> bool:
    if floor(importer) > floor(imported):
        return False
    if on_the_rim(importer):
        return True
    return not any(inside(importer, above) and inside(imported, below) for above, below in APART)


def test_imports_go_down() -> None:
    assert not [f"{importer} -> {imported}" for importer, imported in edges() if not allowed(importer, imported)]


def test_every_module_but_the_package_has_a_floor_of_its_own() -> None:
    homes = [package for package in FLOORS if package not in {"penstock", "penstockc"}]
    homeless = [name for name in modules() if not any(inside(name, home) for home in homes)]
    assert homeless == ["penstockc", "penstock"]


def test_every_floor_is_there() -> None:
    assert not [package for package in FLOORS if package not in modules()]


def test_the_compiler_shares_no_more_with_its_judge() -> None:
    assert not [
        f"{importer} -> {imported}"
        for importer, imported in edges()
        if any(inside(importer, package) for package in JUDGED) and inside(imported, JUDGE) and imported != SHARED
    ]


def test_the_prover_knows_nothing_of_the_stages_that_it_judges() -> None:
    assert not [
        f"{importer} -> {imported}"
        for importer, imported in edges()
        if inside(importer, PROVER) and any(inside(imported, package) for package in UNKNOWN_TO_THE_PROVER)
    ]


def test_formulas_are_made_without_the_evaluator() -> None:
    """Only trials, which are judged by it, and results know of the package that runs it."""
    above = ("penstock.prove.proof", "penstock.prove.worker", "penstock.prove.trials", "penstock.prove.who")
    assert not [
        f"{importer} -> {imported}"
        for importer, imported in edges()
        if inside(importer, PROVER)
        and not any(inside(importer, name) for name in above)
        and (
            inside(imported, "penstock.evaluation")
            or imported in {"penstockc.language.arithmetic", "penstockc.language.octets"}
        )
    ]


def components(graph: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one node (Tarjan)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            ring = [stack.pop()]
            while ring[-1] != node:
                ring.append(stack.pop())
            if len(ring) > 1:
                found.append(sorted(ring))

    for node in graph:
        if node not in order:
            visit(node)
    return found


def graph_of(pairs: Iterator[tuple[str, str]]) -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for importer, imported in pairs:
        graph.setdefault(importer, set()).add(imported)
    return graph


def test_imports_go_in_no_circle_but_through_the_facades() -> None:
    assert not components(graph_of(edges()))


def test_each_facade_closes_a_circle() -> None:
    for facade in FACADES:
        assert facade[1] in imports()[facade[0]]
        assert components(graph_of(iter([*edges(), facade])))


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("penstock.script.numbers", "penstock.vm.execution.machine"),
        ("penstock.channel.protocol.alice", "penstockc.pipeline"),
        ("penstock.tx.keys", "penstock"),
        ("penstock.tx.keys", "penstock.artifact.artifact"),
        ("penstockc.ir.nodes", "penstock.vm.rules"),
        ("penstockc.semantics.check", "penstockc.codegen.instructions.emit"),
        ("penstockc.semantics.declarations.types", "penstockc.semantics.expressions.dispatch"),
        ("penstock.vm.execution.machine", "penstock.cli.root"),
        ("penstock.vm.opcodes.flow", "penstock.vm.judging.checker"),
    ],
)
def test_the_test_itself_refuses_what_goes_up(importer: str, imported: str) -> None:
    assert importer in modules()
    assert imported in modules()
    assert not allowed(importer, imported)


def test_the_test_itself_finds_circles() -> None:
    assert components({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [["b", "c"]]
