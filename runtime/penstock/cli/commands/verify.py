"""`penstock verify`: judges a raw transaction, input by input, and as a whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from penstock.artifact.artifact import Artifact
from penstock.cli.failure import REFUSED, Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION, NO_CACHE_OPTION, load_artifact
from penstock.cli.transactions.cases import case_facts, case_in, case_lines
from penstock.cli.transactions.judging import JudgedInput, JudgedTransaction, judge_transaction
from penstock.cli.transactions.reading import read_bytes, read_transaction
from penstock.cli.transactions.spent import SpentOutput, by_input, check_input, spent_in_file, spent_in_pairs
from penstock.cli.verdicts import outcome, refusal_lines, trace_facts, verdict_facts
from penstock.script.chains import CHAINS, DEFAULT_CHAIN
from penstock.script.consensus import MAX_MONEY
from penstock.tx.transaction import Transaction, TxOut
from penstock.vm.explaining.listing import trace_lines
from penstock.vm.explaining.trace import trace_case
from penstock.vm.judging.case import CaseError
from penstock.vm.rules import RuleSet, rule_set
from penstock.wording import counted

_SATOSHIS: Final = click.IntRange(0, MAX_MONEY)


@click.command(
    "verify",
    epilog="""\b
The outputs that the transaction spends, in the order of its inputs:
  --value 1000 --script 76a9…88ac    once for each input
  --spent FILE                       JSON: [{"value": 1000, "script": "76a9…88ac"}, …]
                                     "txid" and "vout" may be added: they are compared with the inputs
                                     or a line for each: 1000:76a9…88ac, or the output in hex as in a transaction
                                     or the transactions that have them, in hex, one a line

\b
Examples:
  penstock verify tx.hex --spent spent.json
  penstock verify tx.hex --spent spent.json --input 0 --trace
  penstock verify tx.hex --spent spent.json --rules bsv-consensus --json
  penstock verify --case case.json      a call that a failing test has saved

