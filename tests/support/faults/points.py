"""Points of persistence: before and after each statement, commit and mark. The program knows nothing of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Connection

from penstock.service.store.marker import Marker

METHODS = ((Connection, "begin"), (Connection, "execute"), (Connection, "commit"), (Marker, "write"))


@dataclass
class Points:
    """The points that were passed; at number `at`, or at the next of a name, something happens.

    Attributes:
        at: the number of the point; None for none.
        then: called with the name of that point.
    """

    at: int | None
    then: Callable[[str], None]
    names: list[str] = field(default_factory=list)
    next_name: str | None = None
    """The name of the next point at which it happens; None for none."""
    is_looking: bool = False
    """Whether the test itself looks into the store, which counts for nothing."""

    def passed(self, name: str) -> None:
        if self.is_looking:
            return
        self.names.append(name)
        if len(self.names) == self.at or name == self.next_name:
            self.next_name = None
            self.then(name)


@contextmanager
def watched(points: Points) -> Iterator[None]:
    """Count the points of all stores of this process."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in METHODS:
            patch.setattr(owner, name, _around(getattr(owner, name), f"{owner.__name__}.{name}".lower(), points))
        yield


def _around(original: Callable[..., Any], name: str, points: Points) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:
        points.passed(f"before {name}")
        result = original(*arguments, **options)
        points.passed(f"after {name}")
        return result

    return call
