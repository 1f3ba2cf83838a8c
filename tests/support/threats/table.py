"""`make threats`: takes away the measure against each threat; the tests that docs/threats.md names have to fail."""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from click import echo

from penstock.artifact.artifact import Artifact
from tests.support.mutation.mutants import Tree
from tests.support.threats.measures import REMOVALS, Removal
from tests.support.threats.page import Threat, threats

_SECONDS: Final = 600.0
_SCRIPTS: Final = "runtime/penstock/channel/safe/agreement/scripts_1"
_COMPILE: Final = (
    "import sys, penstock; sys.stdout.write(penstock.compile_file(sys.argv[1], target=sys.argv[2]).to_json())"
)


def main() -> int:
    """Print the table; return 1 if a measure could be taken away without a failing test."""
    echo(f"{'':>3} {'threat':70.70} {'article':>14} {'safe':>22}  without the measure")
    survivors = []
    with tempfile.TemporaryDirectory(prefix="penstock-threats-") as folder:
        tree = Tree(Path(folder))
        if not tree.imports_itself():
            echo("the copies import the checkout: PYTHONPATH has no effect")
            return 1
        for threat, removal in zip(threats(), REMOVALS, strict=True):
            fate = f"not run: needs {removal.needs}"
            if removal.is_possible:
                is_noticed = noticed(tree, threat, removal)
                fate = "tests fail" if is_noticed else "NOTHING FAILS"
            echo(f"{threat.number:>3} {threat.threat:70.70} {threat.article:>14.14} {threat.safe:>22.22}  {fate}")
            if removal.is_possible and not is_noticed:
                survivors.append(threat.number)
    if survivors:
        echo(f"no test failed for {survivors}")
    return 1 if survivors else 0


def noticed(tree: Tree, threat: Threat, removal: Removal) -> bool:
    """Return whether a test of a threat fails once its measure is taken away, in a copy of the checkout."""
    source = (tree.folder / removal.file).read_text("utf-8")
    script = tree.folder / _SCRIPTS / f"{Path(removal.file).stem}.json"
    shipped = script.read_text("utf-8") if script.exists() else None
    (tree.folder / removal.file).write_text(applied(removal, source), "utf-8")
    try:
        if shipped is not None:
            script.write_text(_compiled(tree, removal.file, Artifact.from_json(shipped).target), "utf-8")
        return tree.run(threat.tests, _SECONDS) == "killed"
    finally:
        (tree.folder / removal.file).write_text(source, "utf-8")
        if shipped is not None:
            script.write_text(shipped, "utf-8")


def applied(removal: Removal, source: str) -> str:
    """Return a source without a measure.

    Raises:
        ValueError: the text of the measure does not stand in it exactly once.
    """
    for old, new in ((removal.old, removal.new), *([removal.also] if removal.also else [])):
        if source.count(old) != 1:
            raise ValueError(f"{removal.file}: {source.count(old)} times {old!r}")
        source = source.replace(old, new)
    return source


def _compiled(tree: Tree, file: str, target: str) -> str:
    command = [sys.executable, "-c", _COMPILE, file, target]
    found = subprocess.run(command, cwd=tree.folder, env=tree.environment, capture_output=True, text=True, check=True)
    return found.stdout


if __name__ == "__main__":
    sys.exit(main())
