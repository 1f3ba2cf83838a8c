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
        quote = self.quote(movie, state, height)
        return None if quote is None else quote.price

    def quote(self, movie: bytes, state: int, height: int) -> Quote | None:
        """Return the quote that holds for a movie in a state; None for none. Arguments as those of `price`."""
        for each in reversed(self.quotes):
            if each.movie == movie and each.state <= state and height <= each.until:
                return each
        return None

    def holding(self, state: int, height: int) -> tuple[Quote, ...]:
        """Return the quotes that hold in a state at a height, one for a movie."""
        movies = dict.fromkeys(each.movie for each in self.quotes)
        found = (self.quote(movie, state, height) for movie in movies)
        return tuple(each for each in found if each is not None)

    def with_quote(self, quote: Quote) -> "Prices":
        """Return the prices with one quote more."""
        return replace(self, quotes=(*self.quotes, quote))


NO_PRICES: Final = Prices()
"""The prices of a channel without quotes."""
