"""What can be wrong with what a contract is made of or called with."""

from penstock.script.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


class ArtifactError(PenstockError, ValueError):
    """An artifact that cannot be used: damaged JSON, a field missing or of the wrong kind.

    Attributes:
        field: the JSON path of the field, such as `abi[0].params[1].type`; empty for the whole document.
        reason: what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"artifact field {field}: {reason}" if field else f"artifact: {reason}")
        self.field = field
        self.reason = reason


class ArgumentError(PenstockError, ValueError):
    """An argument of `instantiate` or `call` that does not fit its parameter.

    Attributes:
        parameter: what was being filled: a parameter's name, or the call as a whole (`Counter.unlock`).
        expected: what belongs there.
        got: what was given, described (long values are cut).
    """

    def __init__(self, parameter: str, expected: str, got: str) -> None:
        super().__init__(f"{parameter}: expected {expected}, got {got}")
        self.parameter = parameter
        self.expected = expected
        self.got = got


class StateError(PenstockError, ValueError):
    """Data that is no state of a contract.

    Attributes:
        part: which part cannot be read: `length`, `version`, `flag`, `code`, or the path of a leaf (`board[3]`).
        offset: where it stands, in bytes of what was read.
        reason: what is wrong with it.
    """

    def __init__(self, part: str, offset: int, reason: str) -> None:
        super().__init__(f"state: {part} at byte {offset}: {reason}")
        self.part = part
        self.offset = offset
        self.reason = reason
