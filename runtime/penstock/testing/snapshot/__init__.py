"""Snapshot: the costs of the accepted calls of tests, as a text file that is kept under review."""
