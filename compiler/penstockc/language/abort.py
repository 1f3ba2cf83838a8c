"""Failure of an operation."""


class Abort(Exception):  # noqa: N818 - a script that aborts is an outcome, not an error of ours
    """The script fails here, and the rest does not run: a zero divisor, a slice out of range, a number too long."""
