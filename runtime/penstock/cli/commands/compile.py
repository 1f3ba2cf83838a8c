"""`penstock compile`: source files in, artifacts out; or one view of them on the standard output."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from penstock.artifact.artifact import Artifact
from penstock.cli.failure import REFUSED, Failure, Refusal, naming
from penstock.cli.loading import (
    LAYOUT_OPTION,
    NO_CACHE_OPTION,
    PATHS_ARGUMENT,
    TARGET_OPTION,
    compile_file,
    compile_found,
    is_single,
    sources_of,
)
from penstock.project.finding import FoundFile, project_here
from penstock.records import Record
from penstock.wording import counted

ARTIFACTS: Final = "artifacts"
"""The folder for a project's artifacts, next to its pyproject.toml."""
_VIEWS: Final = ("json", "asm", "hex")


@click.command(
    "compile",
    epilog="""\b
Examples:
  penstock compile                                      the contracts of the project, to its folder artifacts
  penstock compile contracts/p2pkh.scrypt               writes p2pkh.json here
  penstock compile contracts/p2pkh.scrypt -o artifacts  writes artifacts/p2pkh.json
  penstock compile contracts -o artifacts               contracts/a/b.scrypt becomes artifacts/a/b.json
  penstock compile contracts/p2pkh.scrypt --asm         shows the script's template
  penstock compile contracts/p2pkh.scrypt --target btc --hex
  penstock compile contracts/p2pkh.scrypt --layout official --asm
  penstock compile contracts/p2pkh.scrypt --verify      compares the script with the source, for all spends

The exit code is 1 if a contract has errors, with `--verify` also if a script differs from its source, which is then not
written; the others are compiled nevertheless.""",
)
@PATHS_ARGUMENT
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for artifacts.  [default: here, unless something is shown; for a project, its folder artifacts]",
)
@TARGET_OPTION
@LAYOUT_OPTION
@NO_CACHE_OPTION
@click.option("--verify", "verify", is_flag=True, help="Prove each script before it is written: see `penstock prove`.")
@click.option("--json", "as_json", is_flag=True, help="Show the artifact; of several, a list.")
@click.option("--asm", "as_asm", is_flag=True, help="Show the template as assembler text.")
@click.option("--hex", "as_hex", is_flag=True, help="Show the template in hex, placeholders as <name>.")
def command(  # noqa: PLR0913 - one per option
    paths: tuple[Path, ...],
    folder: Path | None,
    target: str | None,
    layout: str,
    *,
    verify: bool,
    as_json: bool,
    as_asm: bool,
    as_hex: bool,
) -> None:
    """Compile each FILE.

    Writes artifacts, each with its FILE's name and the ending .json, to the folder of -o. FOLDERs and patterns stand
    for files as in `penstock check`, and their folders are mirrored; without any, the contracts of the project are
    compiled. With --json, --asm or --hex that view goes to the standard output, and no file is written unless -o names
    a folder. Warnings go to the standard error.
    """
    if as_json + as_asm + as_hex > 1:
        raise click.UsageError("--json, --asm and --hex are three views of one artifact: use one at a time.")
    view = next((each for each, wanted in zip(_VIEWS, (as_json, as_asm, as_hex), strict=True) if wanted), None)
    if folder is None and view is None:
        folder = Path() if paths else project_here().root / ARTIFACTS
    outputs = _outputs(sources_of(paths), folder)
    if is_single(paths):
        _compile_one(outputs[0], target, layout, view, verify=verify)
    else:
        _compile_several(outputs, target, layout, view, verify=verify)


class _Output(Record, frozen=True):
    """A source file, and the file for its artifact; None if the artifact is not written."""

    source: FoundFile
    written: Path | None


def _outputs(files: Sequence[FoundFile], folder: Path | None) -> list[_Output]:
    """Return the files with those for their artifacts, of which no two are the same."""
    if folder is None:
        return [_Output(file, None) for file in files]
    known: dict[Path, Path] = {}
    for file in files:
        written = folder / file.below.with_suffix(".json")
        if written in known:
            told = f"{written} would be the artifact of {known[written]} and of {file.path}"
            raise Failure(f"error: {told}: compile the folder that has both, or use two folders")
        known[written] = file.path
    return [_Output(file, written) for file, written in zip(files, known, strict=True)]


def _compile_one(output: _Output, target: str | None, layout: str, view: str | None, *, verify: bool) -> None:
    """Compile the only file: show its view, and write its artifact."""
    artifact = compile_file(output.source.path, target, layout=layout, warn=True)
    if verify and _differs(artifact, output.source.path):
        raise SystemExit(REFUSED)
    if view is not None:
        click.echo(_shown(artifact, view), nl=view != "json")
    if output.written is not None:
        click.echo(_write(artifact, output.written), err=view is not None)


def _differs(artifact: Artifact, path: Path) -> bool:
    """Prove a script and tell of it; return whether it differs from its source."""
    from penstock.cli.proving import text_of  # noqa: PLC0415 - needed with --verify alone
    from penstock.prove.proof import prove  # noqa: PLC0415 - as above

    proof = prove(artifact)
    if proof is None:
        return False
    click.echo(text_of(str(path), proof), err=True)
    return bool(proof.differences)


def _compile_several(
    outputs: Sequence[_Output], target: str | None, layout: str, view: str | None, *, verify: bool
) -> None:
    """Compile several files, one line for each; those with errors are counted at the end."""
    entries: list[dict[str, object]] = []
    refused = 0
    for output in outputs:
        path = output.source.path
        try:
            artifact = compile_found(output.source, target, layout)
        except Refusal as refusal:
            refusal.show()
            refused += 1
            continue
        if artifact is None:  # types for others to import
            continue
        if verify and _differs(artifact, path):
            refused += 1
            continue
        entries.append({"file": str(path), "artifact": json.loads(artifact.to_json()) if view == "json" else None})
        if view not in (None, "json"):
            click.echo(f"# {path}\n{_shown(artifact, view)}")
        if output.written is not None:
            click.echo(_write(artifact, output.written), err=view is not None)
    if view == "json":
        click.echo(json.dumps(entries))
    wrong = (
        f", {counted(refused, 'contract')} with errors or differences"
        if refused and verify
        else (f", {counted(refused, 'contract')} with errors")
        if refused
        else ""
    )
    click.echo(f"{counted(len(entries), 'contract')} compiled{wrong}", err=view is not None or bool(refused))
    if refused:
        raise SystemExit(REFUSED)


def _shown(artifact: Artifact, view: str) -> str:
    match view:
        case "asm":
            return artifact.asm
        case "hex":
            return artifact.hex
        case _:
            return artifact.to_json()


def _write(artifact: Artifact, written: Path) -> str:
    """Write the artifact, and return the message about it."""
    written.parent.mkdir(parents=True, exist_ok=True)
    with naming(written):
        written.write_text(artifact.to_json(), encoding="utf-8", newline="\n")
    functions = ", ".join(function.name for function in artifact.functions)
    return f"{written}: {artifact.contract} for {artifact.target}, functions {functions}"
