"""What the machine says about an input.

A verdict is true if the input may be spent. Otherwise it knows which rule says no, at which opcode of which script,
what lay on the stacks then, and which source line that opcode came from; `explain` tells all that in words, and what
was hashed for a signature that did not fit.
"""

from typing import NamedTuple

from penstock.vm.case import Case, Phase
from penstock.vm.items import Stacks


class Verdict(NamedTuple):
    """The verdict on one input.

    Attributes:
        error: name of the rule that is broken, as in the nodes' test vectors; None if all is well.
        opcode_index: index of the opcode that failed, in its script; for EVAL_FALSE of the one that ran last. None if
            all is well, or if no opcode is to blame.
        script: the script that failed, or that ran last.
        source_line: the source line of that opcode, where the artifact is known and the script is the contract's.
        stacks: both stacks: as the failing opcode found them, or as they were left at the end.
        case: what was judged.
    """

    error: str | None
    opcode_index: int | None
    script: Phase
    source_line: str | None
    stacks: Stacks
    case: Case

    def __bool__(self) -> bool:
        return self.error is None

    def __repr__(self) -> str:
        where = "" if self.opcode_index is None else f", opcode {self.opcode_index}"
        return f"Verdict({self.error}, {self.script.value}{where})"

    @property
    def stack(self) -> tuple[bytes, ...]:
        """The stack, bottom first."""
        return self.stacks.stack

    @property
    def alt_stack(self) -> tuple[bytes, ...]:
        """The second stack, bottom first."""
        return self.stacks.alt_stack

    def explain(self) -> str:
        """Tell in a few lines what happened: rule, opcode, place, stacks, branches, and what was signed."""
        from penstock.vm.explain import explain  # noqa: PLC0415 - it judges the case again, and judging makes verdicts

        return explain(self)
