"""Lowering: from the typed tree to values in regions.

Calls are inlined, aggregates become their leaves (first leaf first), and every variable becomes the value it holds at
that point; where two arms of a branch leave a variable with different values, the `If` has a result for it. Effects
keep their order: strictly left to right, a method's receiver read after its arguments and written back after its body.

`script` lowers a whole program, `code` statements and expressions, `environment` maps variables to values, and
`builder` collects the statements of the region being written.
"""

from penstockc.ir.lowering.script import lower

__all__ = ["lower"]
