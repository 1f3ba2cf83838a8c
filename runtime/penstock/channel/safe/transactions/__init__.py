"""Transactions of the safe channel, which each party builds from the terms and a state; only signatures are sent."""
