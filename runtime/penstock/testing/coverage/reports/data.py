"""Reports for programs: JSON, and LCOV for `genhtml` and other tools."""

import json

from penstock.testing.coverage.collector import Collector
from penstock.testing.coverage.points import Kind
from penstock.testing.coverage.summary import FileSummary, Missing, never_accepted, total_percent


def json_report(collector: Collector, files: list[FileSummary]) -> str:
    """Return the report for programs: percentages, what is missing, and the tests of each way."""
    document = {
        "percent": round(total_percent(files), 2),
        "never_accepted": [each.point.text for each in never_accepted(files)],
        "files": [_file_facts(collector, file) for file in files],
    }
    return json.dumps(document, indent=2) + "\n"


def _file_facts(collector: Collector, file: FileSummary) -> dict[str, object]:
    return {
        "file": file.file,
        "percent": round(file.percent, 2),
        "taken": {kind.label: file.taken[kind] for kind in Kind},
        "all": {kind.label: file.all[kind] for kind in Kind},
        "missing": [_facts(each) for each in file.missing],
        "infeasible": [{**_facts(each), "reason": each.point.infeasible} for each in file.infeasible],
        "script_bytes": {
            target: {str(line): size for line, size in sorted(lines.items())}
            for target, lines in collector.files[file.file].sizes.items()
        },
        "points": [
            {
                "line": point.place.line,
                "column": point.place.column,
                "kind": point.kind.label,
                "text": point.text,
                "ways": {
                    way: {"tests": reach.tests, "example": reach.example}
                    for way in point.kind.ways
                    if (reach := collector.reached.get((point, way))) is not None
                },
            }
            for point in collector.points_in(file.file)
        ],
    }


def _facts(missing: Missing) -> dict[str, object]:
    point = missing.point
    return {
        "line": point.place.line,
        "column": point.place.column,
        "kind": point.kind.label,
        "text": point.text,
        "ways": list(missing.ways),
    }


def lcov_report(collector: Collector, files: list[FileSummary]) -> str:
    """Return the report in the format of LCOV: functions, lines, and a branch for each way of a point."""
    return "".join(_lcov_file(collector, file.file) for file in files)


def _lcov_file(collector: Collector, file: str) -> str:
    points = collector.points_in(file)
    rows = ["TN:", f"SF:{file}"]
    functions = [each for each in points if each.kind in (Kind.FUNCTION, Kind.HELPER)]
    counts = {point: [collector.count(point, way) for way in point.kind.ways] for point in points}
    rows += [f"FN:{each.place.line},{each.text}" for each in functions]
    rows += [f"FNDA:{sum(counts[each])},{each.text}" for each in functions]
    rows += [f"FNF:{len(functions)}", f"FNH:{sum(any(counts[each]) for each in functions)}"]
    branches = [each for each in points if len(each.kind.ways) > 1]
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
