"""Trying a change: as anyone could make it, and as the signers could."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from penstock.testing.probe.calls import Altered, ProbedCall
from penstock.testing.probe.changes import Change
from penstock.testing.probe.following import followed

_LOCK_TIMES: Final = 24
"""Lock times among which one is looked for whose preimage has a low digest, as about one in four has."""


class By(StrEnum):
    """Those who can make a change."""

    ANYONE = "anyone"
    SIGNERS = "signers"


class Opening(NamedTuple):
    """A change that the script accepts.

    Attributes:
        by: those who can make it. The signers can make what anyone can.
        subject: the thing that is changed.
        how: the way in which it is changed, in words.
    """

    by: By
    subject: str
    how: str


def ways_of(call: ProbedCall, change: Change) -> list[tuple[Altered, str]]:
    """Return the change alone, and with what follows from it, each with the words for it."""
    return [(each, change.how + words) for each, words in ((change.altered, ""), *followed(call, change.altered))]


def opening(call: ProbedCall, change: Change) -> Opening | None:
    """Return the opening if the call's script accepts a change; None if it does not."""
    ways = ways_of(call, change)
    if change.by_signers:
        tries = [(By.SIGNERS, way) for way in ways] if call.has_signers else []
    else:
        resigned = [way for way in ways if way[0].tx is not call.tx] if call.has_signers else []
        tries = [*((By.ANYONE, way) for way in ways), *((By.SIGNERS, way) for way in resigned)]
    for by, (altered, words) in tries:
        if any(call.accepts(each, signed_anew=by is By.SIGNERS) for each in _at_lock_times(call, altered)):
            return Opening(by, change.subject, words)
    return None


def _at_lock_times(call: ProbedCall, altered: Altered) -> Iterator[Altered]:
    """Yield a changed transaction, and at the next lock time at which its preimages have low digests, as the call's.

    The call's may be low by chance; signatures that hold for the first one do not for the other.
    """
    yield altered
    if altered.tx is call.tx or not call.needs_low_digest:
        return
    tx, step = altered.tx, -1 if altered.tx.lock_time < call.tx.lock_time else 1
    moved = (tx._replace(lock_time=tx.lock_time + step * number) for number in range(_LOCK_TIMES))
    found = (altered._replace(tx=each) for each in moved if each.lock_time >= 0)
    low = next((each for each in found if call.has_low_digests(each)), altered)
    if low.tx.lock_time != tx.lock_time:
        yield low
