"""Logs: one line for each event, for people or as JSON. Fields are named one by one, so no secret is among them."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Final

_FIELDS: Final = ("channel", "txid", "satoshis", "height", "reason", "source", "peer", "listens", "epoch", "titles")
"""Fields of an event that are shown; a channel by the front of its id."""
_SHOWN: Final = 8


class Plain(logging.Formatter):
    """Lines for people: time, level, event, and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        fields = "".join(f"  {name} {value}" for name, value in _fields(record).items())
        line = f"{_time(record)}  {record.levelname.lower():<7}  {record.getMessage()}{fields}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class Json(logging.Formatter):
    """Lines for machines: a JSON object each."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of an event."""
        told: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        told |= _fields(record)
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told)


def to_stderr(*, as_json: bool, level: int = logging.INFO) -> None:
    """Write the events of this program to the standard error; those of libraries from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if as_json else Plain())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("penstock").setLevel(level)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    found = {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
    return {name: value.hex()[: 2 * _SHOWN] if isinstance(value, bytes) else value for name, value in found.items()}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
