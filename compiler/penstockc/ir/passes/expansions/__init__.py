"""Expansions that are more than a few operations, each in a file of its own; `passes.expand` writes them."""
