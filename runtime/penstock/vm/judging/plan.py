"""Which steps judging takes under a rule set: looked up once instead of rule by rule for every input."""

from functools import lru_cache

from penstock.tx.signature_version import SignatureVersion
from penstock.vm.opcodes.dialect import Dialect, dialect
from penstock.vm.rules import Rule, RuleSet


class JudgingPlan:
    """The steps.

    Args:
        demanded: the rules as they were asked for.
        rules: those of them that hold for the transaction.

    Attributes:
        rules: the rules that hold for the transaction.
        base: the dialect of scripts without witness.
        contradictory: whether the rules contradict each other.
        push_only: whether the unlocking script may only push.
        signs_locking: whether signatures in the unlocking script cover the locking script too.
        p2sh: whether a hash of a script lets that script run.
        witness: whether witness programs run.
        taproot: whether those of version 1 do.
        clean_stack: whether one item must be left.
        clean_stack_without_p2sh: whether that is demanded without P2SH, which the nodes refuse, though last of all.
    """

    __slots__ = (
        *("rules", "base", "contradictory", "push_only", "signs_locking", "p2sh", "witness", "taproot"),
        *("clean_stack", "clean_stack_without_p2sh"),
    )

    def __init__(self, demanded: RuleSet, rules: RuleSet) -> None:
        on = rules.rules
        era, flags = rules.era, {rule.name for rule in on}
        later = frozenset[str]().union(*(each.flags for each in rules.chain.eras)) - era.flags
        needed = rules.chain.push_only_flags
        self.rules = rules
        self.base: Dialect = dialect(rules, SignatureVersion.LEGACY)
        self.contradictory = not later.isdisjoint(flags)
        self.push_only = Rule.SIGPUSHONLY in on and (not needed or not needed.isdisjoint(flags))
        self.signs_locking = Rule.CHRONICLE in on
        self.p2sh = Rule.P2SH in on and era.p2sh
        self.witness = Rule.WITNESS in on
        self.taproot = Rule.TAPROOT in on
        self.clean_stack = Rule.CLEANSTACK in on
        self.clean_stack_without_p2sh = Rule.CLEANSTACK in demanded.rules and Rule.P2SH not in on


@lru_cache(maxsize=256)
def plan(rules: RuleSet, relaxed: bool) -> JudgingPlan:  # noqa: FBT001  # positional: the cache is asked for every verdict
    """Return the steps of judging under `rules`; `relaxed` if the transaction's version allows it to break some."""
    return JudgingPlan(rules, rules.relaxed if relaxed else rules)
