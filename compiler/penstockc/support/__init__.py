"""Helpers of Python that are not about contracts: recursion limit, garbage collection, closest names."""
