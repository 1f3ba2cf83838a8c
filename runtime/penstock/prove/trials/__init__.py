"""Trials: real spends of a compilation, with values that are guessed or solved for."""
