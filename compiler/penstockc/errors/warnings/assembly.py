"""Warnings about inline assembly: items that it takes and leaves."""

from dataclasses import dataclass

from penstockc.diagnostics import WarningDiagnostic


@dataclass(frozen=True, slots=True)
class VaryingAssembly(WarningDiagnostic):
    """An opcode in inline assembly that leaves more or fewer items as the data has it."""

    opcode: str
    effect: str
    message = "how many items `{opcode}` leaves depends on the data ({effect})"
    hint = "the function must come to the same number of items whatever the data is: nothing checks that"


@dataclass(frozen=True, slots=True)
class AssemblyEffect(WarningDiagnostic):
    """Inline assembly that does not take what its function is given, or does not leave what it returns."""

    name: str
    fault: str
    message = "the assembly of `{name}` {fault}"
    hint = "it must take all parameters, nothing below them, and leave the result alone"
