"""Verdict: the result of judging an input.

A verdict is true if the input may be spent. Otherwise it contains the broken rule, the opcode and the script that
failed, the stacks at that point, and the source line of the opcode; `explain` describes it all in text, with the data
that was hashed for a signature that did not verify.
"""

from typing import Final, NamedTuple, Self

from penstock.vm.items import Item, as_bytes
from penstock.vm.judging.case import Case, Phase, SourcePlace

_LONGEST_LINE: Final = 100
"""Largest number of characters of a source line in `repr`."""


class Verdict(NamedTuple):
    """The verdict on one input.

    Attributes:
        error: name of the broken rule, as in the nodes' test vectors; None if the input is accepted.
        opcode_index: index of the opcode that failed, in its script; for EVAL_FALSE of the one that ran last. None if
            the input is accepted, or if no opcode caused the failure.
        script: the script that failed, or that ran last.
        source_line: the source line of that opcode, if the artifact is known and the script is the contract's.
        items: the stack, bottom first, before the failing opcode, or at the end. In the machine's representation;
            `stack` has the bytes.
        alt_items: the same of the second stack.
        case: the case that was judged.
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
        """File and line of that opcode, such as `auction.scrypt:18`, if `source_line` is known."""
        found = self._found
        return None if found is None else f"{found.file}:{found.line}"

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls in the sources that led to that opcode, innermost first: `auction.scrypt:18 return f(x);`."""
        found = self._found
        return () if found is None else tuple(f"{call.file}:{call.line} {call.text}" for call in found.calls)

    @property
    def _found(self) -> SourcePlace | None:
        """The place of that opcode in the sources."""
        if self.source_line is None or self.opcode_index is None or self.case.artifact is None:
            return None
        find = getattr(self.case.artifact, "location", None)  # an object with source_line alone is accepted too
        found: SourcePlace | None = find(self.opcode_index) if callable(find) else None
        return found

    @property
    def _place(self) -> str:
        """The place of the failure: in the sources if known, else the opcode and its script."""
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

    def refused(self, error: str, part: Phase) -> Self:
        """Return the verdict refused although the scripts pass, for a rule that is not about a script.

        Args:
            error: name of the rule.
            part: the part that breaks it, the input or the transaction.
        """
        return self._replace(error=error, script=part, opcode_index=None, source_line=None)

    def explain(self) -> str:
        """Return a few lines about the verdict: rule, opcode, place, stacks, branches, and signed data."""
        from penstock.vm.explaining.explain import explain  # noqa: PLC0415 - a cycle: explaining judges the case again

        return explain(self)
