"""Code generation: from values in regions to instructions on a stack.

In: the intermediate form after its passes. Out: instructions, each with its source.

`plan.make` turns a region into steps. `schedule` finds an order of the steps and a stack position for every value such
that the code is short; `stack` brings operands to the top. `instructions` writes the code around regions, improves
short sequences (`peephole`), replaces opcodes that a target lacks (`products`), and encodes all for the artifact.
"""

from penstockc.codegen.instructions.instruction import Code
from penstockc.codegen.instructions.peephole import polish, unfused
from penstockc.codegen.instructions.products import without_missing
from penstockc.codegen.schedule.scheduler import schedule
from penstockc.ir import nodes
from penstockc.layouts import SMALLEST, ScriptLayout
from penstockc.targets import DEFAULT_TARGET, Target


def generate(script: nodes.Script, target: Target = DEFAULT_TARGET, layout: ScriptLayout = SMALLEST) -> Code:
    """Return the instructions of a script whose operations all have opcodes on the target."""
    code = polish(without_missing(schedule(script), target.missing))
    return code if layout.fuses_verify else unfused(code)
