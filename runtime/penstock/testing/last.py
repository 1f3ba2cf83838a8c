"""The last transaction that the running test has sent, for the report if the test fails.

The plugin of pytest reads it in every run, also without contracts: this module imports nothing of the kit.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from penstock.testing.observers import Sending

LAST: Final[list["Sending"]] = []
"""The last one that was sent; empty before the first."""
