"""Syntax trees -> the typed tree: every name bound, every type known, every rule of the language checked.

Purpose: `check` takes the files of a compilation and gives a `typed.Program`, or all mistakes at once.
Control flow: `declarations` gathers what the files declare; `headers` resolves (with `types`) what functions and
properties promise each other; `bodies` checks each function against those headers, expression by expression; `graph`
looks at the whole (recursion, what is reachable). A mistake is reported once: whatever depends on it is None from then
on and stays silent.
"""

from penstockc.semantics.check import check

__all__ = ["check"]
