"""`refuses`: the chain must refuse what the block sends, and for the reason that the test names."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType

from penstock.testing.last import LAST
from penstock.testing.observers import Sending
from penstock.testing.results import RefusedError, Sent

__tracebackhide__ = True

_NOT_YET = ("NotFinal", "SequenceLocked")
"""Rules of the ledger about lock times."""


class Refusal:
    """Result of `refuses`: `sent` is the refused transaction, once the block has ended."""

    sent: Sent


def refuses(
    require: str | None = None,
    *,
    signature: str | None = None,
    output: int | None = None,
    lock: bool = False,
    rule: str | None = None,
) -> AbstractContextManager[Refusal]:
    """Expect the chain to refuse a transaction in the block, for this reason.

    Args:
        require: a part of the statement that does not hold, or the comment after it. It must be the first in the
            order of the source that does not hold.
        signature: the parameter whose signature does not hold.
        output: index of an output that the script asks to be another one.
        lock: a lock time is not met: of the contract, of the transaction or of its sequence numbers.
        rule: the broken rule that is not the contract's: of relay (`DUST`) or of the ledger (`FeeTooLow`, `NotFinal`,
            `VALUE_CREATED`, …), or the machine's word for a failing script.

    Raises:
        AssertionError: at the end of the block: it sends nothing that is refused, or it is refused for another reason.
    """
    return _Refusing(_Expected(require, signature, output, lock, rule))


@dataclass(frozen=True, slots=True)
class _Expected:
    """The reason that a test names."""

    require: str | None
    signature: str | None
    output: int | None
    lock: bool
    rule: str | None

    def difference(self, sent: Sent) -> str | None:
        """Return how the reason of a refused transaction differs; None if it does not."""
        failure = sent.failure
        if self.require is not None:
            found = None if failure is None else failure.require
            comment = None if failure is None else failure.comment
            if found is None or not (" ".join(self.require.split()) in found or self.require.strip() == comment):
                return f"expected the requirement {self.require!r} to fail first, but it was {found or sent.reason!s}"
        if self.signature is not None and (failure is None or failure.signature != self.signature):
            found = None if failure is None else failure.signature
            return f"expected the signature {self.signature!r} not to hold, but it was {found or sent.reason!s}"
        if self.output is not None:
            asked = sorted(failure.outputs) if failure is not None else []
            if self.output not in asked:
                other = f"of output {', '.join(map(str, asked))}" if asked else f"{sent.reason!s}"
                return f"expected the script to ask for another output {self.output}, but it was {other}"
        if self.lock and not (sent.rule in _NOT_YET or (failure is not None and failure.lock)):
            return f"expected a lock time that is not met, but it was {sent.reason!s}"
        if self.rule is not None and sent.rule != self.rule:
            return f"expected the rule {self.rule}, but it was {sent.rule}"
        return None

    def __str__(self) -> str:
        parts = [repr(self.require)] if self.require is not None else []
        parts += [f"signature {self.signature!r}"] if self.signature is not None else []
        parts += [f"another output {self.output}"] if self.output is not None else []
        parts += ["a lock time that is not met"] if self.lock else []
        parts += [f"rule {self.rule}"] if self.rule is not None else []
        return ", ".join(parts) or "any refusal"


class _Refusing(AbstractContextManager[Refusal]):
    """The block: not a generator, so that no frames of the library stand in the report of a test that fails."""

    def __init__(self, expected: _Expected) -> None:
        self.expected = expected
        self.caught = Refusal()
        self.before: tuple[Sending, ...] = ()

    def __enter__(self) -> Refusal:
        self.before = tuple(LAST)
        return self.caught

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if error is None:
            raise AssertionError(f"nothing was refused, expected: {self.expected}\n{self._ending()}")
        if not isinstance(error, RefusedError):
            return False
        self.caught.sent = error.sent
        if wrong := self.expected.difference(error.sent):
            raise AssertionError(f"{wrong}\n{error}") from None
        return True

    def _ending(self) -> str:
        """Return how a block ended that raised no refusal."""
        if tuple(map(id, LAST)) == tuple(map(id, self.before)):
            return "nothing was sent in the block: end the draft with send()"
        if not LAST[0].sent:
            return "the transaction was sent with try_send(), which raises no error: use send()"
        return "the chain accepted the transaction"
