"""Meaning of the language: an evaluator over the typed tree.

Constant folding applies operations through `apply`; `penstock run --evaluate` and the tests compare compiled scripts
with `evaluate`.
"""
