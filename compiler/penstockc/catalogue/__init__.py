"""Catalogue: the meaning of each diagnostic, with a failing and a corrected example.

`penstock explain` and docs/errors.md show it.
"""
