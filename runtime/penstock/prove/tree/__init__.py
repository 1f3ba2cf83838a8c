"""Symbolic evaluation of the typed tree: what the source means, by the rules of the language."""
