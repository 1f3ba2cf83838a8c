"""Prices: what a state costs, from the quotes that the payee has signed.

A quote is for states from one on, never for what is paid already. So both sides compute the same amount for each state.
"""

from dataclasses import dataclass, replace
from typing import Final

from penstock.channel.safe.messages.kinds import Quote

MOST_QUOTES: Final = 1_000
"""Quotes that a channel keeps."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The quotes of a channel, in the order in which they were made."""

    quotes: tuple[Quote, ...] = ()

    def price(self, movie: bytes, state: int, height: int) -> int | None:
        """Return the satoshis of a chunk of a movie in a state; None if no quote holds.

        Args:
            movie: the movie's id.
            state: the number of the state.
            height: the height of the newest block.
        """
        for each in reversed(self.quotes):
            if each.movie == movie and each.state <= state and height <= each.until:
                return each.price
        return None

    def with_quote(self, quote: Quote) -> "Prices":
        """Return the prices with one quote more."""
        return replace(self, quotes=(*self.quotes, quote))


NO_PRICES: Final = Prices()
"""The prices of a channel without quotes."""
