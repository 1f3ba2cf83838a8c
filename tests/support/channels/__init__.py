"""Channels for tests: both sides on a stage, in memory or in stores, on ledgers and on trial chains."""
