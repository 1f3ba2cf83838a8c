"""Servers of the chain that tests ask over real sockets: honest ones over a ledger, and what they can do wrong."""
