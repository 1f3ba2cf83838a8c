"""`PREIMAGE`: the argument that only the spend knows."""

from enum import Enum
from typing import Final


class Demanded(Enum):
    """A stand-in for an argument that is computed from the spend."""

    PREIMAGE = "PREIMAGE"

    def __repr__(self) -> str:
        return self.name


PREIMAGE: Final = Demanded.PREIMAGE
"""The preimage that the called function checks, of the spend that is made."""
