"""Strategies of Hypothesis for contracts: arguments by the ABI, other spellings of them, a machine of many calls."""

from penstock.errors import PenstockError, hides_frames

__tracebackhide__ = hides_frames

try:
    import hypothesis as hypothesis
except ImportError:

    class MissingHypothesisError(PenstockError, ImportError):
        """Hypothesis is not installed."""

    raise MissingHypothesisError(
        "penstock.testing.strategies needs Hypothesis, which is not installed: pip install hypothesis"
    ) from None

from penstock.testing.strategies.arguments import arguments, constructor_arguments
from penstock.testing.strategies.machine import ContractMachine
from penstock.testing.strategies.spellings import spelled, spellings
from penstock.testing.strategies.values import byte_strings, numbers

__all__ = [
    "ContractMachine",
    "arguments",
    "byte_strings",
    "constructor_arguments",
    "numbers",
    "spelled",
    "spellings",
]
