"""The meaning of the language, written down once: an evaluator over the typed tree.

Constant folding applies operations through `apply`; tests hold every compiled script against `evaluate`.
"""
