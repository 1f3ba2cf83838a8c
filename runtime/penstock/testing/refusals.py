"""`refuses`: the chain must refuse what the block sends, and for the reason that the test names."""

from collections.abc import Iterator
from contextlib import contextmanager

from penstock.errors import hides_frames
from penstock.testing.results import RefusedError, Sent

__tracebackhide__ = hides_frames


class Refusal:
    """Result of `refuses`: `sent` is the refused transaction, once the block has ended."""

    sent: Sent


@contextmanager
def refuses(
    require: str | None = None, *, signature: str | None = None, lock: bool = False, rule: str | None = None
) -> Iterator[Refusal]:
    """Expect the chain to refuse a transaction in the block, for this reason.

    Args:
        require: a part of the statement that does not hold, or the comment after it. It must be the first in the
            order of the source that does not hold.
        signature: the parameter whose signature does not hold.
        lock: a lock time is not met: of the contract, of the transaction or of its sequence numbers.
        rule: the broken rule that is not the contract's: of relay (`DUST`) or of the ledger (`FeeTooLow`, `NotFinal`,
            `VALUE_CREATED`, …), or the machine's word for a failing script.

    Raises:
        AssertionError: the block sends nothing that is refused, or it is refused for another reason.
    """
    caught = Refusal()
    try:
        yield caught
    except RefusedError as refused:
        caught.sent = refused.sent
        if wrong := _difference(refused.sent, require, signature, lock=lock, rule=rule):
            raise AssertionError(f"{wrong}\n{refused}") from None
        return
    raise AssertionError(f"nothing was refused, expected: {_wanted(require, signature, lock=lock, rule=rule)}")


def _difference(sent: Sent, require: str | None, signature: str | None, *, lock: bool, rule: str | None) -> str | None:
    """Return how the reason differs from the expected one, or None."""
    failure = sent.failure
    if require is not None:
        found = None if failure is None else failure.require
        comment = None if failure is None else failure.comment
        if found is None or not (" ".join(require.split()) in found or require.strip() == comment):
            return f"expected the requirement {require!r} to fail first, but it was {found or sent.reason!s}"
    if signature is not None and (failure is None or failure.signature != signature):
        found = None if failure is None else failure.signature
        return f"expected the signature {signature!r} not to hold, but it was {found or sent.reason!s}"
    if lock and not (sent.rule in ("NotFinal", "SequenceLocked") or (failure is not None and failure.lock)):
        return f"expected a lock time that is not met, but it was {sent.reason!s}"
    if rule is not None and sent.rule != rule:
        return f"expected the rule {rule}, but it was {sent.rule}"
    return None


def _wanted(require: str | None, signature: str | None, *, lock: bool, rule: str | None) -> str:
    parts = [repr(require)] if require is not None else []
    parts += [f"signature {signature!r}"] if signature is not None else []
    parts += ["a lock time that is not met"] if lock else []
    parts += [f"rule {rule}"] if rule is not None else []
    return ", ".join(parts) or "any refusal"
