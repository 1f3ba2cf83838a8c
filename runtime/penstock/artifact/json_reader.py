"""Reader of JSON that may be damaged: every error names the path of its value.

In: text or bytes. Out: Python values of the requested kind, or an `ArtifactError`, which is the only exception.
"""

import json
from collections.abc import Iterator
from typing import TypeVar

from penstock.artifact.errors import ArtifactError
from penstock.errors import hides_frames
from penstock.records import Record

__tracebackhide__ = hides_frames

_T = TypeVar("_T")
_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a boolean",
    int: "a whole number",
    float: "a number",
}


class JsonValue(Record, frozen=True):
    """A value inside a JSON document.

    Attributes:
        path: its path, such as `abi[0].params`; empty for the document itself.
        value: its value from `json`.
    """

    path: str
    value: object

    @classmethod
    def parse(cls, text: str | bytes) -> "JsonValue":
        """Parse a whole document.

        Raises:
            ArtifactError: it is not JSON, not UTF-8, or nested too deeply.
        """
        try:
            return cls("", json.loads(text))
        except json.JSONDecodeError as error:
            raise ArtifactError(
                "", f"not JSON at line {error.lineno}, column {error.colno}: {error.msg.lower()}"
            ) from None
        except UnicodeDecodeError as error:
            raise ArtifactError("", f"not UTF-8 text at byte {error.start}") from None
        except RecursionError:
            raise ArtifactError("", "nested too deeply") from None
        except ValueError as error:  # an integer of thousands of digits
            raise ArtifactError("", f"unusable JSON: {error}") from None

    def get(self, name: str) -> "JsonValue":
        """Return the field `name`; an error if it is missing."""
        field = self.find(name)
        if field is None:
            raise ArtifactError(self._below(name), "missing")
        return field

    def find(self, name: str) -> "JsonValue | None":
        """Return the field `name`; None if it is absent or null."""
        value = self._of_kind(dict).get(name)
        return None if value is None else JsonValue(self._below(name), value)

    def items(self) -> "Iterator[JsonValue]":
        """Yield the items of a list."""
        for index, value in enumerate(self._of_kind(list)):
            yield JsonValue(f"{self.path}[{index}]", value)

    def text(self) -> str:
        """Return a string."""
        return self._of_kind(str)

    def natural(self) -> int:
        """Return a whole number that is not negative."""
        number = self._of_kind(int)
        if number < 0:
            raise self.error(f"{number} is negative")
        return number

    def truth(self) -> bool:
        """Return a boolean."""
        return self._of_kind(bool)

    def error(self, reason: str) -> ArtifactError:
        """Return the error for this value."""
        return ArtifactError(self.path, reason)

    def _of_kind(self, kind: type[_T]) -> _T:
        if type(self.value) is kind:
            return self.value
        got = _KINDS.get(type(self.value), "null")
        raise self.error(f"expected {_KINDS[kind]}, got {got}")

    def _below(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name
