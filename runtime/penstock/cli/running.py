"""`penstock run`: a public function called in a real spend, with real signatures, and the verdict."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

import penstock
from penstock.cli.failure import REFUSED, Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION, TARGET_OPTION, load_artifact
from penstock.cli.values import ValueReader
from penstock.contract.abi import bind
from penstock.contract.artifact import Artifact, Location, Parameter
from penstock.contract.errors import ArgumentError
from penstock.contract.shape import shape_of
from penstock.contract.spend import FINAL_SEQUENCE, MOST_SATOSHIS, Wrap
from penstock.contract.wording import counted
from penstock.tx.hash_type import HashTypeError
from penstock.tx.keys import KeyFormatError

_WRAPS: Final = [wrap.value for wrap in Wrap]
_SATOSHIS: Final = click.IntRange(0, MOST_SATOSHIS)
_INT32: Final = click.IntRange(-(1 << 31), (1 << 31) - 1)
_UINT32: Final = click.IntRange(0, (1 << 32) - 1)


def _settings(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read `NAME=VALUE`, each name once."""
    settings: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        if name in settings:
            raise click.BadParameter(f"{name!r} is set twice")
        settings[name] = value
    return settings


def _outputs(
    _ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[int, bytes], ...] | None:
    """Read `SATOSHIS:HEX`; None if there are no outputs."""
    outputs: list[tuple[int, bytes]] = []
    for text in given:
        satoshis, _, script = text.partition(":")
        try:
            outputs.append((int(satoshis), bytes.fromhex(script)))
        except ValueError:
            raise click.BadParameter(f"{text!r} is not SATOSHIS:HEX") from None
    return tuple(outputs) or None


@click.command(
    "run",
    context_settings={"ignore_unknown_options": True},  # so that -1 can be an argument
    epilog="""\b
Arguments, by the parameter's type:
  42, -1, 0x2a          int
  true, false           bool
  0x00ff, @file         bytes, or the bytes of a file
  text:sesame           bytes of a text
  pub:KEY               the public key of a private key
  sig:KEY, sig:KEY:NONE a signature for this spend (hash type ALL, or the one given)
  sha256:VALUE          a hash of any of these; also hash256, hash160, ripemd160, sha1
  [1, 2]  {x=1, y=2}    arrays and structs
A KEY is in wallet import format, 0x… with 64 digits, or @file. Use keys of tests only: shells remember.

\b
Examples:
  penstock run contracts/hash_lock.scrypt unlock @secret --set digest=sha256:@secret
  penstock run contracts/p2pkh.scrypt unlock sig:@key pub:@key --set pubKeyHash=hash160:pub:@key
  penstock run p2pkh.json unlock sig:@key pub:@key --set pubKeyHash=hash160:pub:@key --json

The exit code is 0 if the script accepts, 1 if it refuses.""",
)
@click.argument("file", type=FILE_TYPE)
@click.argument("function")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", callback=_settings, help="A constructor argument."
)
@click.option(
    "--value", default=1000, show_default=True, metavar="SATOSHIS", type=_SATOSHIS, help="What the contract holds."
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="SATOSHIS:HEX",
    callback=_outputs,
    help="An output of the transaction, in order.  [default: one that carries the value on]",
)
@click.option("--tx-version", default=1, show_default=True, metavar="NUMBER", type=_INT32, help="The version.")
@click.option("--lock-time", default=0, show_default=True, metavar="NUMBER", type=_UINT32, help="The lock time.")
@click.option(
    "--sequence", default=FINAL_SEQUENCE, metavar="NUMBER", type=_UINT32, help="The input's.  [default: final]"
)
@click.option("--wrap", default=_WRAPS[0], type=click.Choice(_WRAPS), help="p2wsh (btc): lock with the script's hash.")
@click.option("--rules", metavar="NAME", help="bsv, btc, bsv-consensus or btc-consensus.  [default: the target's]")
@TARGET_OPTION
@JSON_OPTION
def command(  # noqa: PLR0913 - one per option
    *,
    file: Path,
    function: str,
    arguments: tuple[str, ...],
    settings: dict[str, str],
    value: int,
    outputs: tuple[tuple[int, bytes], ...] | None,
    tx_version: int,
    lock_time: int,
    sequence: int,
    wrap: str,
    rules: str | None,
    target: str | None,
    as_json: bool,
) -> None:
    """Call FUNCTION of the contract in FILE (a source or an artifact) with ARGUMENTS, and judge the call.

    The contract's output is spent by a real transaction with real signatures.
    """
    _refuse_options(arguments)
    artifact = load_artifact(file, target)
    contract = _instantiate(artifact, settings)
    spend = penstock.Spend(
        contract,
        value=value,
        outputs=outputs,
        version=tx_version,
        lock_time=lock_time,
        sequence=sequence,
        wrap=wrap,
    )
    found = contract.function(function)
    bound = bind(f"{artifact.contract}.{function}", found.params, arguments, {})
    reader = ValueReader(spend.sign)
    call = contract.call(function, *_values(artifact, bound, reader, constructing=False))
    verdict = spend.judge(call, rules=rules)
    report = _as_json if as_json else _as_text
    click.echo(report(spend, call, verdict))
    if not verdict:
        raise SystemExit(REFUSED)


