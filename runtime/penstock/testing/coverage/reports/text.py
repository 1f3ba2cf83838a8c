"""Report for a terminal: functions that no test has seen accepted, a table, and what is missing."""

from collections.abc import Iterator

from penstock.testing.coverage.points import Kind
from penstock.testing.coverage.summary import FileSummary, Missing, never_accepted, total_percent

_LONGEST = 60
HEADINGS = {
    Kind.FUNCTION: "functions",
    Kind.HELPER: "helpers",
    Kind.STATEMENT: "statements",
    Kind.REQUIRE: "requires",
    Kind.BRANCH: "branches",
    Kind.SIGNATURE: "signatures",
    Kind.INDEX: "indices",
}
"""The columns of the table."""


def text_report(files: list[FileSummary]) -> Iterator[str]:
    """Yield the lines of the report; kinds of points that no file has are left out of the table."""
    for each in never_accepted(files):
        yield f"never accepted: {each.point.text} ({each.point.place})"
    kinds = [kind for kind in HEADINGS if any(file.all[kind] for file in files)]
    rows = [["file", *(HEADINGS[kind] for kind in kinds), "covered"]]
    rows += [
        [file.file, *(f"{file.taken[kind]}/{file.all[kind]}" for kind in kinds), f"{file.percent:.0f} %"]
        for file in files
    ]
    rows.append(["all", *("" for _ in kinds), f"{total_percent(files):.0f} %"])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        yield "  ".join(cells).rstrip()
    for file in files:
        yield from (f"missing: {_what(each)}" for each in file.missing)
        yield from (f"infeasible: {_what(each)}: {each.point.infeasible}" for each in file.infeasible)


def _what(missing: Missing) -> str:
    text = missing.point.text
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"{missing.point.place} {shown} never {', '.join(missing.ways)}"
