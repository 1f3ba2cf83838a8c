"""The SDK's side of `penstock-scryptc`: it starts the command, and reads its output by regular expressions."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from penstockc.output.scryptc.outputs import ScryptcOutputs, compile_for_sdk

PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"
_BLOCK = re.compile(
    r"(?P<kind>Error|Warning):\s*(?P<file>\S+?):(?P<line>\d+):(?P<column>\d+):(?P<line1>\d+):(?P<column1>\d+):\n"
    r"(?P<message>[^\n]+)\n"
)
_SYNTAX = re.compile(
    r"(?P<file>\S+):(?P<line>\d+):(?P<column>\d+):\n(?:[^\n]+\n){3}(?P<message>[^\n]+(?:\nexpecting [^\n]+)?)"
)


@dataclass(frozen=True)
class Message:
    """A block of the output: error or warning, its start and end, and its message."""

    kind: str
    file: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def read_messages(output: str) -> list[Message]:
    """The blocks about meaning."""
    return [
        Message(
            found["kind"],
            found["file"],
            (int(found["line"]), int(found["column"])),
            (int(found["line1"]), int(found["column1"])),
            found["message"],
        )
        for found in _BLOCK.finditer(output)
    ]


def read_syntax_errors(output: str) -> list[tuple[str, int, int, str]]:
    """File, line, column and text of each syntax error."""
    assert "Syntax error:" in output
    return [
        (found["file"], int(found["line"]), int(found["column"]), found["message"])
        for found in _SYNTAX.finditer(output)
    ]


def outcome(text: str, imports: Mapping[str, str] | None = None) -> ScryptcOutputs | str:
    """Compile in this process; imports are texts by path."""
    files = imports or {}

    def load(importing: str, path: str) -> str:
        if path not in files:
            raise FileNotFoundError(f"{importing} imports {path}")
        return files[path]

    return compile_for_sdk(text, "stdin", load)


def outputs(text: str, imports: Mapping[str, str] | None = None) -> ScryptcOutputs:
    """Compile a contract without errors."""
    made = outcome(text, imports)
    assert isinstance(made, ScryptcOutputs), made
    return made


def errors(text: str, imports: Mapping[str, str] | None = None) -> str:
    """Compile a contract with errors."""
    said = outcome(text, imports)
    assert isinstance(said, str)
    return said


def write_launcher(path: Path) -> Path:
    """Write the file that installing the project makes of its entry point: it is all that an SDK copies."""
    entry = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["scripts"]["penstock-scryptc"]
    module, _, function = entry.partition(":")
    path.write_text(
        f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n", "utf-8"
    )
    path.chmod(0o755)
    return path


def run(command: Path, *arguments: str, source: str = "", folder: Path) -> subprocess.CompletedProcess[str]:
    """Start the command in `folder`, with the source on its standard input."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [command, *arguments], input=source, capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
