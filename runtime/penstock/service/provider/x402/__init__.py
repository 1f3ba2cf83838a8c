"""Payments of single requests to a provider, by x402."""
