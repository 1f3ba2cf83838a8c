"""Hash type at the end of a signature: its bits, and its names.

In: a number or a name such as `"ALL|ANYONECANPAY"`. Out: the unsigned number in the digest, and back. One row per bit.

The low five bits select the signed outputs, the high ones are switches. Taproot has the additional value 0, which signs
all outputs and is not appended to the signature (BIP341).
"""

from enum import IntEnum, IntFlag
from functools import lru_cache
from typing import Final, Protocol, TypeAlias

from penstock.errors import PenstockError, hides_frames
from penstock.script.chains import CHAINS, DEFAULT_RULES, Chain

__tracebackhide__ = hides_frames


class HasChain(Protocol):
    """Rules with a chain."""

    @property
    def chain(self) -> Chain:
        """The chain."""


Rules: TypeAlias = str | Chain | HasChain


class SignedOutputs(IntEnum):
    """The outputs that a signature covers: the low five bits."""

    ALL = 1
    NONE = 2
    SINGLE = 3  # the one with the index of the input


class Switch(IntFlag):
    """The high bits."""

    ANYONECANPAY = 0x80  # only the input of the signature is signed
    FORKID = 0x40  # BSV: the digest of BIP143, which includes the amount
    CHRONICLE = 0x20  # BSV: the original digest even with FORKID


DEFAULT: Final = 0
DEFAULT_NAME: Final = "DEFAULT"
OUTPUT_BITS: Final = 0x1F
_OUTPUTS_NAMES: Final = {outputs.value: outputs.name for outputs in SignedOutputs}
_NAMES: Final[dict[str, int]] = {
    **{outputs.name: outputs.value for outputs in SignedOutputs},
    **{str(switch.name): switch.value for switch in Switch},
    DEFAULT_NAME: DEFAULT,
}


_FORK_SWITCHES: Final = frozenset(str(switch.name) for switch in Switch) - {"ANYONECANPAY"}
"""Switches that only some chains have."""


class HashTypeError(PenstockError, ValueError):
    """A hash type that is invalid, or that these rules do not have."""


def chain_of(rules: Rules) -> Chain:
    """Return the chain of `rules`: of a chain itself, of a rule set, or of the name of one (`"btc-consensus"`).

    Raises:
        HashTypeError: for a name that starts with no chain, and for a value of another type.
    """
    if isinstance(rules, Chain):
        return rules
    if not isinstance(rules, str):
        if not hasattr(rules, "chain"):
            raise HashTypeError(f"rules must be a RuleSet or the name of one, not {type(rules).__name__}")
        return rules.chain
    chain = CHAINS.get(rules.partition("-")[0])
    if chain is None:
        in_blocks = " or ".join(f"{name}-consensus" for name in CHAINS)
        raise HashTypeError(f"unknown rules {rules!r}: they are {' or '.join(CHAINS)}, also {in_blocks}")
    return chain


def hash_type_number(hash_type: int | str, rules: Rules = DEFAULT_RULES) -> int:
    """Return a hash type as its unsigned number.

    A number is unchanged (a negative one becomes the unsigned number of the same 32 bits). A name is one of ALL, NONE,
    SINGLE, DEFAULT, followed by switches separated by bars; the chain's default switches are added, on bsv FORKID.

    Raises:
        HashTypeError: for an unknown or contradictory name, a number beyond 32 bits, and a value of another type.
    """
    if isinstance(hash_type, str):
        return _named(hash_type, chain_of(rules))
    if not isinstance(hash_type, int):
        raise HashTypeError(f"a hash type is a number or a name such as 'ALL', not {type(hash_type).__name__}")
    if not -(1 << 31) <= hash_type < 1 << 32:
        raise HashTypeError(f"hash type {hash_type} has more than 32 bits")
    return hash_type & 0xFFFF_FFFF


def hash_type_name(hash_type: int) -> str:
    """Return the names of a hash type, such as `"ALL|FORKID"`; bits without a name stay a number."""
    if hash_type == DEFAULT:
        return DEFAULT_NAME
    outputs = hash_type & OUTPUT_BITS
    names = [_OUTPUTS_NAMES.get(outputs, f"{outputs:#04x}")]
    names += [str(switch.name) for switch in Switch if hash_type & switch]
    beyond = hash_type & ~0xFF
    return "|".join([*names, f"{beyond:#x}"] if beyond else names)


@lru_cache(maxsize=256)
def _named(name: str, chain: Chain) -> int:
    words = [word.strip().upper() for word in name.split("|")]
    unknown = [word for word in words if word not in _NAMES]
    if unknown:
        raise HashTypeError(f"unknown hash type {unknown[0]!r} in {name!r}: the names are {', '.join(_NAMES)}")
    if sum(word in SignedOutputs.__members__ or word == DEFAULT_NAME for word in words) != 1 or len(set(words)) != len(
        words
    ):
        raise HashTypeError(f"hash type {name!r} must have one of ALL, NONE, SINGLE, and each switch at most once")
    if set(words) & _FORK_SWITCHES - chain.hash_switches:
        raise HashTypeError(_strange_switch(name, chain))
    if DEFAULT_NAME in words and not (chain.has_taproot and len(words) == 1):
        there = " and ".join(each.name for each in CHAINS.values() if each.has_taproot)
        raise HashTypeError(f"hash type {name!r}: DEFAULT is that of taproot on {there}, without switches")
    return sum(_NAMES[word] for word in {*words, *(chain.default_switches if DEFAULT_NAME not in words else ())})


def _strange_switch(name: str, chain: Chain) -> str:
    """Return the message about a hash type with a switch that its chain does not have."""
    owners = " and ".join(each.name for each in CHAINS.values() if each.hash_switches)
    lacking = [str(switch.name) for switch in Switch if switch.name in _FORK_SWITCHES - chain.hash_switches]
    has_not = "neither" if len(lacking) > 1 else "no"
    return f"hash type {name!r} belongs to {owners}; {chain} has {has_not} {' nor '.join(lacking)}"
