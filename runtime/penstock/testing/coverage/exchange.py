"""Exchange of collections between processes and runs, as plain values that JSON can hold.

A file whose text has changed since an earlier run keeps nothing of that run.
"""

import json
from typing import Any, Final

from penstock.testing.coverage.collector import Collector, File, Reach
from penstock.testing.coverage.points import Kind, Place, Point

_FORM: Final = 1
"""Number of the form of these values; another one is not read."""


def exported(collector: Collector) -> dict[str, Any]:
    """Return everything that a collector has, as plain values."""
    points = list(collector.points)
    numbers = {point: number for number, point in enumerate(points)}
    return {
        "form": _FORM,
        "files": {
            name: {
                "text": file.text,
                "sizes": {target: list(lines.items()) for target, lines in file.sizes.items()},
            }
            for name, file in collector.files.items()
        },
        "points": [[*point.place, point.kind.name, point.text, point.infeasible] for point in points],
        "reached": [
            [numbers[point], way, reach.tests, reach.example] for (point, way), reach in collector.reached.items()
        ],
    }


def add(collector: Collector, values: dict[str, Any], *, earlier: bool = False) -> None:
    """Add what another process, or with `earlier` an earlier run, has exported; of another form nothing."""
    if values.get("form") != _FORM:
        return
    changed = set[str]()
    for name, file in values["files"].items():
        known = collector.files.setdefault(name, File(file["text"]))
        if earlier and known.text != file["text"]:
            changed.add(name)
            continue
        for target, lines in file["sizes"].items():
            known.sizes.setdefault(target, {}).update({int(line): size for line, size in lines})
    points = [Point(Place(*place), Kind[kind], text, infeasible) for *place, kind, text, infeasible in values["points"]]
    collector.points.update(point for point in points if point.place.file not in changed)
    for number, way, tests, example in values["reached"]:
        if points[number].place.file not in changed:
            reach = collector.reached.setdefault((points[number], way), Reach(example=example))
            for test, count in tests.items():
                reach.tests[test] = reach.tests.get(test, 0) + count


def add_earlier(collector: Collector, text: str) -> None:
    """Add what an earlier run has written; a text that is damaged or of another form is left out whole."""
    read = Collector()
    try:
        add(read, json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return
    add(collector, exported(read), earlier=True)