def _refuse_options(arguments: Sequence[str]) -> None:
    """Tell a mistyped option from a negative number."""
    for text in arguments:
        if text.startswith("-") and not text[1:2].isdigit():
            raise click.NoSuchOption(text)


def _instantiate(artifact: Artifact, settings: Mapping[str, str]) -> penstock.Contract:
    """Fill the contract with what `--set` gave."""
    parameters = artifact.constructor.params
    try:
        bound = bind(artifact.contract, parameters, (), settings)
    except ArgumentError as error:
        how = " ".join(f"--set {parameter.name}=VALUE" for parameter in parameters) or "nothing to --set"
        raise Failure(f"error: {error}\nThe contract is filled in by {how}") from None
    return artifact.instantiate(*_values(artifact, bound, ValueReader(), constructing=True))


def _values(
    artifact: Artifact, bound: Sequence[tuple[Parameter, object]], reader: ValueReader, *, constructing: bool
) -> list[object]:
    values: list[object] = []
    for parameter, text in bound:
        try:
            values.append(
                reader.read(parameter.name, shape_of(parameter, artifact, constructing=constructing), str(text))
            )
        except (KeyFormatError, HashTypeError) as error:
            raise Failure(f"error: {parameter.name}: {error}") from None
    return values


def _as_text(spend: penstock.Spend, call: penstock.Call, verdict: penstock.Verdict) -> str:
    name = f"{spend.contract.artifact.contract}.{call.function.name}"
    unlocking = sum(map(len, call.items)) if spend.wrap == Wrap.P2WSH else len(call.unlocking_script)
    sizes = f"unlocked by {counted(unlocking, 'byte')}, locked by {len(spend.locking_script):,}"
    if verdict:
        return f"{click.style('accepted', fg='green')}: {name} ({sizes})"
    location = _location(spend, verdict)
    place = f"\nat {location}" if location else ""
    return f"{click.style('refused', fg='red')}: {name} ({sizes}){place}\n{verdict.explain()}"


def _location(spend: penstock.Spend, verdict: penstock.Verdict) -> Location | None:
    """Return the source place of the opcode that failed, if it is one of the contract's."""
    if verdict.source_line is None or verdict.opcode_index is None:
        return None
    return spend.contract.artifact.location(verdict.opcode_index)


def _as_json(spend: penstock.Spend, call: penstock.Call, verdict: penstock.Verdict) -> str:
    location = _location(spend, verdict)
    return json.dumps(
        {
            "accepted": bool(verdict),
            "error": verdict.error,
            "script": verdict.script.value,
            "opcode_index": verdict.opcode_index,
            "source_line": verdict.source_line,
            "source": location and {"file": location.file, "line": location.line, "column": location.column},
            "stack": [item.hex() for item in verdict.stack],
            "locking_script": spend.locking_script.hex(),
            "unlocking_script": "" if spend.wrap == Wrap.P2WSH else call.unlocking_script.hex(),
            "value": spend.value,
            "transaction": spend.transaction(call).serialize().hex(),
        }
    )
