"""Syntax trees -> the typed tree: every name bound, every type known, every rule of the language checked.

Purpose: `check` takes the files of a compilation and returns a `typed.Program`, or raises all mistakes at once.
Control flow: `declarations` collects what the files declare; `headers` resolves (with `types`) the signatures of
functions and properties; `bodies` checks each function against those headers, expression by expression; `graph`
checks the whole (recursion, reachability). A mistake is reported once: everything that depends on it is None from then
on and causes no further report.
"""

from penstockc.semantics.check import check

__all__ = ["check"]
