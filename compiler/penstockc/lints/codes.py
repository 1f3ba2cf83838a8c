"""The warnings that a source can allow."""

from typing import Final

from penstockc.diagnostics import Diagnostic
from penstockc.errors.advice import Backslash
from penstockc.errors.assembly import AssemblyEffect, VaryingAssembly
from penstockc.errors.constancy import AlwaysFails, AlwaysFalse, AlwaysTrue, DeadArm, UnreachableCode
from penstockc.errors.functions import UselessStatement
from penstockc.errors.guards import (
    LockTimeByHand,
    PreimageWithoutCheck,
    StateNotHandedOn,
    UncheckedSignature,
    UnguardedFunction,
)
from penstockc.errors.losses import DiscardedResult, LostAssignment, UnassignedProperty
from penstockc.errors.names import ShadowedName, ThisAsClass
from penstockc.errors.state import StateBehindSeparator, StateWithoutCheck
from penstockc.errors.unused import HiddenBuiltin, UnusedImport, UnusedLocal, UnusedParameter

WARNINGS: Final[tuple[type[Diagnostic], ...]] = (
    AlwaysFails,
    AlwaysFalse,
    AlwaysTrue,
    AssemblyEffect,
    Backslash,
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
