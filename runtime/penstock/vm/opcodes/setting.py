"""Setting: a rule set and a kind of script, for which handlers are made.

A `Setting` fixes everything about opcodes except the script and the transaction, so it is made once per rule set and
kind of script, and handlers are closures over its parts. It also defines two conventions about numbers:

* an `int` on the stack is always short enough to be read as a number, so handlers need not check it again, and no
  longer than `LONG_NUMBER` on the quick driver, which does not count;
* a result that is longer is refused on bsv since Genesis, and pushed as bytes elsewhere.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from penstock.script.chain_parts import UNLIMITED, Era, Limits
from penstock.script.numbers import encode_number, is_minimal
from penstock.tx.signature_version import SignatureVersion
from penstock.vm.items import Item, as_bytes, size_of
from penstock.vm.reasons import Reason, ScriptError
from penstock.vm.rules import Rule, RuleSet
from penstock.vm.run import Run

LARGE: Final = 4096
"""Bytes. Items up to this size are not counted one by one where memory or work is limited."""

LONG_NUMBER: Final = 1024
"""Bytes. Numbers up to this size are multiplied and divided without counting the work, where work is limited."""

ITEM_OVERHEAD: Final = 32
"""Bytes that count for an item in addition to its length, as in the BSV node."""


class Numbers(NamedTuple):
    """The way numbers are read.

    Attributes:
        minimal: whether they must be in their shortest form.
        too_long: the reason for refusing a long one.
        not_minimal: the reason for refusing one that is not in its shortest form.
    """

    minimal: bool
    too_long: Reason
    not_minimal: Reason

    def reader(self, max_size: int) -> Callable[[Item], int]:
        """Return the function that reads an item of at most `max_size` bytes as a number, or raises `ScriptError`."""
        minimal, too_long, not_minimal = self.minimal, self.too_long, self.not_minimal

        def read(item: Item) -> int:
            if type(item) is int:
                if size_of(item) > max_size:
                    raise ScriptError(too_long)
                return item
            size = len(item)  # type: ignore[arg-type]  # mypy keeps int here
            if size > max_size:
                raise ScriptError(too_long)
            if not size:
                return 0
            last = item[-1]  # type: ignore[index]  # as above
            if minimal and not last & 0x7F and not is_minimal(as_bytes(item)):
                raise ScriptError(not_minimal)
            value = int.from_bytes(item, "little")  # type: ignore[arg-type]  # as above
            return value if last < 0x80 else (0x80 << (8 * size - 8)) - value

        return read


class Setting:
    """A rule set and a kind of script, and values derived from them.

    Attributes:
        rules: the rule set.
        version: the kind of script.
        era: the era of the chain that the output belongs to.
        limits: the rule set's limits.
        numbers: the way numbers are read.
        read: reads an operand.
        low: the smallest result that is pushed as an `int` without a check.
        high: the largest.
        large: items above this size are counted one by one.
        long_number: products and quotients of numbers above this size are counted, too.
        spacious: whether the chain itself sets no limit on memory.
        deepest: number of items up to which the stacks break no limit, as long as no item is large.
    """

    __slots__ = (
        *("deepest", "era", "high", "large", "limits", "long_number", "low", "numbers", "read", "rules", "spacious"),
        "version",
    )

    def __init__(self, rules: RuleSet, version: SignatureVersion) -> None:
        self.rules = rules
        self.version = version
        self.era: Era = rules.era
        self.limits: Limits = rules.limits
        minimal = Rule.MINIMALDATA in rules.rules
        self.numbers = Numbers(minimal, Reason[rules.chain.number_too_long], Reason[rules.chain.number_not_minimal])
        self.read = self.numbers.reader(self.limits.number_size)
        guard = rules.guard
        memory = min(self.limits.stack_memory, guard.memory if guard else UNLIMITED)
        limited = guard is not None or memory < UNLIMITED
        self.large = LARGE if limited else UNLIMITED
        self.long_number = LONG_NUMBER if limited else UNLIMITED
        self.spacious = self.limits.stack_memory == UNLIMITED
        self.deepest = min(self.limits.stack_items, memory // (LARGE + ITEM_OVERHEAD))
        self.high = (1 << (8 * min(self.limits.number_size, LONG_NUMBER) - 1)) - 1
        self.low = -self.high

    def has(self, rule: Rule) -> bool:
        """Return whether a rule is on."""
        return rule in self.rules.rules

    def beyond(self) -> Callable[[int, Run], Item]:
        """Return the function that makes an item from a result outside of `low` to `high`, or raises `ScriptError`."""
        max_size, too_long, refuses = self.limits.number_size, self.numbers.too_long, self.era.refuses_long_results
        long_number = self.long_number

        def settle(result: int, run: Run) -> Item:
            size = size_of(result)
            if size > long_number:
                run.reserve(size)
            if size <= max_size:
                return result
            if refuses:
                raise ScriptError(too_long)
            return encode_number(result)

        return settle
