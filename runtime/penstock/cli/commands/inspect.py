"""`penstock inspect`: lists an artifact, a source or a script, opcode by opcode, with sizes; or shows a transaction."""

import json
import re
import string
from pathlib import Path
from typing import Final, assert_never

import click

from penstock.artifact.artifact import Artifact, Template
from penstock.artifact.errors import ArtifactError
from penstock.cli.failure import Failure
from penstock.cli.instances import found_in, instance_facts, instance_lines
from penstock.cli.listing import FunctionSize, ListingRow, function_sizes, rows, without_data
from penstock.cli.loading import FILE_TYPE, JSON_OPTION, NO_CACHE_OPTION, TARGET_OPTION, load_artifact
from penstock.cli.transactions.reading import STANDARD_INPUT, is_file, parse_transaction, read_bytes
from penstock.cli.transactions.scripts import Parts, data_lines, state_in
from penstock.cli.transactions.showing import transaction_facts, transaction_lines
from penstock.script.chains import CHAINS, DEFAULT_CHAIN, Chain
from penstock.tx.transaction import Transaction
from penstock.tx.wire import TransactionError
from penstock.wording import counted

_HEX: Final = re.compile(r"(0x)?(?:[0-9a-fA-F]{2}|<[^<>]+>)+")
_VERSIONS: Final = (b"\x01\0\0\0", b"\x02\0\0\0")
_WIDEST: Final = 44  # characters of an instruction in the listing


@click.command(
    "inspect",
    epilog="""\b
Examples:
  penstock inspect p2pkh.json
  penstock inspect contracts/p2pkh.scrypt --target btc
  penstock inspect 76a914000000000000000000000000000000000000000088ac
  penstock inspect p2pkh.json --script 76a914000000000000000000000000000000000000000088ac
  penstock inspect tx.hex
  penstock inspect tx.hex --artifact p2pkh.json""",
)
@click.argument("subject", metavar="ARTIFACT|FILE|HEX")
@click.option("--script", metavar="HEX", help="A locking script of the contract: show its arguments and state.")
@click.option(
    "--artifact", "contract", type=FILE_TYPE, help="With a transaction: the contract, whose outputs are read."
)
@TARGET_OPTION
@NO_CACHE_OPTION
@JSON_OPTION
def command(subject: str, script: str | None, contract: Path | None, target: str | None, *, as_json: bool) -> None:
    """Disassemble an artifact, the contract in a source file, a script or a transaction, in hex or a file.

    Sizes count each placeholder as its push. If the artifact contains its sources, every opcode is listed with its
    source line, and each function with its bytes. With --script: the values that the contract was instantiated with,
    and its state. What follows an OP_RETURN that ends a script is shown as data. Addresses are those of the main
    network.
    """
    found = _load(subject, target)
    if script is not None:
        if not isinstance(found, Artifact):
            raise click.UsageError("--script needs a contract: name an artifact or a source file.")
        instance = found_in(found, read_bytes(script, "--script"))
        click.echo(json.dumps(instance_facts(instance)) if as_json else "\n".join(instance_lines(instance)))
        return
    if contract is not None and not isinstance(found, Transaction):
        raise click.UsageError("--artifact needs a transaction: for a script, name the artifact and give --script.")
    match found:
        case Transaction():
            chain = _chain_of(found, target)
            artifact = load_artifact(contract, chain.name) if contract else None
            facts = {"transaction": transaction_facts(found, chain, artifact)} if as_json else None
            click.echo(json.dumps(facts) if facts else "\n".join(transaction_lines(found, chain, artifact)))
        case Artifact():
            listed = rows(found.template, found, found.chain)
            click.echo((_as_json if as_json else _as_text)(found, listed, function_sizes(listed, found), None))
        case Template():
            chain = CHAINS.get(target or "", DEFAULT_CHAIN)
            code, data = without_data(found, chain)
            parts = None if data is None else Parts(code.fill({}), data)
            click.echo((_as_json if as_json else _as_text)(None, rows(code, None, chain), [], parts))
        case _:
            assert_never(found)


