"""Warnings about the stack items that inline assembly takes and leaves."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic


@dataclass(frozen=True, slots=True)
class VaryingAssembly(WarningDiagnostic):
    """An opcode in inline assembly whose number of results depends on the data."""

    opcode: str
    effect: str
    message = "the number of items that `{opcode}` leaves depends on the data ({effect})"
    hint = "the function must leave the same number of items for all data: this is not checked"


@dataclass(frozen=True, slots=True)
class AssemblyEffect(WarningDiagnostic):
    """Inline assembly that does not take its function's parameters, or does not leave its result."""

    name: str
    fault: str
    message = "the assembly of `{name}` {fault}"
    hint = "it must take all parameters, nothing below them, and leave the result alone"
