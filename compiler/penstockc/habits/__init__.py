"""Habits from Solidity, TypeScript, CashScript and Python, and the form to write instead.

`forms` has forms that do not parse, `words` and `calls` names that are undeclared. Each habit is one row with its
pattern, its advice and a pair of examples; tests check the examples, and docs/errors.md lists them.
"""
