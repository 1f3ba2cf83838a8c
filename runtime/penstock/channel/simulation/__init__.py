"""Simulation of a whole stream in one process: Alice, Bob and a ledger."""
