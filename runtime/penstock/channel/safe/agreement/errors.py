"""The error for terms that a party must not sign: the field, its value, and what is right."""

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames


class ChannelTermsError(PenstockError, ValueError):
    """Terms, or a part of a transaction, with which one side could lose money.

    Attributes:
        field: the name of the field, such as `delay` or `payer.claim`.
        got: its value as text.
        wanted: the values that are right, and why.
    """

    def __init__(self, field: str, got: object, wanted: str) -> None:
        super().__init__(f"{field} is {got}; it must be {wanted}")
        self.field = field
        self.got = str(got)
        self.wanted = wanted
