"""`penstock run`: calls a public function in a real spend, with real signatures, and shows the verdict."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import penstock
from penstock.artifact.artifact import Artifact
from penstock.cli.failure import REFUSED, Difference, Failure
from penstock.cli.instances import instantiate, read_values, with_state
from penstock.cli.instances import settings as settings_of
from penstock.cli.loading import FILE_TYPE, JSON_OPTION, NO_CACHE_OPTION, TARGET_OPTION, load_artifact
from penstock.cli.transactions.recipients import NEXT, read_outputs
from penstock.cli.values import Maps, ValueReader
from penstock.cli.verdicts import outcome, refusal_lines, verdict_facts
from penstock.contract.errors import ArgumentError
from penstock.contract.values.arguments import bind, parameter_list
from penstock.contract.wraps import Wrap
from penstock.script.consensus import FINAL_SEQUENCE, MAX_MONEY
from penstock.wording import counted

if TYPE_CHECKING:
    from penstock.cli.evaluating import EvaluatedCall

_WRAPS: Final = [wrap.value for wrap in Wrap]
_SATOSHIS: Final = click.IntRange(0, MAX_MONEY)
_INT32: Final = click.IntRange(-(1 << 31), (1 << 31) - 1)
_UINT32: Final = click.IntRange(0, (1 << 32) - 1)


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
  sig:KEY, sig:KEY:NONE a signature for this spend (hash type ALL, or the given one)
  sig:KEY:ALL@0         the same for the script after code separator 0; also preimage:ALL@0
  sha256:VALUE          a hash of any of these; also hash256, hash160, ripemd160, sha1
  [1, 2]  {x=1, y=2}    arrays and structs, also as JSON: {"x": 1, "y": [2, "0x00"]}
  {0x01=5, 0x02=7}      HashedMap, with its keys and values; {} for an empty one
  {0x01, 0x02}          HashedSet, with its elements
  item:NAME:0x01        the SortedItem of a key of the map or set NAME of --set or --state
  preimage              the preimage that the contract checks, of the hash type that it requires
  preimage:SINGLE       the preimage of this hash type
A KEY is in wallet import format, 0x… with 64 digits, or @file. Use test keys only: shells record commands.

\b
Examples:
  penstock run contracts/hash_lock.scrypt unlock @secret --set digest=sha256:@secret
  penstock run contracts/p2pkh.scrypt unlock sig:@key pub:@key --set pubKeyHash=hash160:pub:@key
  penstock run p2pkh.json unlock sig:@key pub:@key --set pubKeyHash=hash160:pub:@key --json
  penstock run contracts/counter.scrypt increment preimage --set count=5 --next count=6
  penstock run contracts/hash_lock.scrypt unlock @secret --set digest=sha256:@secret --evaluate

The exit code is 0 if the script accepts, 1 if it refuses; 3 if --evaluate has a different result.""",
)
@click.argument("file", type=FILE_TYPE)
@click.argument("function", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--set", "settings", multiple=True, metavar="NAME=VALUE", callback=settings_of, help="A constructor argument."
)
@click.option(
    "--asm",
    multiple=True,
    metavar="NAME=VALUE",
    callback=settings_of,
    help="The value of a variable of inline assembly.",
)
@click.option(
    "--state",
    multiple=True,
    metavar="NAME=VALUE",
    callback=settings_of,
    help="A state property, after some transition.  [default: the state of the constructor]",
)
@click.option(
    "--next",
    "following",
    multiple=True,
    metavar="NAME=VALUE",
    callback=settings_of,
    help="A state property of the next instance, for the outputs.",
)
@click.option(
    "--value", default=1000, show_default=True, metavar="SATOSHIS", type=_SATOSHIS, help="Satoshis in the contract."
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="SATOSHIS:SCRIPT",
    callback=read_outputs,
    help="An output of the transaction, in order: a script in hex, p2pkh:KEY (a key, public key or address), or next, "
    "the next instance.  [default: one with the whole value, with --next to that]",
)
@click.option("--grind", is_flag=True, help="Increase the lock time until the preimage suits Tx.checkPreimageOpt.")
@click.option(
    "--tx-version", "version", default=1, show_default=True, metavar="NUMBER", type=_INT32, help="The version."
)
@click.option("--lock-time", default=0, show_default=True, metavar="NUMBER", type=_UINT32, help="The lock time.")
@click.option(
    "--sequence", default=FINAL_SEQUENCE, metavar="NUMBER", type=_UINT32, help="The input's.  [default: final]"
)
@click.option("--wrap", type=click.Choice(_WRAPS), help="The form of the output; by default p2wsh on btc, else bare.")
@click.option("--rules", metavar="NAME", help="bsv, btc, bsv-consensus or btc-consensus.  [default: the target's]")
@click.option("--evaluate", is_flag=True, help="Evaluate the source too, by the language's own rules, and compare.")
@TARGET_OPTION
@NO_CACHE_OPTION
@JSON_OPTION
def command(  # noqa: PLR0913 - one per option
    *,
    file: Path,
    function: str | None,
    arguments: tuple[str, ...],
    settings: dict[str, str],
    asm: dict[str, str],
    state: dict[str, str],
    following: dict[str, str],
    grind: bool,
    rules: str | None,
    evaluate: bool,
    target: str | None,
    as_json: bool,
    **fields: Any,  # those of `Spend`: value, outputs, version, lock_time, sequence, wrap
) -> None:
    """Call FUNCTION of the contract in FILE (a source or an artifact) with ARGUMENTS, and judge the call.

    The contract's output is spent by a real transaction with real signatures. Without FUNCTION, list the public
    functions with their parameters; the exit code is 2.
    """
    _refuse_options(arguments)
    if evaluate:
        _refuse_artifact(file)
    artifact = load_artifact(file, target)
    if evaluate:
        _refuse_other_rules(rules, artifact.target)
    if function is None:
        raise click.UsageError(_functions_of(artifact))
    if function not in (names := [each.name for each in artifact.functions]):
        raise ArgumentError(artifact.contract, f"a public function ({', '.join(names)})", repr(function))
    maps: Maps = {}
    contract = instantiate(artifact, settings, asm, maps)
    contract = with_state(contract, state, maps) if state else contract
    following_script = with_state(contract, following, {}).locking_script if following else None
    fields["outputs"] = _with_next(fields["outputs"], fields["value"], following_script)
    spend, call = _called(penstock.Spend(contract, **fields), function, arguments, maps, grind=grind)
    verdict = spend.judge(call, rules=rules)
    evaluation = _evaluation(file, spend, call, verdict) if evaluate else None
    report = _as_json if as_json else _as_text
    click.echo(report(spend, call, verdict, evaluation))
    if evaluation and (told := evaluation.difference(verdict)):
        raise Difference(told)
    if not verdict:
        raise SystemExit(REFUSED)


