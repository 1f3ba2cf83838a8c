"""What the machine says about an input.

A verdict is true if the input may be spent. Otherwise it knows which rule says no, at which opcode of which script,
what lay on the stacks then, and which source line that opcode came from; `explain` tells all that in words, and what
was hashed for a signature that did not fit.
"""

from typing import Final, NamedTuple

from penstock.vm.items import Item, as_bytes
from penstock.vm.judging.case import Case, Phase, SourcePlace

_LONGEST_LINE: Final = 100
"""Characters of a source line that `repr` shows."""


class Verdict(NamedTuple):
    """The verdict on one input.

    Attributes:
        error: name of the rule that is broken, as in the nodes' test vectors; None if all is well.
        opcode_index: index of the opcode that failed, in its script; for EVAL_FALSE of the one that ran last. None if
            all is well, or if no opcode is to blame.
        script: the script that failed, or that ran last.
        source_line: the source line of that opcode, where the artifact is known and the script is the contract's.
        items: the stack, bottom first, as the failing opcode found it, or as it was left at the end. As the machine
            keeps it; `stack` has the bytes.
        alt_items: the same of the second stack.
        case: what was judged.
    """

    error: str | None
    opcode_index: int | None
    script: Phase
    source_line: str | None
    items: tuple[Item, ...]
    alt_items: tuple[Item, ...]
    case: Case

    def __bool__(self) -> bool:
        return self.error is None

    def __repr__(self) -> str:
        if self.error is None:
            return "accepted"
        return f"refused {self._place}: {self.error}"

    @property
    def location(self) -> str | None:
        """The file and line of that opcode, as `auction.scrypt:18`, where `source_line` is known."""
        found = self._found
        return None if found is None else f"{found.file}:{found.line}"

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls in the sources that led to that opcode, the innermost first: `auction.scrypt:18 return f(x);`."""
        found = self._found
        return () if found is None else tuple(f"{call.file}:{call.line} {call.text}" for call in found.calls)

    @property
    def _found(self) -> SourcePlace | None:
        """The place of that opcode in the sources."""
        if self.source_line is None or self.opcode_index is None or self.case.artifact is None:
            return None
        find = getattr(self.case.artifact, "location", None)  # what has source lines alone is an artifact too
        found: SourcePlace | None = find(self.opcode_index) if callable(find) else None
        return found

    @property
    def _place(self) -> str:
        """Where the script fails: in the sources if that is known, else at which opcode of which script."""
        location = self.location
        if location is None:
            where = "in" if self.opcode_index is None else f"at opcode {self.opcode_index} of"
            return f"{where} the {self.script.value}"
        line = (self.source_line or "").rstrip("; ")
        return f"at {location} {line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + '…'}"

    @property
    def stack(self) -> tuple[bytes, ...]:
        """The stack, bottom first."""
        return tuple(map(as_bytes, self.items))

    @property
    def alt_stack(self) -> tuple[bytes, ...]:
        """The second stack, bottom first."""
        return tuple(map(as_bytes, self.alt_items))

    def explain(self) -> str:
        """Tell in a few lines what happened: rule, opcode, place, stacks, branches, and what was signed."""
        from penstock.vm.explaining.explain import explain  # noqa: PLC0415 - it judges the case again, and judging makes verdicts

        return explain(self)
