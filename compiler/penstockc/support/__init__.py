"""Helpers without a link to contracts: recursion limit, garbage collection, closest names."""
