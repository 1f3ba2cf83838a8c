"""Sizes of scripts: contracts, the shortest scripts known for them, and what other compilers write."""