def _load(subject: str, target: str | None) -> Artifact | Transaction | Template:
    """Read the subject: an artifact's file, a source, or a script or transaction in hex or a file."""
    path = Path(subject)
    if path.suffix in {".json", ".scrypt"}:
        return load_artifact(path, target)
    if is_file(path):
        if path.is_dir():
            raise Failure(f"error: {subject} is a folder: name a file in it")
        return _raw(read_bytes(subject, "FILE"), target) if _is_raw(path) else load_artifact(path, target)
    if subject == STANDARD_INPUT:
        return _raw(read_bytes(subject, "HEX"), target)
    if re.fullmatch(r"(0x)?[0-9a-fA-F]+", subject) and len(subject) % 2:
        raise Failure(f"error: {subject[:60]!r} is half a byte short of a script in hex")
    if not _HEX.fullmatch(subject):
        raise Failure(f"error: {subject[:60]!r} is neither a file nor a script in hex")
    digits = subject.removeprefix("0x")
    if "<" not in digits:
        return _raw(bytes.fromhex(digits), target)
    try:
        return Template.parse(digits)
    except ArtifactError as error:
        raise Failure(f"error: {subject[:60]!r}: {error.reason}") from None


def _is_raw(path: Path) -> bool:
    """Return whether a file has hex or raw bytes, not a source, which has more than one word."""
    try:
        words = path.read_bytes().decode("utf-8").split()
    except UnicodeDecodeError:
        return True
    return len(words) <= 1 or set("".join(words)) <= set(string.hexdigits)


def _raw(raw: bytes, target: str | None) -> Transaction | Template:
    """Return raw bytes as a transaction if they are one, else as a script."""
    for chain in CHAINS.values():
        if target in (None, chain.name) and (tx := parse_transaction(raw, segwit=chain.has_witness)):
            return tx
    if raw[:4] in _VERSIONS:
        try:
            Transaction.parse(raw)
        except TransactionError as error:
            click.echo(f"warning: this starts like a transaction, but is not a whole one: {error}", err=True)
    return Template((raw,))


def _chain_of(tx: Transaction, target: str | None) -> Chain:
    """Return the chain of a transaction: the given one, else the default unless it has witnesses."""
    if target is None and tx.has_witness:
        return next(chain for chain in CHAINS.values() if chain.has_witness)
    return CHAINS.get(target or "", DEFAULT_CHAIN)


def _as_text(
    artifact: Artifact | None, listed: list[ListingRow], functions: list[FunctionSize], parts: Parts | None
) -> str:
    lines = [_summary(artifact, listed)]
    if parts and parts.data:
        lines[0] += f", and {counted(len(parts.data), 'byte')} of data"
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
    if parts and parts.data:
        lines += ["", *data_lines(parts)]
    return "\n".join(lines)


def _summary(artifact: Artifact | None, listed: list[ListingRow]) -> str:
    size = sum(row.size or 1 for row in listed)
    least = "at least " if any(row.size is None for row in listed) else ""
    script = f"{counted(len(listed), 'opcode')}, {least}{counted(size, 'byte')}"
    if artifact is None:
        return script
    made = " ".join(filter(None, [artifact.build_type, f"compiled by {artifact.compiler_version}"]))
    return f"{artifact.contract} for {artifact.target}, {made}: {script}"


def _as_json(
    artifact: Artifact | None, listed: list[ListingRow], functions: list[FunctionSize], parts: Parts | None
) -> str:
    state = state_in(parts) if parts else None
    return json.dumps(
        {
            "contract": artifact.contract if artifact else None,
            "target": artifact.target if artifact else None,
            "opcodes": len(listed),
            "bytes": None if any(row.size is None for row in listed) else sum(row.size or 0 for row in listed),
            "functions": [
                {"name": function.name, "opcodes": function.opcodes, "bytes": function.size} for function in functions
            ],
            "data": parts.data.hex() if parts and parts.data is not None else None,
            "state": state and {"genesis": state.genesis, "leaves": state.leaves.hex()},
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