def _called(
    spend: penstock.Spend, function: str, arguments: Sequence[str], maps: Maps, *, grind: bool
) -> tuple[penstock.Spend, penstock.Call]:
    """Return the spend, with another lock time if grinding, and the call in it."""
    artifact = spend.contract.artifact
    found = spend.contract.function(function)
    bound = bind(f"{artifact.contract}.{function}", found.params, arguments, {})
    values = read_values(artifact, bound, ValueReader(spend, maps), constructing=False)
    if grind:
        spend = spend.grind(function, *values)
        values = read_values(artifact, bound, ValueReader(spend, maps), constructing=False)
    return spend, spend.call(function, *values)


def _functions_of(artifact: Artifact) -> str:
    """Return the message for a missing FUNCTION: the public functions, one a line."""
    lines = [f"  {function.name}{parameter_list(function.params)}" for function in artifact.functions]
    return "\n".join([f"Missing FUNCTION. The public functions of {artifact.contract} are:", *lines])


def _refuse_options(arguments: Sequence[str]) -> None:
    """Report a mistyped option, which is not a negative number."""
    for text in arguments:
        if text.startswith("-") and not text[1:2].isdigit():
            raise click.NoSuchOption(text)


def _refuse_artifact(file: Path) -> None:
    """Refuse artifacts: the evaluator needs the source."""
    if file.suffix == ".json":
        raise Failure(f"error: --evaluate needs the source, and {file} is an artifact")


def _refuse_other_rules(rules: str | None, target: str) -> None:
    """Refuse rules other than the target's, which the evaluator does not know."""
    if rules not in (None, target):
        raise click.UsageError("--evaluate uses the target's own rules: omit --rules.")


def _evaluation(file: Path, spend: penstock.Spend, call: penstock.Call, verdict: penstock.Verdict) -> "EvaluatedCall":
    from penstock.cli.evaluating import evaluation_of  # noqa: PLC0415 - an artifact needs no compiler

    return evaluation_of(file, spend, call, verdict)


def _with_next(
    outputs: list[tuple[int, bytes | None]] | None, value: int, following: bytes | None
) -> list[tuple[int, bytes]] | None:
    """Fill in the script of the next instance in the outputs; without outputs it gets the whole value."""
    if outputs is None:
        return None if following is None else [(value, following)]
    filled: list[tuple[int, bytes]] = []
    for satoshis, script in outputs:
        chosen = following if script is None else script
        if chosen is None:
            raise click.BadParameter(f"{satoshis}:{NEXT} needs --next", param_hint="--output")
        filled.append((satoshis, chosen))
    return filled


def _as_text(
    spend: penstock.Spend, call: penstock.Call, verdict: penstock.Verdict, evaluation: "EvaluatedCall | None"
) -> str:
    evaluated = f"\n{evaluation.as_text}" if evaluation else ""
    name = f"{spend.contract.artifact.contract}.{call.function.name}"
    unlocking = sum(map(len, call.items)) if spend.wrapped.witness_end else len(call.unlocking_script)
    sizes = f"unlocked by {counted(unlocking, 'byte')}, locked by {len(spend.locking_script):,}"
    text = f"{outcome(accepted=bool(verdict))}: {name} ({sizes})"
    reasons = [] if verdict else refusal_lines(verdict, spend.contract.artifact)
    return "\n".join([text, *reasons]) + evaluated


def _as_json(
    spend: penstock.Spend, call: penstock.Call, verdict: penstock.Verdict, evaluation: "EvaluatedCall | None"
) -> str:
    return json.dumps(
        {
            **verdict_facts(verdict, spend.contract.artifact),
            "locking_script": spend.locking_script.hex(),
            "unlocking_script": spend.transaction(call).inputs[spend.input_index].script.hex(),
            "value": spend.value,
            "transaction": spend.transaction(call).serialize().hex(),
            **({"evaluated": evaluation.as_json} if evaluation else {}),
        }
    )
