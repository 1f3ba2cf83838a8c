"""`make fuzz`: each target for some seconds, from real inputs on, guided by the coverage of our own code.

Each runs in a process of its own. What has been found to reach new code stays in `build/fuzz/corpus`, and an input that
finds a bug in `build/fuzz/found`: give its path, and it is run once more, with the traceback.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

FOLDER: Final = Path(__file__).resolve().parents[3] / "build/fuzz"
_LENGTH: Final = 2_048
_MEGABYTES: Final = 4_096
_SLOW: Final = 20
"""Seconds after which one input counts as a finding."""
_RUNS: Final = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COVERED: Final = re.compile(r"cov: (\d+)")


def main() -> int:
    """Print a table; the exit code is 1 if anything was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=60, help="for each target")
    options.add_argument("--target", action="append", help="names; all by default")
    options.add_argument("--child", help=argparse.SUPPRESS)
    options.add_argument("--run", type=Path, help="run one input of the only --target")
    chosen = options.parse_args()
    if chosen.child:
        _fuzz(chosen.child, chosen.seconds)
    from tests.support.fuzz.targets import TARGETS  # noqa: PLC0415 - the child imports it with coverage

    names = chosen.target or list(TARGETS)
    if chosen.run is not None:
        TARGETS[names[0]].run(chosen.run.read_bytes())
        click.echo("nothing was raised")
        return 0
    click.echo(f"{'target':<14}{'runs':>12}{'covered':>9}  found")
    return max([_run(name, chosen.seconds) for name in names])


def _run(name: str, seconds: int) -> int:
    """Fuzz a target in a process of its own, and print its row."""
    command = [sys.executable, "-m", "tests.support.fuzz", "--child", name, "--seconds", str(seconds)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["compiler", "runtime", "."])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    runs, covered = _RUNS.findall(done.stderr), _COVERED.findall(done.stderr)
    found = "" if done.returncode == 0 else _told(done.stdout + done.stderr)
    click.echo(f"{name:<14}{int(runs[-1]) if runs else 0:>12,}{covered[-1] if covered else '':>9}  {found}")
    return min(done.returncode, 1)


def _told(said: str) -> str:
    """Return the error of a run that found something, with the file of its input."""
    paths = re.findall(r"Test unit written to (\S+)", said)
    errors = re.findall(r"Uncaught Python exception: ===\n(.+)", said)
    return " ".join([*errors[-1:], *paths]) or said[-2_000:]


def _fuzz(name: str, seconds: int) -> None:
    """Fuzz a target in this process, which ends then."""
    import atheris  # noqa: PLC0415 - an extra of its own, which most machines do not have

    with atheris.instrument_imports(include=["penstock"]):
        from tests.support.fuzz.targets import TARGETS  # noqa: PLC0415 - as above

        target = TARGETS[name]
        seeds = target.seeds()
        for each in seeds:
            target.run(each)  # imports what is imported late, with coverage too
    corpus, found = FOLDER / "corpus" / name, FOLDER / "found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(each)
    arguments = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={seconds}",
        f"-max_len={_LENGTH}",
        f"-rss_limit_mb={_MEGABYTES}",
        f"-timeout={_SLOW}",
        f"-artifact_prefix={found}/{name}-",
        "-print_final_stats=1",
    ]
    atheris.Setup(arguments, target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
