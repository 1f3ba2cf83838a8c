"""`penstock-scryptc`: Penstock's compiler with the command line of the official one, `scryptc`, for SDKs that run it.

In: a contract on the standard input (or in a file), and flags for the requested files. Out: a file for each of them in
the folder of `-o`, which is created if missing, or one JSON object on the standard output. Errors of the contract go to
the standard output, and the exit code stays 0, because an SDK expects them there. Errors in the call itself (arguments,
a missing file) go to the standard error with exit code 2, as usual.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

import penstock
from penstock.cli.failure import naming, told_plainly
from penstock.cli.process import behave
from penstockc.layouts import OFFICIAL, SMALLEST
from penstockc.output.scryptc.json_text import json_text
from penstockc.output.scryptc.outputs import ScryptcOutputs, compile_for_sdk
from penstockc.reading import load_from

SPOKEN: Final = "1.20.0"
"""The emulated version of the official compiler."""
STANDARD_INPUT: Final = "stdin"


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a flag: the flag, the ending of the file's name after the contract's, and the file's text."""

    flag: str
    ending: str
    text: Callable[[ScryptcOutputs], str]


_FILES: Final = (
    _File("--ast", "_ast.json", lambda outputs: json_text(outputs.tree)),
    _File("--hex", "_hex.txt", lambda outputs: outputs.hex),
    _File("--asm", "_asm.json", lambda outputs: json.dumps(outputs.assembly)),
    _File("--source-map", ".map.json", lambda outputs: json.dumps(outputs.source_map)),
    _File("--debug", ".dbg.json", lambda outputs: json.dumps(outputs.assembly)),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def root() -> None:
    """Replace `scryptc`, the official compiler, when SDKs of the language call it."""


@root.command("version")
def _version() -> None:
    """Show the emulated version, and the version of Penstock."""
    click.echo(f"Version: {SPOKEN}+commit.penstock-{penstock.__version__}")


def _wanted(command: Callable[..., None]) -> Callable[..., None]:
    """Add a flag to the command for each file."""
    for row in reversed(_FILES):
        name = row.flag.removeprefix("--").replace("-", "_")
        command = click.option(row.flag, f"want_{name}", is_flag=True, help=f"Write {STANDARD_INPUT}{row.ending}.")(
            command
        )
    return command


@root.command("compile")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@_wanted
@click.option("-O", "--optimize", is_flag=True, help="Write the smallest script, not one laid out as by scryptc.")
@click.option("-r", "release", is_flag=True, help="No effect: SDKs always give it.")
@click.option("--stdout", "to_stdout", is_flag=True, help="Write one JSON object here, and no files.")
@click.option(
    "-o", "folder", type=click.Path(path_type=Path), default=Path(), help="The folder for files, made if missing."
)
def _compile(file: Path | None, folder: Path, *, optimize: bool, to_stdout: bool, **wanted: bool) -> None:
    """Compile FILE, or the contract on the standard input.

    Without -O the script is laid out as by scryptc: the constructor's placeholders first, then the code, which leaves
    the value of the last require of a public function, and verifies all others.
    """
    with told_plainly():
        source = sys.stdin.buffer.read() if file is None else file.read_bytes()
        name = STANDARD_INPUT if file is None else str(file)
        outputs = compile_for_sdk(source.decode("utf-8"), name, load_from(Path()), SMALLEST if optimize else OFFICIAL)
        if isinstance(outputs, str):
            click.echo(outputs, nl=False)
        elif to_stdout:
            click.echo(outputs.at_once, nl=False)
        else:
            click.echo(outputs.warnings, nl=False)
            _write(outputs, folder / (STANDARD_INPUT if file is None else file.stem), wanted)


def _write(outputs: ScryptcOutputs, stem: Path, wanted: dict[str, bool]) -> None:
    """Write the requested files, and create their folder; `stem` is the common start of their paths."""
    with naming(stem.parent):
        stem.parent.mkdir(parents=True, exist_ok=True)
    for row in _FILES:
        if wanted[f"want_{row.flag.removeprefix('--').replace('-', '_')}"]:
            path = stem.with_name(stem.name + row.ending)
            with naming(path):
                path.write_text(row.text(outputs), encoding="utf-8", newline="\n")


def main() -> None:
    """Run the command line; the entry point of the `penstock-scryptc` script."""
    try:
        behave()
        root(prog_name="penstock-scryptc")
    except KeyboardInterrupt:
        raise SystemExit(130) from None
