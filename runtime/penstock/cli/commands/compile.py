"""`penstock compile`: source file in, artifact out; or one view of it on the standard output."""

from pathlib import Path

import click

from penstock.artifact.artifact import Artifact
from penstock.cli.failure import naming
from penstock.cli.loading import FILE_TYPE, LAYOUT_OPTION, TARGET_OPTION, compile_file


@click.command(
    "compile",
    epilog="""\b
Examples:
  penstock compile contracts/p2pkh.scrypt               writes p2pkh.json here
  penstock compile contracts/p2pkh.scrypt -o artifacts  writes artifacts/p2pkh.json
  penstock compile contracts/p2pkh.scrypt --asm         shows the script's template
  penstock compile contracts/p2pkh.scrypt --target btc --hex
  penstock compile contracts/p2pkh.scrypt --layout official --asm""",
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
@LAYOUT_OPTION
@click.option("--json", "as_json", is_flag=True, help="Show the artifact.")
@click.option("--asm", "as_asm", is_flag=True, help="Show the template as assembler text.")
@click.option("--hex", "as_hex", is_flag=True, help="Show the template in hex, placeholders as <name>.")
def command(  # noqa: PLR0913 - one per option
    file: Path, folder: Path | None, target: str | None, layout: str, *, as_json: bool, as_asm: bool, as_hex: bool
) -> None:
    """Compile FILE.

    Writes the artifact, FILE's name with the ending .json, to the folder of -o. With --json, --asm or --hex that view
    goes to the standard output, and no file is written unless -o names a folder. Warnings go to the standard error.
    """
    if as_json + as_asm + as_hex > 1:
        raise click.UsageError("--json, --asm and --hex are three views of one artifact: use one at a time.")
    artifact = compile_file(file, target, layout=layout, warn=True)
    shown = as_json or as_asm or as_hex
    if as_json:
        click.echo(artifact.to_json(), nl=False)
    elif shown:
        click.echo(artifact.asm if as_asm else artifact.hex)
    if folder is not None or not shown:
        click.echo(_write(artifact, folder or Path(), file.stem), err=shown)


def _write(artifact: Artifact, folder: Path, name: str) -> str:
    """Write the artifact, and return the message about it."""
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f"{name}.json"
    with naming(written):
        written.write_text(artifact.to_json(), encoding="utf-8", newline="\n")
    functions = ", ".join(function.name for function in artifact.functions)
    return f"{written}: {artifact.contract} for {artifact.target}, functions {functions}"
