"""Checks of what tests hand to a chain: satoshis and other numbers, keys, contracts, forms, rules.

In: a value of any type. Out: the value; or an error at the line of the test, not later where it is used.
"""

from penstock.contract.contract import Contract
from penstock.contract.errors import ArgumentError
from penstock.contract.wraps import Wrap, default_wrap, forms_of
from penstock.errors import hides_frames
from penstock.script.chains import Chain as ChainRecord
from penstock.script.consensus import FINAL_SEQUENCE
from penstock.testing.keys import Key
from penstock.vm.rules import RuleSet, rule_set

__tracebackhide__ = hides_frames


def check_value(value: object) -> int:
    """Return satoshis.

    Raises:
        ArgumentError: not a whole number from 0.
    """
    return _check_number("value", value, "satoshis, a whole number from 0")


def check_count(name: str, value: object) -> int:
    """Return a number of blocks, or another count.

    Raises:
        ArgumentError: not a whole number from 0.
    """
    return _check_number(name, value, "a whole number from 0")


def check_field(name: str, value: object) -> int:
    """Return a lock time, a sequence number or a version, of 32 bits.

    Raises:
        ArgumentError: not a whole number, or one that is too large.
    """
    return _check_number(name, value, f"a whole number from 0 to {FINAL_SEQUENCE:,}", FINAL_SEQUENCE)


def check_key(value: object) -> Key:
    """Return a key.

    Raises:
        ArgumentError: not a key.
    """
    if isinstance(value, Key):
        return value
    raise ArgumentError("key", 'a key, from key("alice")', type(value).__name__)


def check_contract(value: object, record: ChainRecord) -> Contract:
    """Return a contract.

    Raises:
        ArgumentError: not a contract, or one that was compiled for another chain.
    """
    if not isinstance(value, Contract):
        raise ArgumentError("contract", "a contract, from chain.contract(…)", type(value).__name__)
    if value.artifact.chain != record:
        raise ArgumentError("contract", f"one compiled for {record}", f"one for {value.artifact.target}")
    return value


def check_wrap(wrap: str | None, record: ChainRecord) -> Wrap:
    """Return a form of outputs with contracts; None means the one that nodes relay.

    Raises:
        ArgumentError: no such form, or one that the chain does not have.
    """
    if wrap is None:
        return default_wrap(record)
    forms = forms_of(record)
    if wrap not in tuple(Wrap):
        raise ArgumentError("wrap", " or ".join(forms), repr(str(wrap)))
    if wrap not in forms:
        raise ArgumentError("wrap", f"{' or '.join(forms)} on {record}", repr(str(wrap)))
    return Wrap(wrap)


def check_rules(rules: RuleSet | str | None, record: ChainRecord) -> RuleSet:
    """Return a rule set; None means the rules of relay.

    Raises:
        RuleSetError: no rule set has this name.
        ArgumentError: it is one of another chain.
    """
    found = rule_set(record if rules is None else rules)
    if found.chain != record:
        raise ArgumentError("rules", f"rules of {record}", f"rules of {found.chain}")
    return found


def _check_number(name: str, value: object, expected: str, most: int | None = None) -> int:
    if type(value) is not int or value < 0 or (most is not None and value > most):
        raise ArgumentError(name, expected, repr(value))
    return value
