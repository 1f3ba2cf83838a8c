"""Threats: the rows of docs/threats.md, and for each a change of the source that takes its measure away."""
