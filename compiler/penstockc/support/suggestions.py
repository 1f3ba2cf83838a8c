"""Suggestions for misspelled names."""

from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 500  # candidates; comparing with more takes too long


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate closest to `name`, if one is close: `cheksig` gives `checkSig`, not `CheckSig`."""
    by_lower = dict[str, list[str]]()
    for candidate in candidates:
        by_lower.setdefault(candidate.lower(), []).append(candidate)
    if len(by_lower) > _MOST:
        return None
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.75)
    return get_close_matches(name, by_lower[close[0]], n=1, cutoff=0.0)[0] if close else None
