"""Which steps judging takes under a rule set: looked up once instead of rule by rule for every input."""

from functools import lru_cache
from typing import NamedTuple

from penstock.vm.dialect import Dialect, dialect
from penstock.vm.rules import Rule, RuleSet
from penstock.vm.setting import Version


class Plan(NamedTuple):
    """The steps.

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

    rules: RuleSet
    base: Dialect
    contradictory: bool
    push_only: bool
    signs_locking: bool
    p2sh: bool
    witness: bool
    taproot: bool
    clean_stack: bool
    clean_stack_without_p2sh: bool


@lru_cache(maxsize=256)
def plan(rules: RuleSet, relaxed: bool) -> Plan:  # noqa: FBT001  # positional: the cache is asked for every verdict
    """Return the steps of judging under `rules`; `relaxed` if the transaction's version allows it to break some."""
    rules = rules.relaxed if relaxed else rules
    on = rules.rules
    bsv = rules.chain == "bsv"
    after_genesis = Rule.UTXO_AFTER_GENESIS in on
    return Plan(
        rules,
        dialect(rules, Version.BASE),
        contradictory=Rule.UTXO_AFTER_CHRONICLE in on and not after_genesis,
        push_only=Rule.SIGPUSHONLY in on and (not bsv or bool(on & {Rule.GENESIS, Rule.CHRONICLE})),
        signs_locking=Rule.CHRONICLE in on,
        p2sh=Rule.P2SH in on and not after_genesis,
        witness=Rule.WITNESS in on,
        taproot=Rule.TAPROOT in on,
        clean_stack=Rule.CLEANSTACK in on,
        clean_stack_without_p2sh=Rule.CLEANSTACK in on and Rule.P2SH not in on,
    )
