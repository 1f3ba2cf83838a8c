"""Spends, signatures and transactions for tests of contracts and the machine."""
