"""The one base class of every error that Penstock raises on purpose.

`except penstock.PenstockError` catches what bad input can cause; anything else that escapes is a fault of ours.
"""


class PenstockError(Exception):
    """What was given to Penstock cannot be used; the message says what, where, and what to do."""