The exit code is 0 if every judged input and the transaction as a whole are accepted, 1 if not.""",
)
@click.argument("tx", metavar="[TX]", required=False)
@click.option(
    "--case", "case_file", type=FILE_TYPE, help="A call that a failing test has saved, in place of TX and its options."
)
@click.option("--spent", type=FILE_TYPE, help="A file with the outputs that the inputs spend.")
@click.option(
    "--value", "values", multiple=True, metavar="SATOSHIS", type=_SATOSHIS, help="Satoshis of a spent output."
)
@click.option("--script", "scripts", multiple=True, metavar="HEX", help="Its locking script: hex, or a file.")
@click.option("--target", type=click.Choice(list(CHAINS)), help=f"The chain.  [default: {DEFAULT_CHAIN}]")
@click.option("--rules", metavar="NAME", help="bsv, btc, bsv-consensus or btc-consensus.  [default: the target's]")
@click.option("--input", "only", type=click.IntRange(0), metavar="NUMBER", help="Judge only this input, from 0.")
@click.option(
    "--artifact", "file", type=FILE_TYPE, help="The contract (an artifact or a source), for its source lines."
)
@NO_CACHE_OPTION
@click.option("--trace", "traced", is_flag=True, help="Show every opcode, with the stack before it.")
@JSON_OPTION
def command(  # noqa: PLR0913 - one per option
    *,
    tx: str | None,
    case_file: Path | None,
    spent: Path | None,
    values: tuple[int, ...],
    scripts: tuple[str, ...],
    target: str | None,
    rules: str | None,
    only: int | None,
    file: Path | None,
    traced: bool,
    as_json: bool,
) -> None:
    """Judge the raw transaction TX: each input with the output that it spends, and the whole.

    TX is hex, a file with hex or raw bytes, or - for the standard input. The whole: the form of the transaction,
    that its outputs have no more satoshis than its inputs, and on btc that nodes relay them.

    With --case a call of a contract is judged and explained again as the test showed it that saved it.
    """
    if case_file is not None:
        if tx is not None or spent or values or scripts or target or rules or only is not None or file:
            raise click.UsageError("--case has the transaction and all about it: give only --trace or --json with it.")
        _judge_case(case_file, traced=traced, as_json=as_json)
        return
    if tx is None:
        raise click.UsageError("Missing argument 'TX', or --case FILE.")
    name, artifact = _rules_and_artifact(rules, target, file)
    chosen = rule_set(name)
    parsed = read_transaction(read_bytes(tx, "TX"), "TX", chosen.chain)
    if parsed.is_coinbase:
        raise Failure("error: TX is a coinbase: its input spends no output, so there is nothing to judge")
    check_input(parsed, only)
    known = by_input(parsed, _given(parsed, spent, values, scripts, only), only)
    judged = _judged(parsed, known, chosen, only, artifact)
    if as_json:
        click.echo(json.dumps(_facts(judged, name, traced=traced)))
    else:
        click.echo("\n".join(_lines(judged, traced=traced)))
    if artifact and not any(each.artifact for each in judged.inputs):
        told = f"{artifact.contract} does not lock a judged input, so its source lines are not shown"
        click.echo(f"warning: {told}", err=True)
    if not judged.accepted:
        raise SystemExit(REFUSED)


def _judge_case(file: Path, *, traced: bool, as_json: bool) -> None:
    case = case_in(file)
    judged = case.judged()
    if as_json:
        click.echo(json.dumps(case_facts(case, judged, traced=traced)))
    else:
        click.echo("\n".join(case_lines(case, judged, traced=traced)))
    if not judged.verdict:
        raise SystemExit(REFUSED)


def _rules_and_artifact(rules: str | None, target: str | None, file: Path | None) -> tuple[str, Artifact | None]:
    """Return the name of the rules, and the artifact; both are of one chain.

    Raises:
        UsageError: `--rules` and `--target` name different chains.
    """
    chain = rule_set(rules).chain.name if rules else target
    if target not in (None, chain):
        raise click.UsageError(f"--rules {rules} are of {chain}, --target is {target}: omit one of them.")
    artifact = load_artifact(file, chain) if file else None
    return rules or chain or (artifact.target if artifact else DEFAULT_CHAIN.name), artifact


def _given(
    tx: Transaction, spent: Path | None, values: tuple[int, ...], scripts: tuple[str, ...], only: int | None
) -> list[SpentOutput]:
    """Read the spent outputs in the form in which they are given."""
    if spent is None and not (values or scripts):
        raise click.UsageError("The outputs that TX spends are missing: give --spent FILE, or --value with --script.")
    if spent is not None and (values or scripts):
        raise click.UsageError("--spent has the spent outputs: omit --value and --script.")
    return spent_in_pairs(values, scripts) if spent is None else spent_in_file(spent, tx, only)


def _judged(
    tx: Transaction, known: dict[int, TxOut], rules: RuleSet, only: int | None, artifact: Artifact | None
) -> JudgedTransaction:
    try:
        return judge_transaction(tx, known, rules, only, artifact)
    except CaseError:  # all else was checked when it was read
        told = f"input {only} spends an output of taproot, which signs the others too"
        raise Failure(f"error: {told}: give the spent outputs of all inputs") from None


def _lines(judged: JudgedTransaction, *, traced: bool) -> Iterator[str]:
    """Yield the verdicts as text: on each input, and on the whole."""
    for each in judged.inputs:
        yield from _input_lines(each, traced=traced)
    yield _whole(judged)
    if judged.value_in is None:
        yield "Satoshis in and out were not compared: the spent outputs of the other inputs are not known."


def _input_lines(judged: JudgedInput, *, traced: bool) -> Iterator[str]:
    verdict, (txid, vout) = judged.verdict, judged.outpoint
    contract = f", {judged.artifact.contract}" if judged.artifact else ""
    satoshis = counted(judged.spent.value, "satoshi")
    yield f"{outcome(accepted=bool(verdict))}: input {judged.index}{contract}, {satoshis} of {txid[::-1].hex()}:{vout}"
    if not verdict:
        yield from refusal_lines(verdict, judged.artifact)
    if judged.in_blocks:
        yield f"The rules of blocks accept it (--rules {verdict.case.rules.chain}-consensus); nodes do not relay it."
    if traced:
        yield from trace_lines(trace_case(verdict.case))


def _whole(judged: JudgedTransaction) -> str:
    """Return the verdict on the whole."""
    refused = [f"input {each.index} is refused" for each in judged.inputs if not each.verdict]
    counts = [f"{counted(judged.value_out, 'satoshi')} out"]
    if judged.value_in is not None:
        counts = [f"{counted(judged.value_in, 'satoshi')} in", f"{judged.value_out:,} out", f"a fee of {judged.fee:,}"]
    left_out = len(judged.tx.inputs) - len(judged.inputs)
    alone = f"; {counted(left_out, 'other input was', 'other inputs were')} not judged" if left_out else ""
    reasons = "; ".join([*refused, *judged.faults]) or ", ".join(counts)
    size = counted(judged.tx.size(), "byte")
    return f"{outcome(accepted=judged.accepted)}: transaction {judged.tx.txid_hex} ({size}): {reasons}{alone}"


def _facts(judged: JudgedTransaction, rules: str, *, traced: bool) -> dict[str, object]:
    """Return the verdicts for programs."""
    return {
        "accepted": judged.accepted,
        "txid": judged.tx.txid_hex,
        "bytes": judged.tx.size(),
        "rules": rules,
        "faults": list(judged.faults),
        "value_in": judged.value_in,
        "value_out": judged.value_out,
        "fee": judged.fee,
        "inputs": [_input_facts(each, traced=traced) for each in judged.inputs],
    }


def _input_facts(judged: JudgedInput, *, traced: bool) -> dict[str, object]:
    txid, vout = judged.outpoint
    return {
        "index": judged.index,
        "txid": txid[::-1].hex(),
        "vout": vout,
        "value": judged.spent.value,
        "contract": judged.artifact.contract if judged.artifact else None,
        **verdict_facts(judged.verdict, judged.artifact),
        "explanation": None if judged.verdict else judged.verdict.explain(),
        "accepted_in_blocks": bool(judged.verdict) or judged.in_blocks,
        **({"trace": trace_facts(trace_case(judged.verdict.case))} if traced else {}),
    }
