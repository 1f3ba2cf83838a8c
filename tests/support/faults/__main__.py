"""`make channel-faults`: faults of many kinds on both sides of a channel, and a table of what was lost."""

import argparse
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import click

from tests.support.faults.cases import rows
from tests.support.faults.processes import CONTEXT


def main() -> int:
    """Print the table; the exit code is 1 if anything was lost."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--schedules", type=int, default=1_000)
    options.add_argument("--points", type=int, default=100)
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    chosen = options.parse_args()
    click.echo(f"{'fault':<48}{'cases':>8}{'faults':>8}{'chunks':>8}{'payee':>8}{'payer':>8}   lost")
    lost = 0
    with ProcessPoolExecutor(chosen.jobs, mp_context=CONTEXT) as pool:
        for name, judge, cases in rows(chosen.schedules, chosen.points):
            found = list(pool.map(judge, cases))
            sums = [sum(getattr(each.losses, field) for each in found) for field in ("chunks", "payee", "payer")]
            faults = sum(each.faults for each in found)
            click.echo(f"{name:<48}{len(found):>8,}{faults:>8,}" + "".join(f"{each:>8,}" for each in sums))
            for case, each in zip(cases, found, strict=True):
                if each.losses:
                    click.echo(f"  case {case!r}: {each.losses}")
            lost += sum(sums)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
