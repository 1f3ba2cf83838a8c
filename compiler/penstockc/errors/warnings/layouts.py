"""Warnings about contracts that depend on the layout of their own script."""

from penstockc.diagnostics import WarningDiagnostic


class CutAtFixedPlace(WarningDiagnostic, frozen=True):
    """A cut of the contract's own script at a constant place, in a layout without the constructor's values in front."""

    message = "the contract's own script is cut at a fixed place, and does not begin with the constructor's values"
    hint = "compile with `--layout official`: there they come first, in order; here an accepted output may lack them"
