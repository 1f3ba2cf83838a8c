"""`penstock inspect`: lists an artifact, a source or a bare script, opcode by opcode, with sizes."""

import json
import re
from pathlib import Path
from typing import Final

import click

from penstock.artifact.artifact import Artifact, Template
from penstock.cli.failure import Failure
from penstock.cli.instances import found_in, instance_as_json, instance_as_text
from penstock.cli.listing import FunctionSize, ListingRow, function_sizes, rows
from penstock.cli.loading import JSON_OPTION, TARGET_OPTION, load_artifact
from penstock.script.chains import CHAINS, DEFAULT_CHAIN
from penstock.wording import counted

_HEX: Final = re.compile(r"(0x)?(?:[0-9a-fA-F]{2}|<[^<>]+>)+")
_WIDEST: Final = 44  # characters of an instruction in the listing


@click.command(
    "inspect",
    epilog="""\b
Examples:
  penstock inspect p2pkh.json
  penstock inspect contracts/p2pkh.scrypt --target btc
  penstock inspect 76a914000000000000000000000000000000000000000088ac
  penstock inspect p2pkh.json --script 76a914000000000000000000000000000000000000000088ac""",
)
@click.argument("subject", metavar="ARTIFACT|FILE|HEX")
@click.option("--script", metavar="HEX", help="A locking script of the contract: show its arguments and state.")
@TARGET_OPTION
@JSON_OPTION
def command(subject: str, script: str | None, target: str | None, *, as_json: bool) -> None:
    """Disassemble an artifact, the contract in a source file, or a script in hex.

    Sizes count each placeholder as its push. If the artifact contains its sources, every opcode is listed with its
    source line, and each function with its bytes. With --script: the values that the contract was instantiated with,
    and its state.
    """
    artifact, template = _load(subject, target)
    if script is not None:
        if artifact is None:
            raise click.UsageError("--script needs a contract: name an artifact or a source file.")
        click.echo((instance_as_json if as_json else instance_as_text)(found_in(artifact, _bytes(script))))
        return
    listed = rows(template, artifact, artifact.chain if artifact else CHAINS.get(target or "", DEFAULT_CHAIN))
    functions = function_sizes(listed, artifact) if artifact else []
    show = _as_json if as_json else _as_text
    click.echo(show(artifact, listed, functions))


def _load(subject: str, target: str | None) -> tuple[Artifact | None, Template]:
    path = Path(subject)
    if path.suffix in {".json", ".scrypt"} or _is_file(path):
        artifact = load_artifact(path, target)
        return artifact, artifact.template
    if re.fullmatch(r"(0x)?[0-9a-fA-F]+", subject) and len(subject) % 2:
        raise Failure(f"error: {subject[:60]!r} is half a byte short of a script in hex")
    if not _HEX.fullmatch(subject):
        raise Failure(f"error: {subject[:60]!r} is neither a file nor a script in hex")
    return None, Template.parse(subject.removeprefix("0x"))


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise click.BadParameter(f"{text[:60]!r} is not a script in hex", param_hint="--script") from None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a script in hex may be longer than a file name
        return False


def _as_text(artifact: Artifact | None, listed: list[ListingRow], functions: list[FunctionSize]) -> str:
    lines = [_summary(artifact, listed)]
    if functions:
        width = max(len(function.name) for function in functions)
        lines += ["", f"{'function':{width}}  opcodes  bytes"]
        lines += [f"{function.name:{width}}  {function.opcodes:7}  {function.size:5}" for function in functions]
    shown = [row.text if len(row.text) <= _WIDEST else f"{row.text[: _WIDEST - 1]}…" for row in listed]
    places = [str(row.location or "") for row in listed]
    width, place_width = max(map(len, shown), default=0), max(map(len, places), default=0)
    lines += ["", "index  bytes  instruction"]
    for row, text, place in zip(listed, shown, places, strict=True):
        size = "?" if row.size is None else row.size
        source = row.location.text if row.location else ""
        lines.append(f"{row.index:5}  {size:>5}  {text:{width}}  {place:{place_width}}  {source}".rstrip())
    return "\n".join(lines)


def _summary(artifact: Artifact | None, listed: list[ListingRow]) -> str:
    size = sum(row.size or 1 for row in listed)
    least = "at least " if any(row.size is None for row in listed) else ""
    script = f"{counted(len(listed), 'opcode')}, {least}{counted(size, 'byte')}"
    if artifact is None:
        return script
    made = " ".join(filter(None, [artifact.build_type, f"compiled by {artifact.compiler_version}"]))
    return f"{artifact.contract} for {artifact.target}, {made}: {script}"


def _as_json(artifact: Artifact | None, listed: list[ListingRow], functions: list[FunctionSize]) -> str:
    return json.dumps(
        {
            "contract": artifact.contract if artifact else None,
            "target": artifact.target if artifact else None,
            "opcodes": len(listed),
            "bytes": None if any(row.size is None for row in listed) else sum(row.size or 0 for row in listed),
            "functions": [
                {"name": function.name, "opcodes": function.opcodes, "bytes": function.size} for function in functions
            ],
            "instructions": [
                {
                    "index": row.index,
                    "text": row.text,
                    "bytes": row.size,
                    "source": None
                    if row.location is None
                    else {"file": row.location.file, "line": row.location.line, "column": row.location.column},
                }
                for row in listed
            ],
        }
    )
