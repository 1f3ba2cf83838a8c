"""`penstock prove`: compares scripts with their sources, for all spends."""

import json
from pathlib import Path

import click

from penstock.cli.failure import REFUSED, Refusal
from penstock.cli.loading import (
    JSON_OPTION,
    LAYOUT_OPTION,
    NO_CACHE_OPTION,
    PATHS_ARGUMENT,
    TARGET_OPTION,
    compile_file,
    compile_found,
    is_single,
    sources_of,
)
from penstock.cli.proving import json_of, text_of
from penstock.prove.proof import Budget, prove
from penstock.wording import counted


@click.command(
    "prove",
    epilog="""\b
Examples:
  penstock prove                                    the contracts of the project
  penstock prove contracts/escrow.scrypt
  penstock prove contracts --target btc
  penstock prove contracts/shares.scrypt --seconds 120
  penstock prove contracts/escrow.scrypt --json

The exit code is 1 if a script differs from its source, or a contract has errors; else it is 0.""",
)
@PATHS_ARGUMENT
@TARGET_OPTION
@LAYOUT_OPTION
@NO_CACHE_OPTION
@click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=Budget().seconds,
    show_default=True,
    help="The most time for the cases of a claim, of the processor.",
)
@JSON_OPTION
def command(paths: tuple[Path, ...], target: str | None, layout: str, seconds: float, *, as_json: bool) -> None:
    """Compare the script of the contract in each FILE with its source: do both accept the same spends?

    Each public function has two claims. `typed`: for all arguments as the ABI encodes them, the script accepts
    exactly if the source does. `raw`: for any bytes as arguments, the script accepts only if the source does. With
    several functions a third one, `selector`: no other selector is accepted. A claim is proved (by form, by cases, or
    by z3 if the extra `verify` is installed), refuted by a spend, or only tested. docs/proof.md tells more.

    FOLDERs and patterns stand for files as in `penstock check`.
    """
    entries: list[dict[str, object]] = []
    differ = failed = claims = proved = 0
    for file in sources_of(paths):
        try:
            artifact = (
                compile_file(file.path, target, layout=layout)
                if is_single(paths)
                else compile_found(file, target, layout)
            )
        except Refusal as refusal:
            if is_single(paths):
                raise
            refusal.show()
            failed += 1
            continue
        proof = None if artifact is None else prove(artifact, Budget(seconds=seconds))
        if proof is None:
            continue
        differ += bool(proof.differences)
        claims += len(proof.findings)
        proved += sum(finding.is_proved for finding in proof.findings)
        entries.append(json_of(str(file.path), proof))
        if not as_json:
            click.echo(text_of(str(file.path), proof))
    if as_json:
        click.echo(json.dumps(entries))
    else:
        told = f", {counted(differ, 'contract')} that differs" if differ == 1 else f", {differ} contracts that differ"
        click.echo(f"{proved} of {counted(claims, 'claim')} proved{told if differ else ''}")
    if differ or failed:
        raise SystemExit(REFUSED)
