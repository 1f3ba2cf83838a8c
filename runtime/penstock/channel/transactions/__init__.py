"""Transactions of a channel: payments TX_i, the claim TX_p, their checks and fees."""
