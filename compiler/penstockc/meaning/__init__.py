"""The meaning of the language, written down once: an evaluator over the typed tree.

Constant folding applies operations through `apply`; `penstock run --evaluate` and the tests hold compiled scripts
against `evaluate`.
"""
