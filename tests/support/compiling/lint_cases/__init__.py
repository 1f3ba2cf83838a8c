"""For each warning contracts that get it, and near ones that do not.

The failing text of a case gets the warning; the mended one differs as little as can be, and gets no warning at all.
`in_function` makes a contract of statements; the rest of it requires a signature, so that nothing but the
statements is at fault.
"""

from typing import Final

from tests.support.compiling.lint_cases.assembly import ASSEMBLY
from tests.support.compiling.lint_cases.case import Case
from tests.support.compiling.lint_cases.constant import CONSTANT
from tests.support.compiling.lint_cases.cuts import CUTS
from tests.support.compiling.lint_cases.guards import GUARDS
from tests.support.compiling.lint_cases.losses import LOSSES
from tests.support.compiling.lint_cases.names import NAMES
from tests.support.compiling.lint_cases.preimages import PREIMAGES
from tests.support.compiling.lint_cases.state import STATE

CASES: Final = (*PREIMAGES, *STATE, *GUARDS, *LOSSES, *CONSTANT, *NAMES, *ASSEMBLY, *CUTS)
__all__ = ["CASES", "Case"]
