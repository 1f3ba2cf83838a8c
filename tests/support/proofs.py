"""`make proofs`: the tables of docs/proof.md.

All bundled contracts on each chain that they compile for; the functions of the standard library, each in a small
contract.
"""

import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

from click import echo

import penstock
from penstock import Artifact
from penstock.prove.proof import Budget, Proof, Way, prove
from penstock.script.chains import CHAINS
from tests.support.standard_functions import standard_contracts

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
HEAD: Final = (
    "| contract | chain | functions | claims | by form | by cases | by z3 | only tested | differ |\n" + "|---" * 9 + "|"
)


STANDARD_HEAD: Final = HEAD.replace("contract | chain", "library")[:-4]


def main() -> int:
    """Write the tables anew; return 1 if a contract differs."""
    start = time.process_time()
    found = [row for name in names() for row in rows_of(name, Budget())]
    standard = standard_rows(Budget())
    for row, _ in (*found, *standard):
        echo(row)
    text = PAGE.read_text("utf-8")
    for head, rows in ((HEAD, found), (STANDARD_HEAD, standard)):
        text = _with_rows(text, head, [row for row, _ in rows])
    PAGE.write_text(text, "utf-8")
    echo(f"{time.process_time() - start:.0f} s of the processor")
    return int(any(proof.differences for _, proofs in (*found, *standard) for proof in proofs))


def _with_rows(text: str, head: str, rows: list[str]) -> str:
    before, _, rest = text.partition(head + "\n")
    return f"{before}{head}\n" + "\n".join(rows) + rest[rest.index("\n\n") :]


def names() -> list[str]:
    """The names of the bundled contracts."""
    return [path.stem for path in sorted(penstock.bundled("p2pkh").parent.glob("*.scrypt"))]


def rows_of(name: str, budget: Budget) -> list[tuple[str, list[Proof]]]:
    """Return a row, and the proofs that it is of, for each chain that a bundled contract compiles for."""
    rows = []
    for chain in CHAINS:
        try:
            artifact = penstock.compile_file(penstock.bundled(name), target=chain)
        except penstock.CompileError:
            continue
        proofs = [_proof(artifact, budget)]
        rows.append((_row([name, chain], proofs), proofs))
    return rows


def standard_rows(budget: Budget) -> list[tuple[str, list[Proof]]]:
    """Return a row, and the proofs that it is of, for each library of the standard library, on bsv."""
    proofs: dict[str, list[Proof]] = {}
    for library, _, text in standard_contracts():
        proofs.setdefault(library, []).append(_proof(penstock.compile_source(text), budget))
    return [(_row([library], found), found) for library, found in proofs.items()]


def _proof(artifact: Artifact, budget: Budget) -> Proof:
    proof = prove(artifact, budget)
    assert proof is not None
    return proof


def _row(names: list[str], proofs: list[Proof]) -> str:
    findings = [finding for proof in proofs for finding in proof.findings]
    ways = Counter(each.way for each in findings)
    functions = {(at, each.function) for at, proof in enumerate(proofs) for each in proof.findings if each.function}
    cells = [*names, len(functions), len(findings), *(ways[way] for way in Way)]
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
