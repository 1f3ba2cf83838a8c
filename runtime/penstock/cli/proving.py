"""Proofs in text and as JSON, for `penstock prove` and `penstock compile --verify`."""

from collections.abc import Sequence
from pathlib import Path

from penstock.artifact.source_map import Location
from penstock.prove.proof import Finding, Proof, Way

_WORDS = {
    Way.FORM: "proved by form",
    Way.CASES: "proved by cases",
    Way.SOLVER: "proved by z3",
    Way.TESTED: "only tested",
    Way.DIFFERS: "DIFFERS",
}


def text_of(file: str, proof: Proof) -> str:
    """Return a proof as lines: one for each claim, and a spend for each difference."""
    lines = [f"{file}: {proof.contract} for {proof.target}"]
    for finding in proof.findings:
        lines.append(f"  {_place(file, finding)}: {finding.claim}: {_settled(finding)}")
        if finding.witness is not None:
            lines += [f"    {line}" for line in _spend(finding)]
    told = "superfluous check: the script accepts the same spends without it"
    lines += [f"  {_found(file, place)}: {told}" for place in proof.superfluous]
    return "\n".join(lines)


def _found(file: str, place: Location) -> str:
    """Return a place by the path of its file: that of the contract, or of one that it imports."""
    return f"{Path(file).parent / place.file}:{place.line}"


def _place(file: str, finding: Finding) -> str:
    return f"{file}:{finding.line}: {finding.function or 'all functions'}"


def _settled(finding: Finding) -> str:
    cases = f", {finding.cases} cases" if finding.cases > 1 else ""
    note = f": {finding.note}" if finding.note else ""
    return f"{_WORDS[finding.way]}{cases}, {finding.seconds:.2f} s{note}"


def _spend(finding: Finding) -> Sequence[str]:
    witness = finding.witness
    assert witness is not None, "asked of a difference"
    values = [f"<{name}> = {item.hex() or 'empty'}" for name, item in witness.values.items()]
    arguments = [f"{name} = {item.hex() or 'empty'}" for name, item in witness.arguments.items()]
    return [
        "replayed on the machine: " + ("accepted" if witness.accepted else f"refused, {witness.error}"),
        *(f"asked as well: {name}: {'accepted' if said else 'refused'}" for name, said in witness.engines.items()),
        *values,
        *arguments,
        f"unlocking script {witness.unlocking_script.hex() or 'empty'}",
        f"locking script {witness.locking_script.hex()}",
    ]


def json_of(file: str, proof: Proof) -> dict[str, object]:
    """Return a proof for programs."""
    return {
        "file": file,
        "contract": proof.contract,
        "target": proof.target,
        "proved": proof.is_complete,
        "claims": [_entry(finding) for finding in proof.findings],
        "superfluous": [
            {"file": place.file, "line": place.line, "column": place.column} for place in proof.superfluous
        ],
    }


def _entry(finding: Finding) -> dict[str, object]:
    witness = finding.witness
    return {
        "function": finding.function,
        "line": finding.line,
        "claim": finding.claim,
        "way": finding.way.value,
        "cases": finding.cases,
        "seconds": round(finding.seconds, 3),
        "note": finding.note,
        "spend": None
        if witness is None
        else {
            "accepted": witness.accepted,
            "engines": witness.engines,
            "arguments": {name: item.hex() for name, item in witness.arguments.items()},
            "values": {name: item.hex() for name, item in witness.values.items()},
            "unlocking_script": witness.unlocking_script.hex(),
            "locking_script": witness.locking_script.hex(),
        },
    }
