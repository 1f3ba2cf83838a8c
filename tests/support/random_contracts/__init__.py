"""Random well-typed contracts as source text, and random arguments for them.

`contracts(target)` gives contracts of every construct that needs no loop, array or state; `constructor_arguments` and
`call_arguments` give what to use them with, biased to the values at which something changes: boundaries, literals of
the contract, and signatures right and wrong. All are Hypothesis strategies.
"""

from random_contracts.arguments import Argument, Signing, call_arguments, constructor_arguments
from random_contracts.classes import EntryPoint, Parameter
from random_contracts.contract import RandomContract, contracts

__all__ = [
    "Argument",
    "EntryPoint",
    "Parameter",
    "RandomContract",
    "Signing",
    "call_arguments",
    "constructor_arguments",
    "contracts",
]
