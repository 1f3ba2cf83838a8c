"""Errors of the viewer: the reason, and the remedy where there is one. Each class has a code for programs."""

from typing import ClassVar, Final

from penstock.errors import hides_frames
from penstock.service.errors import ServiceError

__tracebackhide__ = hides_frames

_MOST: Final = 300
"""Letters of a text of the provider that are shown at most."""


class ViewerError(ServiceError):
    """Any error of the viewer. `code` is its name for programs, `remedy` a sentence for users; empty for none."""

    code: ClassVar[str] = "failed"

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"{reason}; {remedy}" if remedy else reason)
        self.reason = reason
        self.remedy = remedy


class AwayError(ViewerError):
    """The provider does not answer, or not in time. It is tried again."""

    code = "provider-away"


class ProviderError(ViewerError):
    """The provider answers something that the rules do not allow. Nothing is paid for it."""

    code = "provider-wrong"


class RefusedError(ViewerError):
    """The provider refuses, with a reason of his."""

    code = "provider-refuses"


class PriceError(ViewerError):
    """A price that is above the one that the user allows, or no price at all. Nothing is paid."""

    code = "price"


class SpentError(ViewerError):
    """The budget, or the channel, has not enough left for the next piece. Nothing is paid."""

    code = "budget-spent"


class FundsError(ViewerError):
    """The wallet has not enough coins to fund a channel, or its transaction is not taken."""

    code = "no-funds"


class ChainAwayError(ViewerError):
    """The sources of the chain do not answer."""

    code = "chain-away"


class ChannelOverError(ViewerError):
    """The channel buys nothing any more: it is closing, closed, or its time is over."""

    code = "channel-over"


class CheatedError(ViewerError):
    """The publisher has signed for a chunk that does not open rightly. The proof is in the store."""

    code = "cheated"


class StateFolderError(ViewerError):
    """A file of the state folder is damaged, or is used by another process."""

    code = "state-folder"


def shown(text: str) -> str:
    """Return a text of the other side in a form that can be shown: what cannot be printed is left out."""
    return "".join(each for each in text[:_MOST] if each.isprintable())
