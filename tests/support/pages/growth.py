"""Picture of the growth of compiling: a pair of bars for each row of the table in docs/performance.md.

The table is between two marks; its figures are those of `python -m benchmarks growth-compile`.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "performance.md"
BEGIN, END = "<!-- growth: begin -->", "<!-- growth: end -->"
ROW_HEIGHT, LEFT, WIDTH, TOP = 44, 230, 420, 34
"""Pixels: of a row, left of the bars, of the longest bar, above the rows."""
STYLE: Final = (
    "text{font:13px sans-serif;fill:#24292f}.small{fill:#8fb8de}.large{fill:#1f6feb}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}"
)


@dataclass(frozen=True)
class Growth:
    """One row: the kind, both counts as texts, and milliseconds per unit at both."""

    kind: str
    counts: tuple[str, str]
    costs: tuple[float, float]


def rows(page: str) -> list[Growth]:
    """Read the table of the page."""
    table = page.partition(BEGIN)[2].partition(END)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "ms |" in line]
    return [Growth(kind, (one, ten), (_number(first), _number(second))) for kind, one, first, ten, second, _ in cells]


def picture(growths: list[Growth]) -> str:
    """Return the picture as SVG."""
    most = max(cost for growth in growths for cost in growth.costs)
    height = TOP + ROW_HEIGHT * len(growths)
    parts = [f'<text x="{LEFT}" y="20">milliseconds for each of N (light), and of 10 N (dark)</text>']
    for place, growth in enumerate(growths):
        top = TOP + ROW_HEIGHT * place
        parts.append(f'<text x="{LEFT - 10}" y="{top + 21}" text-anchor="end">{escape(growth.kind)}</text>')
        for index, (count, cost) in enumerate(zip(growth.counts, growth.costs, strict=True)):
            y, length = top + 17 * index, round(WIDTH * cost / most, 1)
            style = ("small", "large")[index]
            parts.append(f'<rect class="{style}" x="{LEFT}" y="{y}" width="{length}" height="15"/>')
            parts.append(f'<text x="{LEFT + length + 6}" y="{y + 12}">{cost:.2f} at {escape(count)}</text>')
    size = f'width="{LEFT + WIDTH + 130}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>{"".join(parts)}</svg>\n'


def write(folder: Path) -> None:
    """Write the picture of the page's table into a folder."""
    (folder / "growth.svg").write_text(picture(rows(PAGE.read_text("utf-8"))), "utf-8")


def _number(cell: str) -> float:
    return float(cell.removesuffix("ms"))
