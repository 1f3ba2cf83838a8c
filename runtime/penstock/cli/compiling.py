"""`penstock compile`: source file in, artifact out; or one view of it on the standard output."""

from pathlib import Path

import click

import penstock
from penstock.cli.loading import FILE_TYPE, TARGET_OPTION
from penstock.contract.artifact import TARGETS, Artifact


@click.command(
    "compile",
    epilog="""\b
Examples:
  penstock compile contracts/p2pkh.scrypt               writes p2pkh.json here
  penstock compile contracts/p2pkh.scrypt -o artifacts  writes artifacts/p2pkh.json
  penstock compile contracts/p2pkh.scrypt --asm         shows the script's template
  penstock compile contracts/p2pkh.scrypt --target btc --hex""",
)
@click.argument("file", type=FILE_TYPE)
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write the artifact to.  [default: here, unless something is shown]",
)
@TARGET_OPTION
@click.option("--json", "view", flag_value="json", help="Show the artifact.")
@click.option("--asm", "view", flag_value="asm", help="Show the template as assembler text.")
@click.option("--hex", "view", flag_value="hex", help="Show the template in hex, placeholders as <name>.")
def command(file: Path, folder: Path | None, target: str | None, view: str | None) -> None:
    """Compile FILE.

    Writes the artifact, FILE's name with the ending .json, to the folder of -o. With --json, --asm or --hex that view
    goes to the standard output, and no file is written unless -o names a folder.
    """
    artifact = penstock.compile_file(file, target=target or TARGETS[0])
    if view is not None:
        click.echo(_view(artifact, view), nl=view != "json")
    if view is None or folder is not None:
        folder = folder or Path()
        folder.mkdir(parents=True, exist_ok=True)
        written = folder / f"{file.stem}.json"
        written.write_text(artifact.to_json(), encoding="utf-8", newline="\n")
        functions = ", ".join(function.name for function in artifact.functions)
        click.echo(f"{written}: {artifact.contract} for {artifact.target}, functions {functions}", err=view is not None)


def _view(artifact: Artifact, view: str) -> str:
    match view:
        case "json":
            return artifact.to_json()
        case "asm":
            return artifact.asm
        case _:
            return artifact.hex
