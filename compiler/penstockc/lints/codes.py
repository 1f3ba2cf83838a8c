"""Warnings that a source can allow."""

from typing import Final

from penstockc.diagnostics import Diagnostic
from penstockc.errors.warnings.assembly import AssemblyEffect, VaryingAssembly
from penstockc.errors.warnings.constancy import AlwaysFails, AlwaysFalse, AlwaysTrue, DeadArm, UnreachableCode
from penstockc.errors.warnings.expressions import Backslash, DiscardedResult, ThisAsClass, UselessStatement
from penstockc.errors.warnings.guards import (
    LockTimeByHand,
    PreimageWithoutCheck,
    StateBehindSeparator,
    StateNotHandedOn,
    StateWithoutCheck,
    UncheckedSignature,
    UnguardedFunction,
)
from penstockc.errors.warnings.hiding import HiddenBuiltin, ShadowedName
from penstockc.errors.warnings.layouts import CutAtFixedPlace
from penstockc.errors.warnings.properties import LostAssignment, UnassignedProperty
from penstockc.errors.warnings.unused import UnusedImport, UnusedLocal, UnusedParameter

WARNINGS: Final[tuple[type[Diagnostic], ...]] = (
    AlwaysFails,
    AlwaysFalse,
    AlwaysTrue,
    AssemblyEffect,
    Backslash,
    CutAtFixedPlace,
    DeadArm,
    DiscardedResult,
    HiddenBuiltin,
    LockTimeByHand,
    LostAssignment,
    PreimageWithoutCheck,
    ShadowedName,
    StateBehindSeparator,
    StateNotHandedOn,
    StateWithoutCheck,
    ThisAsClass,
    UnassignedProperty,
    UncheckedSignature,
    UnguardedFunction,
    UnreachableCode,
    UnusedImport,
    UnusedLocal,
    UnusedParameter,
    UselessStatement,
    VaryingAssembly,
)

ALLOWED: Final = frozenset(kind.code for kind in WARNINGS)
"""Their codes."""
