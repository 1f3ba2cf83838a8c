"""Warnings about the stack items that inline assembly takes and leaves."""

from penstockc.diagnostics import WarningDiagnostic


class VaryingAssembly(WarningDiagnostic, frozen=True):
    """An opcode in inline assembly whose number of results depends on the data."""

    opcode: str
    effect: str
    message = "the number of items that `{opcode}` leaves depends on the data ({effect})"
    hint = "the function must leave the same number of items for all data: this is not checked"


class AssemblyEffect(WarningDiagnostic, frozen=True):
    """Inline assembly that does not take its function's parameters, or does not leave its result."""

    name: str
    fault: str
    message = "the assembly of `{name}` {fault}"
    hint = "it must take all parameters, nothing below them, and leave the result alone"
