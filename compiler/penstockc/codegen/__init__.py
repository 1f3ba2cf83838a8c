"""From values in regions to instructions on a stack.

In: the intermediate form after its passes. Out: a script template and the source span of each instruction.

`plan` turns a region into steps, `search` finds an order of the steps and a place on the stack for every value such
that the code is short, `arrange` brings operands to the top, `joins`, `endings` and `dispatch` write what stands
around regions; `peephole` polishes instructions and `emit` spells them out.
"""
