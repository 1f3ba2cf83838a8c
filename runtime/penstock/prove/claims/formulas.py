"""The two formulas of a public function: when the source accepts a call, and when the script does."""

from collections.abc import Iterator
from dataclasses import dataclass

from penstock.artifact.artifact import Artifact, BasicType, Kind
from penstock.prove.script.chain_opcodes import handlers_of
from penstock.prove.script.machine import execute, new_run
from penstock.prove.script.words import Block, read_template
from penstock.prove.terms.comparisons import same_number
from penstock.prove.terms.logic import negation
from penstock.prove.terms.node import TRUE, Sort, Term, node
from penstock.prove.terms.numbers import number, wrap
from penstock.prove.tree.evaluation import Evaluation
from penstock.prove.tree.values import SORTS
from penstockc.language.types import ArrayType, LibraryType, StructType, Type, basic_leaves
from penstockc.semantics import typed


@dataclass(frozen=True, slots=True)
class Compilation:
    """A contract and what it was compiled to.

    Attributes:
        artifact: the artifact.
        program: its typed program.
        block: the words of its script.
        types: the type of each placeholder.
    """

    artifact: Artifact
    program: typed.Program
    block: Block
    types: dict[str, BasicType]

    def placeholder(self, name: str) -> Term:
        """Return the item that a placeholder pushes."""
        return leaf("value", SORTS[self.types.get(name, BasicType.BYTES).kind], name)


def compilation(artifact: Artifact, program: typed.Program) -> Compilation:
    """Return an artifact ready to be compared with its program; raises `CannotJudge` for a script that is not read."""
    block = read_template(artifact.template, return_ends=artifact.chain.newest.return_ends)
    types: dict[str, BasicType] = {}
    for local in program.contract.constructor.parameters:
        types.update(_placeholders(program, local.name, local.type))
    return Compilation(artifact, program, block, types)


def _placeholders(program: typed.Program, name: str, kind: Type) -> Iterator[tuple[str, BasicType]]:
    match kind:
        case BasicType():
            yield name, kind
        case ArrayType(element=element, size=size):
            for at in range(size):
                yield from _placeholders(program, f"{name}[{at}]", element)
        case StructType(fields=fields):
            for each, of in fields:
                yield from _placeholders(program, f"{name}.{each}", of)
        case LibraryType(name=owner):
            constructor = program.classes[owner].constructor
            prefix = name if constructor.is_implicit else f"{name}.ctor"
            for local in constructor.parameters:
                yield from _placeholders(program, f"{prefix}.{local.name}", local.type)


def leaf(kind: str, sort: Sort, name: str) -> Term:
    """Return a value that is not fixed: an `argument`, or the `value` of a placeholder."""
    made = node(kind, sort, (name,))
    return wrap(made) if sort is Sort.INT else made


def arguments_of(function: typed.Function, *, as_pushed: bool) -> list[Term]:
    """Return the items of a call's arguments, the last on top.

    Args:
        function: a public function.
        as_pushed: whether numbers and truth values may be any bytes; otherwise they have their one right form.
    """
    found = []
    for local in function.parameters:
        kinds = basic_leaves(local.type)
        for at, kind in enumerate(kinds):
            name = local.name if len(kinds) == 1 else f"{local.name}.{at}"
            if as_pushed and kind.kind is not Kind.BYTES:
                found.append(node("spelled", Sort.BYTES, (name, kind.kind.value)))
            else:
                found.append(leaf("argument", SORTS[kind.kind], name))
    return found


def source_formula(of: Compilation, function: typed.Function, items: list[Term]) -> Term:
    """Return when the source accepts a call with these items."""
    evaluation = Evaluation(of.program, of.artifact.chain, of.placeholder)
    return evaluation.accepts(function, iter(items))


def script_formula(of: Compilation, function: typed.Function, items: list[Term]) -> Term:
    """Return when the script accepts a call with these items; the selector comes on top of them if there is one."""
    run = new_run(of.artifact.chain.newest, [*items, *selector(of, function)], of.placeholder)
    execute(run, of.block, handlers_of(of.artifact.chain))
    return run.path.accepts(TRUE if run.path.is_over else run.result())


def selector(of: Compilation, function: typed.Function) -> list[Term]:
    """Return the item that selects a function, if there are several."""
    entries = of.program.entry_points
    return [number(entries.index(function))] if len(entries) > 1 else []


def stray_formula(of: Compilation) -> Term:
    """Return when the script accepts a selector that selects no function."""
    chosen = leaf("argument", Sort.INT, "the selector")
    items = [leaf("argument", Sort.BYTES, f"item {at}") for at in range(_most_items(of))]
    run = new_run(of.artifact.chain.newest, [*items, chosen], of.placeholder)
    for index in range(len(of.program.entry_points)):
        run.path.require(negation(same_number(chosen, number(index))))
    execute(run, of.block, handlers_of(of.artifact.chain))
    return run.path.accepts(TRUE if run.path.is_over else run.result())


def _most_items(of: Compilation) -> int:
    return max(sum(len(basic_leaves(local.type)) for local in each.parameters) for each in of.program.entry_points)
