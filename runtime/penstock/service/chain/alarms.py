"""Alarms: values for an operator, or for a user, each told once for as long as it holds."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

_LOG: Final = logging.getLogger(__name__)


class AlarmKind(Enum):
    """Kinds of alarms. The value is what it is about, in words."""

    SOURCE_FAILS = "a source of the chain fails or is wrong"
    ONE_SOURCE = "a single source answers, and more than one is asked"
    NO_SOURCE = "no source of the chain answers"
    NO_BLOCK = "no new block has come for too long"
    NOT_TAKEN = "a transaction was not taken"
    CLOSE_IS_LATE = "a close is not mined, and T is near"
    CLAIM_IS_LATE = "a claim is not mined, and the payer's refund is near"
    REFUND_IS_LATE = "a refund is not mined"
    STALE_PAYMENT = "an older payment than the newest was mined"
    LOST = "money that was due went to the other side"
    FRAUD = "a publisher has cheated"
    CHANNEL_FAILS = "a channel cannot be read or driven"
    UNEXPECTED = "an error of this program"


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm.

    Attributes:
        kind: its kind.
        text: what has happened, and what to do.
        channel: the id of the channel; None if it is about all.
    """

    kind: AlarmKind
    text: str
    channel: bytes | None = None

    def __str__(self) -> str:
        about = "" if self.channel is None else f"channel {self.channel.hex()[:16]}: "
        return f"{about}{self.text}"


OnAlarm = Callable[[Alarm], None]


class Alarms:
    """Alarms that hold: each is told once, and again only after it had ended.

    Args:
        tell: takes an alarm.
    """

    def __init__(self, tell: OnAlarm) -> None:
        self._tell = tell
        self._held: dict[object, frozenset[Alarm]] = {}

    def hold(self, about: object, alarms: Iterable[Alarm]) -> None:
        """Tell the alarms about something that did not hold before; those that are not among them have ended.

        Args:
            about: the thing that they are about.
            alarms: all that hold now.
        """
        before, now = self._held.get(about, frozenset()), dict.fromkeys(alarms)
        for alarm in now:
            if alarm not in before:
                self.tell(alarm)
        if now:
            self._held[about] = frozenset(now)
        else:
            self._held.pop(about, None)

    def add(self, about: object, alarm: Alarm) -> None:
        """Tell an alarm besides those that hold."""
        self.hold(about, [*self._held.get(about, ()), alarm])

    def tell(self, alarm: Alarm) -> None:
        """Tell an alarm about an event, however often it comes. An error of the one who takes it ends nothing."""
        try:
            self._tell(alarm)
        except Exception:  # noqa: BLE001 - as the docstring says
            _LOG.exception("an alarm could not be told: %s", alarm)
