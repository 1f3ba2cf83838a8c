"""`make proofs`: the table of docs/proof.md, of all bundled contracts on each chain that they compile for."""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

from click import echo

import penstock
from penstock.prove.proof import Budget, Proof, Way, prove
from penstock.script.chains import CHAINS

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
HEAD: Final = (
    "| contract | chain | functions | claims | by form | by cases | by z3 | only tested | differ |\n" + "|---" * 9 + "|"
)


def main() -> int:
    """Write the table anew; return 1 if a contract differs."""
    start = time.monotonic()
    rows, differ = [], False
    for name in names():
        for row, proof in rows_of(name, Budget()):
            rows.append(row)
            differ |= bool(proof.differences)
            echo(row)
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(HEAD + "\n")
    after = rest[rest.index("\n\n") :]
    PAGE.write_text(f"{before}{HEAD}\n" + "\n".join(rows) + after, "utf-8")
    echo(f"{time.monotonic() - start:.0f} s")
    return int(differ)


def names() -> list[str]:
    """The names of the bundled contracts."""
    return [path.stem for path in sorted(penstock.bundled("p2pkh").parent.glob("*.scrypt"))]


def rows_of(name: str, budget: Budget) -> list[tuple[str, Proof]]:
    """Return a row, and the proof that it is of, for each chain that a bundled contract compiles for."""
    rows = []
    for chain in CHAINS:
        try:
            artifact = penstock.compile_file(penstock.bundled(name), target=chain)
        except penstock.CompileError:
            continue
        proof = prove(artifact, budget)
        assert proof is not None
        ways = Counter(each.way for each in proof.findings)
        cells = [name, chain, len(artifact.functions), len(proof.findings), *(ways[way] for way in Way)]
        rows.append((f"| {' | '.join(map(str, cells))} |", proof))
    return rows


if __name__ == "__main__":
    sys.exit(main())
