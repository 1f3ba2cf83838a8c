"""Expressions as written -> typed expressions. `dispatch` chooses the function for each node."""
