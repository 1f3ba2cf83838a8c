"""`python -m tests.support.mutation.mutants`: change the source a little, and see whether its tests notice.

Each mutant is one change of `mutation_operators`. It runs against the tests next to it, and if these pass against those
further away; survivors of both are printed as a table: a missing test, or code that no input needs. Copies of
the checkout are changed, never the checkout itself. The nodes' vectors are hidden, since most checkouts have none.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from queue import SimpleQueue
from random import Random
from threading import Lock
from typing import Final, Literal, TypeVar

from tests.support.mutation.mutation_operators import Change, changes

ROOT: Final = Path(__file__).resolve().parents[3]
COPIED: Final = ("benchmarks", "compiler", "contracts", "docs", "examples", "runtime", "tests", "README.md")
SETTINGS: Final = ("pyproject.toml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile")
PATIENCE: Final = 3.0
GRACE: Final = 30.0  # seconds
"""A mutant hangs if its tests take so many times as long as without it, and this time more."""

Fate = Literal["killed", "hangs", "survives"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Area:
    """Source, and the tests that should notice changes to it, from the repository's root.

    Attributes:
        source: files or folders.
        near: the tests next to it.
        far: those that are asked if the near ones pass.
    """

    source: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]


def _quick(folder: str, names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/test_{name}.py" for name in names.split())


RULES: Final = _quick("tests/compiler/pipeline", "language_rules ways_out")
AREAS: Final = {
    "vm": Area(
        ("runtime/penstock/vm",),
        (
            *_quick("tests/vm", "rules"),
            *_quick("tests/vm/opcodes", "opcodes flow chronicle signature_forms lock_times"),
            *_quick("tests/vm/execution", "limits"),
            *_quick("tests/vm/judging", "witness verdict"),
            *_quick("tests/vm/engines", "node_cases"),
        ),
        ("tests/vm",),
    ),
    "tx": Area(("runtime/penstock/tx",), ("tests/tx",), ("tests/vm",)),
    "ir": Area(
        ("compiler/penstockc/ir",),
        (
            *_quick("tests/compiler/ir", "passes form reversal"),
            *_quick("tests/compiler/ir/lowering", "lowering"),
            *RULES,
        ),
        ("tests/compiler/ir", "tests/compiler/codegen", "tests/compiler/pipeline", "tests/compiler/meaning"),
    ),
    "codegen": Area(
        ("compiler/penstockc/codegen", "compiler/penstockc/validation"),
        ("tests/compiler/codegen", "tests/compiler/validation"),
        ("tests/compiler/pipeline", "tests/compiler/meaning", "tests/compiler/diagnostics"),
    ),
    "constants": Area(
        ("compiler/penstockc/semantics/expressions/constants.py", "compiler/penstockc/language/arithmetic.py"),
        (*RULES, *_quick("tests/compiler/meaning", "operations evaluate")),
        ("tests/compiler/semantics", "tests/compiler/diagnostics", "tests/compiler/ir", "tests/compiler/pipeline"),
    ),
    "channel": Area(
        ("runtime/penstock/channel", "runtime/penstock/ledger"), ("tests/channel", "tests/ledger"), ("tests/report",)
    ),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one file."""

    area: str
    file: str
    change: Change

    @property
    def row(self) -> str:
        """The mutant as a row of the table."""
        old, new = (text.replace("|", "\\|") for text in self.change.shown)
        return f"| `{self.file}:{self.change.line}` | {self.change.operator} | `{old}` | `{new}` |"


def mutants(names: Sequence[str], seed: int, root: Path = ROOT) -> list[Mutant]:
    """Return every mutant of the areas in an order that the seed draws, the areas in turn."""
    drawn = []
    for name in names:
        of_area = [
            Mutant(name, str(path.relative_to(root)), change)
            for path in _files(root, AREAS[name])
            for change in changes(path.read_text("utf-8"))
        ]
        Random(f"{seed} {name}").shuffle(of_area)
        drawn.append(of_area)
    return [mutant for turn in zip_longest(*drawn) for mutant in turn if mutant is not None]


def _files(root: Path, area: Area) -> Iterator[Path]:
    for source in area.source:
        path = root / source
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def say(text: str) -> None:
    """Print a line at once: a run takes long."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Tree:
    """A copy of the checkout, in which one mutant at a time lives."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.folder = folder
        ignore = shutil.ignore_patterns("__pycache__", ".hypothesis")
        for name in COPIED:
            if (root / name).is_dir():
                shutil.copytree(root / name, folder / name, ignore=ignore)
        for name in (*SETTINGS, *COPIED):
            if (root / name).is_file():
                shutil.copy(root / name, folder / name)
        self.environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(str(folder / name) for name in ("compiler", "runtime", ".")),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PENSTOCK_VECTORS": str(folder / "no vectors"),
        }
        self.environment.pop("PENSTOCK_REQUIRE_VECTORS", None)

    def run(self, tests: Sequence[str], seconds: float | None) -> Fate:
        """Run tests up to the first that fails, for so many seconds at most."""
        options = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "--hypothesis-seed=0"]
        command = [sys.executable, "-m", "pytest", *options, *tests]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return "hangs"
        return "survives" if code == 0 else "killed"

    def imports_itself(self) -> bool:
        """Return whether code that runs here imports the copy, not the checkout."""
        code = "import penstock, penstockc; print(penstock.__file__, penstockc.__file__)"
        command = [sys.executable, "-c", code]
        found = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True
        )
        return all(Path(each).is_relative_to(self.folder) for each in found.stdout.split())


