"""Proofs of single compilations, and who can spend: read from the script and the typed tree alone.

`terms` has formulas in a normal form, `script` runs a script on them, `tree` evaluates the source on them, `claims`
compares both, `trials` looks for spends that differ, and `who` reads a script's formula for its spenders. Nothing here
knows of the compiler's stages after the typed tree, which are what is judged; a test holds it to that.
"""
