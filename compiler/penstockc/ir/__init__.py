"""The intermediate form: values in regions, without any thought of the stack.

In: the typed tree. Out: a `nodes.Script` in which calls are inlined, aggregates are their leaves, every value is
defined once, and only what the target can do is left. Where values lie is the next stage's business.

`nodes` is the form itself, `text` writes it and `reading` reads it back, `verify` holds its rules; `lower` makes it
from the typed tree and `passes` improve it.
"""
