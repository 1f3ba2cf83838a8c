"""Execution: decoding of scripts and the two drivers that run them."""
