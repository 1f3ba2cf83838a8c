"""`penstock channel`: commands about payment channels."""

import json
from pathlib import Path

import click

from penstock.channel.canonical import CanonicalError
from penstock.channel.sealed.fraud import FraudProof
from penstock.channel.sealed.opening import OpeningError
from penstock.cli.failure import REFUSED, Failure
from penstock.cli.loading import FILE_TYPE, JSON_OPTION


@click.command("check-fraud")
@click.argument("file", type=FILE_TYPE)
@JSON_OPTION
def check_fraud(file: Path, *, as_json: bool) -> None:
    """Judge the fraud proof in FILE: whether a publisher has signed for a chunk that does not open rightly.

    The exit code is 0 if the proof shows that, and 1 if it does not. docs/sealed.md has the form of the file.
    """
    try:
        proof = FraudProof.from_bytes(file.read_bytes())
    except CanonicalError as error:
        raise Failure(f"error: {file} is not a fraud proof: {error}") from None
    try:
        fraud, reason = proof.judge(), None
    except OpeningError as error:
        fraud, reason = None, str(error)
    if as_json:
        facts = {
            "fraud": fraud is not None,
            "reason": fraud or reason,
            "publisher": proof.manifest.publisher.hex(),
            "movie": proof.manifest.movie.hex(),
            "chunk": proof.leaf.index,
        }
        click.echo(json.dumps(facts))
    elif fraud is not None:
        of_whom = f"publisher {proof.manifest.publisher.hex()}, movie {proof.manifest.movie.hex()}"
        click.echo(f"fraud: {fraud}\n  {of_whom}")
    else:
        click.echo(f"no fraud: {reason or 'the chunk opens to what its publisher has signed for'}")
    if fraud is None:
        raise SystemExit(REFUSED)


@click.group(
    "channel",
    epilog="""\b
Examples:
  penstock channel check-fraud fraud.cbor
  penstock channel check-fraud fraud.cbor --json""",
)
def command() -> None:
    """Judge files of payment channels, such as proofs of fraud."""


command.add_command(check_fraud)
