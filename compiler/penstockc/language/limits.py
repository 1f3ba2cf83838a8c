"""How much code a contract may become."""

from typing import Final

CALL: Final = 5
"""The steps that a call counts for: expanding it takes time even where little code comes of it."""
LARGEST_SCRIPT: Final = 500_000
"""Steps: statements and iterations, and `CALL` for each call, as often as loops and calls repeat them.

More would take minutes to compile, and gigabytes of memory."""
