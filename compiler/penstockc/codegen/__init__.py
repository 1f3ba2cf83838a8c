"""From values in regions to instructions on a stack.

In: the intermediate form after its passes. Out: instructions, each with the source that it stands for.

`planning` turns a region into steps, `search` finds an order of the steps and a place on the stack for every value
such that the code is short, `arrange` brings operands to the top; `joins`, `endings`, `conditional` and `dispatch`
write what stands around regions. `peephole` polishes instructions, `products` does without OP_MUL and OP_BIN2NUM where
there are none, and `emit` spells them out for the artifact.
"""

from penstockc.codegen.instructions import Code
from penstockc.codegen.peephole import polish
from penstockc.codegen.products import without_missing
from penstockc.codegen.schedule import schedule
from penstockc.ir.nodes import Script
from penstockc.targets import BSV, Target


def generate(script: Script, target: Target = BSV) -> Code:
    """Return the instructions of a script whose operations all have opcodes that the target knows."""
    return polish(without_missing(schedule(script), target.missing))
