"""Checks that a compiled contract can run on its target: opcodes, limits, lock times."""