class Limits:
    """How many seconds tests may take, measured without a mutant when they are first wanted."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, ...], float] = {}
        self.locks: defaultdict[tuple[str, ...], Lock] = defaultdict(Lock)

    def of(self, tests: tuple[str, ...], tree: Tree) -> float:
        """Return the limit of these tests; a tree without a mutant may be needed to measure it.

        Raises:
            SystemExit: they do not pass there.
        """
        with self.locks[tests]:
            if tests not in self.known:
                start = time.monotonic()
                if tree.run(tests, None) != "survives":
                    raise SystemExit(f"without a mutant, too, there are failures: pytest -x {' '.join(tests)}")
                taken = time.monotonic() - start
                say(f"{taken:.0f} s without a mutant: {' '.join(tests)}")
                self.known[tests] = PATIENCE * taken + GRACE
            return self.known[tests]


def judge(tree: Tree, mutant: Mutant, limits: Limits) -> Fate:
    """Let a mutant live in a tree for as long as its tests take."""
    path, area = tree.folder / mutant.file, AREAS[mutant.area]
    source = path.read_text("utf-8")
    for tests in (area.near, area.far):
        seconds = limits.of(tests, tree)
        path.write_text(mutant.change.apply(source), "utf-8")
        try:
            fate = tree.run(tests, seconds)
        finally:
            path.write_text(source, "utf-8")
        if fate != "survives":
            return fate
    return "survives"


def run(chosen: Sequence[Mutant], jobs: int, minutes: float | None, folder: Path) -> list[tuple[Mutant, Fate]]:
    """Judge mutants, several at a time, until the last or until the time is over; in a folder for the copies."""
    trees = SimpleQueue[Tree]()
    for number in range(jobs):
        tree = Tree(folder / str(number))
        if not tree.imports_itself():
            raise SystemExit("the copy would run the checkout's code: is PYTHONPATH overruled?")
        trees.put(tree)
    limits = Limits()
    end = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
    with ThreadPoolExecutor(jobs) as pool:

        def one(mutant: Mutant) -> tuple[Mutant, Fate] | None:
            if time.monotonic() >= end:
                return None
            fate = _in_one_of(trees, lambda tree: judge(tree, mutant, limits))
            if fate == "survives":
                say(mutant.row)
            return mutant, fate

        return [judged for judged in pool.map(one, chosen) if judged is not None]


def _in_one_of(trees: "SimpleQueue[Tree]", work: Callable[[Tree], T]) -> T:
    tree = trees.get()
    try:
        return work(tree)
    finally:
        trees.put(tree)


def report(judged: Sequence[tuple[Mutant, Fate]], seed: int, commit: str) -> str:
    """Return counts and survivors as Markdown."""
    lines = [f"commit {commit}, seed {seed}, {len(judged)} mutants", ""]
    lines += ["| area | mutants | killed | hang | survive |", "|---|---|---|---|---|"]
    for name in (*AREAS, "all"):
        fates = [fate for mutant, fate in judged if name in {mutant.area, "all"}]
        if fates:
            counts = (fates.count("killed"), fates.count("hangs"), fates.count("survives"))
            lines.append(f"| {name} | {len(fates)} | {counts[0]} | {counts[1]} | {counts[2]} |")
    survivors = sorted((mutant for mutant, fate in judged if fate == "survives"), key=lambda each: each.row)
    if survivors:
        lines += ["", "| place | change | was | is |", "|---|---|---|---|", *(mutant.row for mutant in survivors)]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the arguments, judge the mutants and print the table; survivors are not a failure."""
    parser = argparse.ArgumentParser(prog="mutants", description=(__doc__ or "").partition("\n\n")[2])
    parser.add_argument("--area", choices=AREAS, action="append", help="one of the areas, more than once for more; all")
    parser.add_argument("--count", type=int, default=200, help="how many mutants at most; 200")
    parser.add_argument("--minutes", type=float, help="take no new mutant after so many minutes")
    parser.add_argument("--seed", type=int, default=1, help="draws which ones; 1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time; one per core")
    options = parser.parse_args(arguments)
    if options.count < 1 or options.jobs < 1:
        parser.error("--count and --jobs are numbers from 1")
    chosen = mutants(options.area or list(AREAS), options.seed)[: options.count]
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    with tempfile.TemporaryDirectory(prefix="penstock-mutants-") as folder:
        judged = run(chosen, min(options.jobs, len(chosen)), options.minutes, Path(folder))
    say(f"\n{report(judged, options.seed, commit)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
