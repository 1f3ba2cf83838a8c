"""Subjects of changes, as the report and `binds` name them: one row per group.

| group | its subjects |
|---|---|
| `signatures` | `signature sig` |
| `outputs` | `value of output 0`, `script of output 0`, `removal of output 0`, `more outputs`, `order of outputs` |
| `state` | `state count`: a property of the next instance |
| `arguments` | `argument amount`, `argument prices[2]`, `argument point.x` |
| `inputs` | `more inputs` |
| `lock time`, `sequence`, `version` | themselves |
| `spellings` | `spelling of amount`: other bytes for the same number or truth value |
"""

import re
from collections.abc import Iterable
from typing import Final

from penstock.contract.errors import ArgumentError
from penstock.errors import hides_frames

__tracebackhide__ = hides_frames

EVERYTHING: Final = "everything"
SIGNATURES: Final = "signatures"
MORE_OUTPUTS: Final = "more outputs"
ORDER_OF_OUTPUTS: Final = "order of outputs"
MORE_INPUTS: Final = "more inputs"
LOCK_TIME: Final = "lock time"
SEQUENCE: Final = "sequence"
VERSION: Final = "version"
LESSER: Final = frozenset({"inputs", LOCK_TIME, SEQUENCE, VERSION, "spellings"})
"""Groups whose change alone takes no coins from anyone."""

GROUPS: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern)
    for name, pattern in (
        (SIGNATURES, r"signature \S+"),
        ("outputs", rf"(value|script|removal) of output \d+|{MORE_OUTPUTS}|{ORDER_OF_OUTPUTS}"),
        ("state", r"state \S+"),
        ("arguments", r"argument \S+"),
        ("inputs", MORE_INPUTS),
        (LOCK_TIME, LOCK_TIME),
        (SEQUENCE, SEQUENCE),
        (VERSION, VERSION),
        ("spellings", r"spelling of \S+"),
    )
}


def group_of(subject: str) -> str:
    """Return the group of a subject."""
    return next(name for name, pattern in GROUPS.items() if pattern.fullmatch(subject))


def order_of(subject: str) -> tuple[int, str]:
    """Return the place of a subject in lists: by its group, then by its name."""
    return list(GROUPS).index(group_of(subject)), subject


def is_within(subject: str, names: Iterable[str]) -> bool:
    """Return whether a subject is one of the names, or belongs to a group that is."""
    wanted = set(names)
    return EVERYTHING in wanted or subject in wanted or group_of(subject) in wanted


def checked_names(what: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return names of subjects and groups.

    Raises:
        ArgumentError: a name is neither.
    """
    found = tuple(names)
    for name in found:
        is_subject = any(pattern.fullmatch(name) for pattern in GROUPS.values())
        if name != EVERYTHING and name not in GROUPS and not is_subject:
            examples = f"{EVERYTHING}, {', '.join(GROUPS)}, or one of a group such as 'value of output 0', 'argument x'"
            raise ArgumentError(what, examples, repr(name))
    return found
