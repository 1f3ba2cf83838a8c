"""Measuring: the sizes of our scripts beside the others."""

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import penstock
from benchmarks.sizes.figures import ROWS, Row

_PLACEHOLDER: Final = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class Measured:
    """A row with the bytes of our script for it."""

    row: Row
    ours: int

    @property
    def ratio(self) -> float | None:
        """Our bytes for each byte of the floor."""
        return None if self.row.floor is None else self.ours / self.row.floor


def template_size(template: str) -> int:
    """Return the bytes of a template, hex text with `<name>` for each constructor argument, which counts as one."""
    digits, arguments = _PLACEHOLDER.subn("", template)
    return len(digits) // 2 + arguments


def measured(rows: Iterable[Row] = ROWS) -> tuple[Measured, ...]:
    """Compile the contract of each row."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return tuple(Measured(row, template_size(penstock.compile_file(row.path, row.target).hex)) for row in rows)


def summary(results: Sequence[Measured]) -> str:
    """Return the ratios to the floors in a sentence, and the contracts for which another compiler is shorter."""
    ratios = {each.row.name: each.ratio for each in results if each.ratio is not None}
    worst = max(ratios, key=lambda name: ratios[name])
    longer = [
        f"{each.row.name} ({who} {size})"
        for each in results
        for who, size in (("cashc", each.row.cashc), ("Rúnar", each.row.runar))
        if size is not None and each.ours > size
    ]
    return (
        f"median {median(ratios.values()):.2f} x the floor, at most {ratios[worst]:.2f} ({worst}); "
        f"longer than another compiler: {', '.join(longer) or 'none'}"
    )
