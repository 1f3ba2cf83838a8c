"""Judging: the steps from an input to its verdict."""
