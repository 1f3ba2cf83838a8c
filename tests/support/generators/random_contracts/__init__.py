"""Random well-typed contracts as source text, and random arguments for them.

`random_contract` makes contracts of every construct but state; `constructor_arguments`
and `call_arguments` make their arguments, biased to the values at which something changes: boundaries, literals
of the contract, and signatures right and wrong. All choices come from a `Chooser`; `choosers` is the Hypothesis
strategy that draws them.
"""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.generators.random_contracts.arguments import (
    Argument,
    Given,
    Signing,
    call_arguments,
    constructor_arguments,
)
from tests.support.generators.random_contracts.choice import Chooser
from tests.support.generators.random_contracts.classes import EntryPoint, Parameter
from tests.support.generators.random_contracts.contract import RandomContract, random_contract

__all__ = [
    "Argument",
    "Chooser",
    "EntryPoint",
    "Given",
    "Parameter",
    "RandomContract",
    "Signing",
    "call_arguments",
    "choosers",
    "constructor_arguments",
    "random_contract",
]


def choosers(*name: object) -> SearchStrategy[Chooser]:
    """Return the strategy of choosers; those of different names have nothing in common."""
    return st.integers(0, 2**64 - 1).map(lambda seed: Chooser.seeded(*name, seed))
