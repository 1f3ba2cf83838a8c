"""Limits of the code that a contract expands into."""

from typing import Final

CALL: Final = 5
"""Steps of one call: expanding it takes time even if it results in little code."""
LARGEST_SCRIPT: Final = 500_000
"""Steps: statements and iterations, and `CALL` for each call, as often as loops and calls repeat them.

More would take minutes to compile, and gigabytes of memory."""
