"""Warnings: code that compiles, and loses money or is likely a mistake."""
