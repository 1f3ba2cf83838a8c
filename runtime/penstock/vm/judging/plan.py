"""Judging plan: the steps under a rule set, looked up once instead of rule by rule for every input."""

from functools import lru_cache

from penstock.tx.signature_version import SignatureVersion
from penstock.vm.opcodes.dialect import Dialect, dialect
from penstock.vm.rules import RELAY_RULES, Rule, RuleSet


class JudgingPlan:
    """The steps.

    Args:
        demanded: the rules as given.
        rules: those that apply to the transaction.

    Attributes:
        rules: the rules that apply to the transaction.
        base: the dialect of scripts without witness.
        contradictory: whether the rules contradict each other.
        push_only: whether the unlocking script may only push.
        signs_locking: whether signatures in the unlocking script cover the locking script too.
        p2sh: whether a script hash is replaced by its script (BIP16).
        witness: whether witness programs are executed.
        taproot: whether those of version 1 are executed.
        relay: whether rules of relay apply to an input whose scripts pass.
        clean_stack: whether exactly one item must be left.
        clean_stack_without_p2sh: whether `clean_stack` is given without P2SH, which the nodes refuse, as the last step.
    """

    __slots__ = (
        *("rules", "base", "contradictory", "push_only", "signs_locking", "p2sh", "witness", "taproot"),
        *("relay", "clean_stack", "clean_stack_without_p2sh"),
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
        self.relay = rules.chain.relay is not None and not on.isdisjoint(RELAY_RULES)
        self.clean_stack = Rule.CLEANSTACK in on
        self.clean_stack_without_p2sh = Rule.CLEANSTACK in demanded.rules and Rule.P2SH not in on


@lru_cache(maxsize=256)
def plan(rules: RuleSet, relaxed: bool) -> JudgingPlan:  # noqa: FBT001  # positional: every verdict asks this cache
    """Return the steps of judging under `rules`; `relaxed` if the transaction's version exempts it from some."""
    return JudgingPlan(rules, rules.relaxed if relaxed else rules)
