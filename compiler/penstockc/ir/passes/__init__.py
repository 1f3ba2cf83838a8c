"""The passes over the intermediate form, in order.

Each is a function from a script and a target to a script that accepts in the same spends, in a file of its own whose
docstring says what it promises.
"""

from collections.abc import Callable
from typing import Final

from penstockc.ir.nodes import Script
from penstockc.ir.passes.dead_code import dead_code
from penstockc.ir.passes.expand import expand
from penstockc.ir.passes.place import place
from penstockc.targets import Target

Pass = Callable[[Script, Target], Script]

PASSES: Final[tuple[Pass, ...]] = (
    expand,
    dead_code,
    place,  # last: it hides values in the arms that use them
)


def run_passes(script: Script, target: Target) -> Script:
    """Return the script after every pass."""
    for each in PASSES:
        script = each(script, target)
    return script
