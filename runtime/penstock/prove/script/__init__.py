"""Symbolic execution of a script: of the template's bytes, by the rules of the chain."""
