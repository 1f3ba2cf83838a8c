"""Reports of the coverage of contracts: text for a terminal, JSON, and LCOV for `genhtml` and other tools."""

import json
from collections.abc import Iterator
from pathlib import PurePath

from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.points import Kind
from penstock.testing.coverage.summary import FileSummary, Missing, never_accepted, total_percent

_LONGEST = 60
_HEADINGS = {
    Kind.FUNCTION: "functions",
    Kind.HELPER: "helpers",
    Kind.REQUIRE: "requires",
    Kind.BRANCH: "branches",
    Kind.SIGNATURE: "signatures",
}


def text_report(files: list[FileSummary]) -> Iterator[str]:
    """Yield the lines of the report: functions that no test has seen accepted, a table, and what is missing."""
    for each in never_accepted(files):
        yield f"never accepted: {each.point.text} ({_place(each)})"
    rows = [["file", *_HEADINGS.values(), "covered"]]
    rows += [
        [file.file, *(f"{file.taken[kind]}/{file.all[kind]}" for kind in _HEADINGS), f"{file.percent:.0f} %"]
        for file in files
    ]
    rows.append(["all", *("" for _ in _HEADINGS), f"{total_percent(files):.0f} %"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()
    for file in files:
        yield from (f"missing: {_place(each)} {_text(each)} never {', '.join(each.ways)}" for each in file.missing)
        yield from (
            f"infeasible: {_place(each)} {_text(each)} never {', '.join(each.ways)}: {each.point.infeasible}"
            for each in file.infeasible
        )


def json_report(files: list[FileSummary]) -> str:
    """Return the report for programs."""
    document = {
        "percent": round(total_percent(files), 2),
        "never_accepted": [each.point.text for each in never_accepted(files)],
        "files": [
            {
                "file": file.file,
                "percent": round(file.percent, 2),
                "taken": {kind.label: file.taken[kind] for kind in Kind},
                "all": {kind.label: file.all[kind] for kind in Kind},
                "missing": [_facts(each) for each in file.missing],
                "infeasible": [{**_facts(each), "reason": each.point.infeasible} for each in file.infeasible],
            }
            for file in files
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def lcov_report(collector: Collector, files: list[FileSummary]) -> str:
    """Return the report in the format of LCOV: functions, lines, and a branch for each way of a point."""
    return "".join(_lcov_file(collector, file.file) for file in files)


def _lcov_file(collector: Collector, file: str) -> str:
    points = sorted(
        (each for each in collector.points.values() if each.place.file == file), key=lambda each: each.place
    )
    bare = collector.paths.get(PurePath(file).name, file)  # the name of an import by a remapping
    rows = ["TN:", f"SF:{collector.paths.get(file, bare)}"]
    functions = [each for each in points if each.kind in (Kind.FUNCTION, Kind.HELPER)]
    counts = {point: [collector.hits[point.place, point.kind, way] for way in point.kind.ways] for point in points}
    rows += [f"FN:{each.place.line},{each.text}" for each in functions]
    rows += [f"FNDA:{sum(counts[each])},{each.text}" for each in functions]
    rows += [f"FNF:{len(functions)}", f"FNH:{sum(any(counts[each]) for each in functions)}"]
    branches = [each for each in points if each.kind is not Kind.HELPER]
    lines: dict[int, int] = {}
    for point in points:
        lines[point.place.line] = max(lines.get(point.place.line, 0), sum(counts[point]))
    for block, point in enumerate(branches):
        reached = any(counts[point])
        for way, count in enumerate(counts[point]):
            rows.append(f"BRDA:{point.place.line},{block},{way},{count if reached else '-'}")
    ways = [count for point in branches for count in counts[point]]
    rows += [f"BRF:{len(ways)}", f"BRH:{sum(map(bool, ways))}"]
    rows += [f"DA:{line},{count}" for line, count in sorted(lines.items())]
    rows += [f"LF:{len(lines)}", f"LH:{sum(map(bool, lines.values()))}", "end_of_record", ""]
    return "\n".join(rows)


def _place(missing: Missing) -> str:
    place = missing.point.place
    return f"{place.file}:{place.line}:{place.column}"


def _text(missing: Missing) -> str:
    text = missing.point.text
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _facts(missing: Missing) -> dict[str, object]:
    point = missing.point
    return {
        "line": point.place.line,
        "column": point.place.column,
        "kind": point.kind.label,
        "text": point.text,
        "ways": list(missing.ways),
    }
