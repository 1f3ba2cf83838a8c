"""Items of a symbolic run: terms of any sort, read as numbers, bytes or truth values when an opcode does."""

from penstock.prove.paths import Path
from penstock.prove.script.words import CannotJudge
from penstock.prove.terms.comparisons import is_zero, within
from penstock.prove.terms.logic import as_number, negation
from penstock.prove.terms.node import FALSE, TRUE, Sort, Term
from penstock.prove.terms.rewriting import choose
from penstock.prove.terms.strings import EMPTY, data_of, encoded, is_shortest, number_of
from penstock.script.numbers import is_minimal

ROOMY = 520
"""Bytes of a number; chains that allow longer ones have no limit that an honest spend meets."""


class RunFails(Exception):  # noqa: N818 - an outcome, not an error
    """The script fails here on every run that gets here."""


def bytes_of(item: Term) -> Term:
    """Return an item as bytes."""
    if item.sort is Sort.INT:
        return encoded(item)
    if item.sort is Sort.BOOL:
        return encoded(as_number(item))
    return item


def truth_of(item: Term) -> Term:
    """Return whether an item counts as true."""
    if item.sort is Sort.BOOL:
        return item
    return negation(is_zero(item if item.sort is Sort.INT else number_of(item)))


def number_in(item: Term) -> Term:
    """Return the number that an item reads as, whatever its form."""
    if item.sort is Sort.BYTES:
        return number_of(item)
    return item if item.sort is Sort.INT else as_number(item)


def read_number(item: Term, path: Path, size: int) -> Term:
    """Read an item as a number of at most so many bytes, in its shortest form.

    An item that the spender pushed for a number (`spelled`) may be in any form: a rule that refuses some of them
    makes a script accept less, so what is shown without that rule holds with it.
    """
    value = number_in(item)
    if item.sort is Sort.BYTES:
        path.require(is_shortest(item))
    if size <= ROOMY and not (item.kind == "spelled" and item.args[1] == "bool"):
        largest = (1 << (8 * size - 1)) - 1
        path.require(within(value, -largest, largest))
    return value


def joined(condition: Term, one: Term, other: Term) -> Term:
    """Return the item that a branch leaves."""
    if one is other:
        return one
    if one.sort is not other.sort:
        sort = _common_sort(one, other)
        one, other = converted(one, sort), converted(other, sort)
    return choose(condition, one, other)


def _common_sort(*items: Term) -> Sort:
    """Return the sort in which items have one form: numbers, or truth values, among which constants count."""
    sorts = {each.sort for each in items}
    plain = [each for each in items if each.sort is Sort.BYTES]
    data = [data_of(each) for each in plain]
    if any(each is None or not is_minimal(each) for each in data):
        return Sort.BYTES
    if Sort.INT in sorts:
        return Sort.INT
    return Sort.BOOL if all(each in {b"", b"\x01"} for each in data) else Sort.INT


def converted(item: Term, sort: Sort) -> Term:
    """Return an item in another sort, which can express it."""
    if item.sort is sort:
        return item
    if sort is Sort.BYTES:
        return bytes_of(item)
    if sort is Sort.INT:
        return number_in(item)
    return FALSE if item is EMPTY else TRUE


def alike(items: list[Term]) -> list[Term]:
    """Return items in one sort."""
    if len({each.sort for each in items}) == 1:
        return items
    sort = _common_sort(*items)
    return [converted(each, sort) for each in items]


def constant_number(item: Term) -> int:
    """Return the number that a constant item is; raises `CannotJudge` for another item."""
    value = number_in(item)
    if value.args[1]:
        raise CannotJudge("a number of signatures or keys that is not a constant")
    found: int = value.args[0]
    return found
