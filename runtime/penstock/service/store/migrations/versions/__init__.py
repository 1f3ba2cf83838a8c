"""Revisions of the tables, one module each. A revision that was released never changes."""
