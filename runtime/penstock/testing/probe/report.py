"""Report of a probe: for each function the holes, which are open to anyone, first; in short what its signers may do."""

from collections.abc import Iterable, Iterator

from penstock.testing.probe.prober import Prober
from penstock.testing.probe.subjects import GROUPS, LESSER, group_of, order_of
from penstock.testing.probe.trying import By
from penstock.wording import counted


def text_report(prober: Prober) -> Iterator[str]:
    """Yield the lines of the report."""
    names = sorted(prober.calls)
    holes = {name: subjects_open(prober, name, By.ANYONE) for name in names}
    for name in sorted(names, key=lambda name: (not holes[name], name)):
        yield f"{name}, {counted(prober.calls[name], 'call')}"
        if holes[name]:
            yield "  open to anyone:"
            yield from (f"    {line}" for line in _lines(prober, name, holes[name]))
        else:
            yield "  nothing is open to anyone"
        beyond = subjects_open(prober, name, By.SIGNERS) - holes[name]
        if beyond:
            yield f"  open to its signers: {', '.join(_shortened(beyond, prober.tried[name]))}"


def subjects_open(prober: Prober, function: str, by: By) -> set[str]:
    """Return the subjects that a function leaves open."""
    return {each.opening.subject for each in prober.found if each.function == function and each.opening.by is by}


def with_ways(prober: Prober, function: str, subject: str) -> str:
    """Return a subject that is open to anyone, with the ways in which it can be changed in brackets."""
    found = (each.opening for each in prober.found if each.function == function)
    ways = {each.how for each in found if each.by is By.ANYONE and each.subject == subject} - {""}
    return f"{subject} ({'; '.join(sorted(ways))})" if ways else subject


def _lines(prober: Prober, function: str, subjects: set[str]) -> Iterator[str]:
    """Yield a line for each subject, or for a whole group of them: ways, number of calls, a test."""
    lesser = {each for each in subjects if group_of(each) in LESSER}
    for name in _shortened(subjects - lesser, prober.tried[function]):
        own = {name} if name in subjects else {each for each in subjects if group_of(each) == name}
        found = [
            each
            for each in prober.found
            if each.function == function and each.opening.by is By.ANYONE and each.opening.subject in own
        ]
        most = max(prober.found[each] for each in found)
        test = min((prober.examples[each] for each in found if prober.examples[each]), default="")
        what = with_ways(prober, function, name) if name in subjects else f"all {name}"
        yield f"{what}, {most} of {counted(prober.calls[function], 'call')}{', ' if test else ''}{test}"
    if lesser:
        yield f"{'also ' if lesser != subjects else ''}{', '.join(_shortened(lesser, prober.tried[function]))}"


def _shortened(subjects: set[str], tried: Iterable[str]) -> list[str]:
    """Return subjects in the order of their groups; the name of a group in place of all of its subjects."""
    names: list[str] = []
    for group in GROUPS:
        own = {each for each in subjects if group_of(each) == group}
        is_whole = len(own) > 1 and own == {each for each in tried if group_of(each) == group}
        names += [group] if is_whole else sorted(own, key=order_of)
    return names
