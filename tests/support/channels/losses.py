"""Losses of a channel's two sides, read off its accounts: the promises of the article's channel are about these."""

from penstock.channel.simulation.accounts import Accounts


def claimed(accounts: Accounts) -> int:
    """Satoshis that Bob took out of the contract, those that he paid in fees among them."""
    return accounts.locked if accounts.claim else 0


def stuck(accounts: Accounts) -> int:
    """Satoshis in the contract that nobody took."""
    return accounts.locked - claimed(accounts)


def unpaid_chunks(accounts: Accounts) -> int:
    """How many chunks Alice has that Bob was not paid for: what she owes him, and he lost."""
    return max(0, accounts.chunks - claimed(accounts) // accounts.price)


def alice_loss(accounts: Accounts) -> int:
    """Satoshis that Alice no longer has and for which she has no chunk."""
    return max(0, accounts.locked - (accounts.chunks - 1) * accounts.price) if accounts.locked else 0
