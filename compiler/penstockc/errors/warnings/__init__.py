"""Warnings: what compiles, and loses money or is likely not what its author means."""
