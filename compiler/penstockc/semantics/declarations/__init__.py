"""Declarations: classes, members, types and state of a compilation, and the graph of their uses."""
