"""`PREIMAGE`: a placeholder for the argument that only the spend can compute."""

from enum import Enum
from typing import Final


class Demanded(Enum):
    """A placeholder for an argument that is computed from the spend."""

    PREIMAGE = "PREIMAGE"

    def __repr__(self) -> str:
        return self.name


PREIMAGE: Final = Demanded.PREIMAGE
"""The preimage, of the spend itself, that the called function checks."""
