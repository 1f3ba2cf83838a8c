"""Intermediate form (IR): values in regions, independent of the stack.

In: the typed tree. Out: a `nodes.Script` in which calls are inlined, aggregates are their leaves, every value is
defined once, and all operations exist on the target. The next stage assigns values to places on the stack.

`nodes` is the form itself, `text` writes it, `verify` checks its rules; `lowering` makes it
from the typed tree and `passes` improve it.
"""
