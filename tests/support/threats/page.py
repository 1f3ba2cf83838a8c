"""docs/threats.md as data: the rows, and the tests that it names for each."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
TEXT: Final = (ROOT / "docs" / "threats.md").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Threat:
    """A row of the page.

    Attributes:
        number: its number.
        threat: what one side, a stranger or a fault does.
        article: the largest loss in the article's form; empty where it has nothing of the kind.
        safe: that in the safe form.
        measure: what keeps it so low.
        tests: the tests that show it, as pytest names them.
    """

    number: int
    threat: str
    article: str
    safe: str
    measure: str
    tests: tuple[str, ...]


def threats() -> tuple[Threat, ...]:
    """Return all rows, in their order."""
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.*?) ?\| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
    tests = dict(re.findall(r"^\* (\d+): (`.+?`(?:,\n  `.+?`)*)$", TEXT, re.MULTILINE))
    return tuple(
        Threat(int(number), threat, article, safe, measure, _named(tests.get(number, "")))
        for number, threat, article, safe, measure in rows
    )


def _named(tests: str) -> tuple[str, ...]:
    return tuple(f"tests/{each}" for each in re.findall(r"`(.+?)`", tests))
