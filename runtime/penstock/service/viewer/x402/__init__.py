"""Paying for single requests, by x402: a purse with channels, and the authentication of httpx that uses it."""
