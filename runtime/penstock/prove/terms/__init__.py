"""Terms: formulas over numbers, byte strings and truth values, in a normal form."""

from penstock.prove.terms import bits, choices, crypto, equality, selection

__all__ = ["bits", "choices", "crypto", "equality", "selection"]
