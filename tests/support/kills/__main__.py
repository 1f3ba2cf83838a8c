"""`make service-faults`: provider, viewer and watcher killed at random moments, and a table of what was lost."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from penstock.channel.safe.agreement.chains import BSV_REGTEST, BTC_REGTEST, Network
from tests.support.kills.accounts import Account
from tests.support.kills.ground import prepared_in
from tests.support.kills.schedule import run

NETWORKS = {"bsv": BSV_REGTEST, "btc": BTC_REGTEST}
_COLUMNS = ("runs", "kills", "forced", "failed", "chunks", "payee", "payer")


def main() -> int:
    """Print the table; the exit code is 1 if anything was lost, or a run did not come to its end."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=20, help="runs on both networks together")
    options.add_argument("--first", type=int, default=0, help="the first seed")
    options.add_argument("--jobs", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="penstock-kills-") as name, ThreadPoolExecutor(chosen.jobs) as pool:
        folder = Path(name)
        prepared_in(folder)
        seeds = range(chosen.first, chosen.first + (chosen.runs + 1) // 2)
        rows = pool.map(lambda case: _run(case[0], case[1], case[2], folder), _cases(seeds))
        found = list(_told(rows))
    click.echo(f"{'network':<10}" + "".join(f"{each:>8}" for each in _COLUMNS))
    bad = 0
    for network in NETWORKS:
        mine = [each for other, each in found if other == network]
        whole = [each for each in mine if each is not None]
        sums = [len(mine), *(sum(getattr(each, field) for each in whole) for field in ("kills", "forced"))]
        losses = [sum(getattr(each, field) for each in whole) for field in ("chunks", "payee", "payer")]
        sums += [len(mine) - len(whole), *losses]
        click.echo(f"{network:<10}" + "".join(f"{each:>8,}" for each in sums))
        bad += sum(sums[3:])
    return 1 if bad else 0


def _cases(seeds: range) -> Iterator[tuple[int, str, Network]]:
    for seed in seeds:
        for name, network in NETWORKS.items():
            yield seed, name, network


def _run(seed: int, name: str, network: Network, folder: Path) -> tuple[str, int, Account | None]:
    try:
        return name, seed, run(seed, network, folder / f"{name}-{seed}", folder)
    except Exception as error:  # noqa: BLE001 - the other runs go on
        click.echo(f"{name} {seed}: {type(error).__name__}: {error}", err=True)
        return name, seed, None


def _told(rows: Iterator[tuple[str, int, Account | None]]) -> Iterator[tuple[str, Account | None]]:
    for name, seed, found in rows:
        if found is None or found.lost or sys.stderr.isatty():
            click.echo(f"{name} {seed}: {found}", err=True)
        yield name, found


if __name__ == "__main__":
    sys.exit(main())
