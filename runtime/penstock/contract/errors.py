"""Errors in the arguments and the state of a contract."""

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


class ArgumentError(PenstockError, ValueError):
    """An argument of `instantiate` or `call` that does not fit its parameter.

    Attributes:
        parameter: the parameter's name, or the call as a whole (`Counter.unlock`).
        expected: the expected value.
        got: the given value, described (long values are shortened).
    """

    def __init__(self, parameter: str, expected: str, got: str) -> None:
        super().__init__(f"{parameter}: expected {expected}, got {got}")
        self.parameter = parameter
        self.expected = expected
        self.got = got


class StateError(PenstockError, ValueError):
    """Data that is not a state of a contract.

    Attributes:
        part: the part that is invalid: `length`, `version`, `flag`, `code`, or the path of a leaf (`board[3]`).
        offset: its offset in the data, in bytes.
        reason: the problem.
    """

    def __init__(self, part: str, offset: int, reason: str) -> None:
        super().__init__(f"state: {part} at byte {offset}: {reason}")
        self.part = part
        self.offset = offset
        self.reason = reason
