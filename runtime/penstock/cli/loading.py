"""From a file name to an artifact: an artifact's JSON is read, anything else is compiled."""

from pathlib import Path
from typing import Final

import click

import penstock
from penstock.contract.artifact import TARGETS, Artifact
from penstock.contract.errors import ArgumentError

TARGET_OPTION: Final = click.option(
    "--target", type=click.Choice(TARGETS), help="The chain to compile for.  [default: bsv]"
)
JSON_OPTION: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")
FILE_TYPE: Final = click.Path(dir_okay=False, path_type=Path)


def load_artifact(path: Path, target: str | None) -> Artifact:
    """Read the artifact in a `.json` file, or compile a source file.

    Raises:
        ArtifactError: the JSON is damaged.
        CompileError: the source does not compile.
        ArgumentError: the artifact was compiled for another target than the one asked for.
        OSError: the file cannot be read.
    """
    if path.suffix != ".json":
        return penstock.compile_file(path, target=target or TARGETS[0])
    artifact = Artifact.from_json(path.read_bytes())
    if target not in (None, artifact.target):
        raise ArgumentError("--target", f"{artifact.target}, for which {path.name} was compiled", str(target))
    return artifact
