"""The one way an operation can fail."""


class Abort(Exception):  # noqa: N818 - a script that aborts is an outcome, not an error of ours
    """The script fails here, whatever follows: a zero divisor, a slice out of range, a number too long."""
