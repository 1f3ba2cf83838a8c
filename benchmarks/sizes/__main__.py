"""`python -m benchmarks.sizes`: print the table of script sizes."""

from rich.console import Console
from rich.table import Table

from benchmarks.sizes.measure import Measured, measured, summary


def main() -> None:
    """Compile every contract of the table and print the sizes."""
    results = measured()
    console = Console(width=100)
    console.print(table(results))
    console.print(summary(results), highlight=False)


def table(results: tuple[Measured, ...]) -> Table:
    """Return the table: bytes of each script, and our ratio to the shortest one written by hand."""
    made = Table("contract", "chain")
    for heading in ("ours", "floor", "ratio", "cashc", "Rúnar"):
        made.add_column(heading, justify="right")
    for each in results:
        row, ratio = each.row, "" if each.ratio is None else f"{each.ratio:.2f}"
        sizes = [str(size or "") for size in (row.floor, row.cashc, row.runar)]
        made.add_row(row.name, row.target, str(each.ours), sizes[0], ratio, *sizes[1:])
    return made


if __name__ == "__main__":
    main()
