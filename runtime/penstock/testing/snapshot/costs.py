"""Costs of calls, and the snapshot as text: a line for each test, and below it one for each accepted call.

    tests/test_vault.py::test_withdraw
        Vault.withdraw                      locking      34  unlocking     169  opcodes     11  items    4  fee       1

The widths of the columns are fixed, so that a line changes only if its numbers do.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from penstock.errors import PenstockError

HEAD: Final = (
    "# Costs of the calls of contracts: bytes, opcodes run, most stack items, satoshis. See --contract-snapshot.\n"
)
_LINE: Final = re.compile(r" {4}(\S+) +locking +(\d+) +unlocking +(\d+) +opcodes +(\d+) +items +(\d+) +fee +(\d+)")


class Costs(NamedTuple):
    """The costs of an accepted call.

    Attributes:
        call: the contract and its function, `Vault.withdraw`.
        locking: bytes of the locking script of the spent output.
        unlocking: bytes of the unlocking script and of the witness.
        opcodes: opcodes that its scripts run.
        items: the most items on the stacks.
        fee: satoshis for the whole transaction at the rate of the chain.
    """

    call: str
    locking: int
    unlocking: int
    opcodes: int
    items: int
    fee: int


Snapshot: TypeAlias = Mapping[str, tuple[Costs, ...]]
"""The costs of the calls of each test, in their order."""


class SnapshotError(PenstockError, ValueError):
    """A file that is not a snapshot."""


def written(snapshot: Snapshot) -> str:
    """Return a snapshot as text, sorted by the names of the tests."""
    return HEAD + "".join(f"{line}\n" for test in sorted(snapshot) for line in (test, *map(_line, snapshot[test])))


def _line(costs: Costs) -> str:
    numbers = (
        ("locking", costs.locking, 7),
        ("unlocking", costs.unlocking, 7),
        ("opcodes", costs.opcodes, 7),
        ("items", costs.items, 4),
        ("fee", costs.fee, 7),
    )
    return f"    {costs.call:32}  " + "  ".join(f"{name} {number:{width}}" for name, number, width in numbers)


def read(text: str) -> Snapshot:
    """Read a snapshot.

    Raises:
        SnapshotError: it is another text.
    """
    if not text.startswith(HEAD):
        raise SnapshotError("it is not a snapshot: it does not begin as one")
    found: dict[str, tuple[Costs, ...]] = {}
    test = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line:
            continue
        if not line.startswith(" "):
            test = line
            found[test] = ()
            continue
        match = _LINE.fullmatch(line)
        if match is None or test is None:
            raise SnapshotError(f"line {number} is not one of a snapshot: {line!r}; write it anew")
        call, *numbers = match.groups()
        found[test] = (*found[test], Costs(call, *map(int, numbers)))
    return found


def differences(old: Snapshot, new: Snapshot, tolerance: float) -> Iterator[str]:
    """Yield the costs that differ by more than a tolerance.

    Args:
        old: the snapshot to compare with.
        new: the costs of this run.
        tolerance: percent of the old number.
    """
    for test in sorted(old.keys() & new.keys()):
        for name, one, other in _pairs(old[test], new[test]):
            changes = [] if one is None or other is None else list(_changes(one, other, tolerance))
            if changes:
                yield f"{test} {name}: {', '.join(changes)}"


def news(old: Snapshot, new: Snapshot) -> Iterator[str]:
    """Yield the tests, and calls of tests, that are in one of the snapshots alone."""
    for test in sorted(old.keys() | new.keys()):
        if test not in new:
            yield f"removed: {test}"
        elif test not in old:
            yield f"new: {test}"
        else:
            for name, one, other in _pairs(old[test], new[test]):
                if one is None or other is None:
                    yield f"{'new' if one is None else 'removed'}: {test} {name}"


def _pairs(old: Iterable[Costs], new: Iterable[Costs]) -> Iterator[tuple[str, Costs | None, Costs | None]]:
    """Yield calls of a test with the costs in both snapshots: the first of a function with the first, and so on."""
    before, after = _numbered(old), _numbered(new)
    for name in {**before, **after}:
        yield name, before.get(name), after.get(name)


def _numbered(calls: Iterable[Costs]) -> dict[str, Costs]:
    found: dict[str, Costs] = {}
    for costs in calls:
        name, number = costs.call, 1
        while name in found:
            number += 1
            name = f"{costs.call} ({number})"
        found[name] = costs
    return found


def _changes(old: Costs, new: Costs, tolerance: float) -> Iterator[str]:
    for name, one, other in zip(Costs._fields[1:], old[1:], new[1:], strict=True):
        percent = 100 * (other - one) / one if one else 100.0
        if one != other and abs(percent) > tolerance:
            yield f"{name} {one:,} → {other:,} ({percent:+.1f} %)"
