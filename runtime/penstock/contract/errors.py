"""What can be wrong with what a contract is made of or called with."""

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


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
