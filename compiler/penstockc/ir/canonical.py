"""Canonical values: numbers and truth values in their only short encoding.

A number has many encodings as a stack item (1 is 01, 0100, 010000), and so has a truth value (true is any item that is
not zero). Opcodes that read them accept every encoding, and return the canonical one. Arguments, data of placeholders
and results of assembly may have any encoding.

The compiler preserves the bytes of a value only where an operation uses them. Everywhere else the number counts.
"""

from collections.abc import Callable, Iterator

from penstock.artifact.artifact import Kind
from penstockc.ir import nodes
from penstockc.ir.nodes import regions_of, results_of
from penstockc.language.items import read_item, stack_bytes
from penstockc.language.operations import Operation

NORMALIZERS = {Kind.INT: Operation.NORMALIZE, Kind.BOOL: Operation.NORMALIZE_BOOL}
"""The operation that returns the canonical encoding of a value, by its kind; bytes have one encoding."""


def is_made_canonical(
    statement: nodes.Statement, value: nodes.Value, is_canonical: Callable[[nodes.Value], bool]
) -> bool:
    """Return whether a statement always returns the canonical encoding of `value`, one of its results.

    `is_canonical` answers for earlier values.
    """
    match statement:
        case nodes.Apply() | nodes.CheckMultiSig():
            return True
        case nodes.Constant(data=data):
            return data == stack_bytes(read_item(value.kind, data))
        case nodes.If(then=then, otherwise=otherwise):
            index = results_of(statement).index(value)
            return all(is_canonical(arm.yields[index]) for arm in (then, otherwise) if not arm.ends_script)
        case nodes.Element(elements=elements):
            index = results_of(statement).index(value)
            return all(is_canonical(element[index]) for element in elements)
        case _:
            return False


def values_used_by_bytes(script: nodes.Script) -> set[nodes.Value]:
    """Return the numbers and truth values whose bytes are used, through branches and elements too."""
    found: set[nodes.Value] = set()
    _region(script.body, found)
    return found


def _region(region: nodes.Region, found: set[nodes.Value]) -> None:
    for statement in reversed(region.statements):  # uses come after definitions
        found.update(_used_by_bytes(statement, found))
        for inner in regions_of(statement):
            _region(inner, found)


def _used_by_bytes(statement: nodes.Statement, found: set[nodes.Value]) -> Iterator[nodes.Value]:
    """Yield the values whose bytes a statement passes on or uses; `found` holds its results that are used so."""
    match statement:
        case nodes.Apply(operation=operation, operands=operands) if operation.uses_bytes:
            yield from operands
        case nodes.Assembly(operands=operands):
            yield from operands
        case nodes.If(then=then, otherwise=otherwise, results=results):
            for index, result in enumerate(results):
                if result in found:
                    yield from (arm.yields[index] for arm in (then, otherwise) if not arm.ends_script)
        case nodes.Element(results=results, elements=elements):
            for index, result in enumerate(results):
                if result in found:
                    yield from (element[index] for element in elements)
        case _:
            pass
