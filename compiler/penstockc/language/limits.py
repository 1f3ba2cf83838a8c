"""How much code a contract may become."""

from typing import Final

LARGEST_SCRIPT: Final = 500_000
"""Steps: statements, iterations and calls, each as often as loops and calls repeat it.

More would take minutes to compile, and gigabytes of memory."""
