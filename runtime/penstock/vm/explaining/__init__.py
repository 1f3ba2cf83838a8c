"""Explaining a verdict in words: which step failed, which values did not match, what would have."""
