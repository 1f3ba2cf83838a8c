"""Error of a damaged artifact."""

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


class ArtifactError(PenstockError, ValueError):
    """An artifact that cannot be used: damaged JSON, a missing field, or one of the wrong kind.

    Attributes:
        field: the JSON path of the field, such as `abi[0].params[1].type`; empty for the whole document.
        reason: the problem.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"artifact field {field}: {reason}" if field else f"artifact: {reason}")
        self.field = field
        self.reason = reason
