"""Rule sets: named ones, flags by name, and derived values."""

from typing import Any

import pytest

from penstock.errors import PenstockError
from penstock.script.chains import CHAINS, chains_with
from penstock.vm.judging.verify import verify
from penstock.vm.rules import Guard, Rule, RuleSet, RuleSetError, rule_set
from tests.support.spending.transactions import small_transaction

NAMES = ("bsv", "btc", "bsv-consensus", "btc-consensus")


@pytest.mark.parametrize("name", NAMES)
def test_named_sets_are_values(name: str) -> None:
    assert rule_set(name) == RuleSet.named(name)
    assert hash(rule_set(name)) == hash(RuleSet.named(name))
    assert rule_set(rule_set(name)) is rule_set(name)
    assert rule_set(name).chain is CHAINS[name[:3]]


@pytest.mark.parametrize("chain", ["bsv", "btc"])
def test_relay_demands_more_than_blocks(chain: str) -> None:
    relay, block = rule_set(chain), rule_set(f"{chain}-consensus")
    assert block.rules < relay.rules
    assert {"STRICTENC", "LOW_S", "NULLDUMMY", "NULLFAIL", "MINIMALDATA", "CLEANSTACK"} <= {
        rule.name for rule in relay.rules
    }
    assert relay.limits == block.limits
    assert relay.guard == Guard()
    assert block.guard is None


def test_minimal_if_is_relayed_on_btc_only() -> None:
    assert Rule.MINIMALIF in rule_set("btc").rules
    assert Rule.MINIMALIF not in rule_set("bsv").rules


def test_flags_read_back() -> None:
    rules = RuleSet.from_flags(" P2SH , STRICTENC,", chain="btc")
    assert rules.flags == "P2SH,STRICTENC"
    assert RuleSet.from_flags(rules.flags, chain="btc") == rules
    assert RuleSet.from_flags("NONE", chain="bsv") == RuleSet.from_flags("", chain="bsv")
    assert RuleSet.from_flags("", chain="bsv").flags == "NONE"


def test_flags_bring_what_they_cannot_do_without() -> None:
    assert RuleSet.from_flags("TAPROOT", chain="btc").flags == "P2SH,WITNESS,TAPROOT"
    assert RuleSet.from_flags("CLEANSTACK", chain="btc").flags == "P2SH,CLEANSTACK,WITNESS"
    assert RuleSet.from_flags("CLEANSTACK", chain="bsv").flags == "CLEANSTACK"
    assert RuleSet.from_flags("SIGHASH_FORKID", chain="bsv").flags == "STRICTENC,SIGHASH_FORKID"


def test_single_rules_go_on_and_off() -> None:
    rules = RuleSet.named("btc")
    assert "MINIMALIF" not in rules.without("MINIMALIF").flags
    assert rules.without("MINIMALIF").with_flags("MINIMALIF") == rules
    assert rules.without("P2SH").flags.find("WITNESS,") < 0, "without P2SH there are no witnesses"
    assert Rule.TAPROOT not in rules.without("P2SH").rules


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RuleSet.from_flags("P2SH,STRICT", chain="btc"), "unknown flag 'STRICT': there are P2SH"),
        (lambda: RuleSet.from_flags("WITNESS", chain="bsv"), "WITNESS is a rule of btc, not of bsv"),
        (lambda: RuleSet.from_flags("GENESIS", chain="btc"), "GENESIS is a rule of bsv, not of btc"),
        (lambda: RuleSet.from_flags("", chain="bch"), "unknown chain 'bch': it is bsv or btc"),
        (lambda: RuleSet.named("bsv-relay"), "unknown rule set 'bsv-relay': there are bsv, btc, bsv-consensus"),
        (lambda: rule_set("btc2"), "unknown rule set 'btc2'"),
        (lambda: RuleSet.named("btc").without("NOPS"), "unknown flag 'NOPS'"),
        (lambda: RuleSet.named("btc").with_limits(stack=3), "unknown limit 'stack': there are script_size"),
    ],
)
def test_errors_say_what_there_is(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(RuleSetError, match=message) as caught:
        make()
    assert isinstance(caught.value, PenstockError)


def test_limits_follow_the_age_of_the_output() -> None:
    old = RuleSet.from_flags("GENESIS,CHRONICLE", chain="bsv").limits
    genesis = RuleSet.from_flags("UTXO_AFTER_GENESIS", chain="bsv").limits
    chronicle = RuleSet.from_flags("UTXO_AFTER_GENESIS,UTXO_AFTER_CHRONICLE", chain="bsv").limits
    assert (old.script_size, old.element_size, old.opcodes, old.number_size) == (10_000, 520, 500, 4)
    assert (genesis.script_size, genesis.number_size) == (2**32 - 1, 750_000)
    assert chronicle.number_size == 32_000_000
    assert RuleSet.named("btc").limits.opcodes == 201


def test_limits_can_be_set() -> None:
    rules = RuleSet.named("bsv").with_limits(script_size=500_000)
    assert rules.limits.script_size == 500_000
    assert rules.limits.number_size == RuleSet.named("bsv").limits.number_size
    assert rules != RuleSet.named("bsv")


@pytest.mark.parametrize("guard", [None, Guard(), Guard(memory=5, work=7)])
@pytest.mark.parametrize("name", NAMES)
def test_a_change_leaves_everything_else_as_it_was(name: str, guard: Guard | None) -> None:
    rules = RuleSet.named(name)._replace(guard=guard)
    limited = rules.with_limits(stack_items=10)
    assert (limited.chain, limited.rules, limited.guard) == (rules.chain, rules.rules, guard)
    assert limited.limits == rules.limits._replace(stack_items=10)
    for changed in (limited.with_flags("MINIMALIF"), limited.without("LOW_S")):
        assert (changed.chain, changed.guard, changed.limits) == (rules.chain, guard, limited.limits)
    free = limited.without_guard()
    assert (free.chain, free.rules, free.limits, free.guard) == (rules.chain, rules.rules, limited.limits, None)


def test_chronicle_relaxes_blocks_and_not_before() -> None:
    rules = RuleSet.named("bsv")
    assert {rule.name for rule in rules.rules - rules.relaxed.rules} == {
        *("SIGPUSHONLY", "MINIMALDATA", "LOW_S", "NULLFAIL", "NULLDUMMY", "CLEANSTACK")
    }
    assert rules.without("CHRONICLE").relaxed.rules == rules.without("CHRONICLE").rules
    assert RuleSet.named("btc").relaxed == RuleSet.named("btc")


@pytest.mark.parametrize("rule", Rule, ids=lambda rule: rule.name)
def test_every_row_has_its_facts(rule: Rule) -> None:
    assert chains_with(rule.name)
    assert rule.source
    assert not rule.meaning.endswith(".")


# The rules of a block -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chain", "height", "flags"),
    [
        ("btc", 0, "NONE"),
        ("btc", 173_804, "NONE"),
        ("btc", 173_805, "P2SH"),
        ("btc", 363_724, "P2SH"),
        ("btc", 363_725, "P2SH,DERSIG"),
        ("btc", 388_381, "P2SH,DERSIG,CHECKLOCKTIMEVERIFY"),
        ("btc", 419_328, "P2SH,DERSIG,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY"),
        ("btc", 481_824, "P2SH,DERSIG,NULLDUMMY,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY,WITNESS"),
        ("btc", 709_632, RuleSet.named("btc-consensus").flags),
        ("bsv", 173_805, "P2SH"),
        ("bsv", 478_558, "P2SH,DERSIG,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY"),
        ("bsv", 478_559, "P2SH,STRICTENC,DERSIG,CHECKLOCKTIMEVERIFY,CHECKSEQUENCEVERIFY,SIGHASH_FORKID"),
        ("bsv", 943_816, RuleSet.named("bsv-consensus").flags),
    ],
)
def test_a_block_has_the_rules_of_its_height(chain: str, height: int, flags: str) -> None:
    rules = RuleSet.at(height, chain)
    assert rules.flags == flags
    assert rules == RuleSet.from_flags(flags, chain=chain)._replace(guard=None)


def test_an_output_keeps_the_rules_of_its_own_block_on_bsv() -> None:
    """Before Genesis OP_RETURN fails, after it the script ends there: the age of the output decides."""
    old, new = (RuleSet.at(950_000, "bsv", spent_height=height) for height in (620_537, 620_538))
    assert (old.era.name, new.era.name) == ("before Genesis", "Genesis")
    assert RuleSet.at(950_000, "bsv").era.name == "Chronicle"
    assert {"GENESIS", "CHRONICLE"} <= set(old.flags.split(","))
    script = b"\x51\x6a"
    arguments: dict[str, Any] = {"tx": small_transaction(version=1), "input_index": 0, "value": 1}
    assert verify(b"", script, **arguments, rules=old).error == "OP_RETURN"
    assert verify(b"", script, **arguments, rules=new)


@pytest.mark.parametrize(
    ("height", "spent", "message"),
    [
        (-1, None, "a height is a whole number from 0, not -1 and -1"),
        (True, None, "a height is a whole number from 0, not True and True"),
        (5, "4", "a height is a whole number from 0, not 5 and '4'"),
        (5, 6, "a block at height 5 cannot spend an output of the later block 6"),
    ],
)
def test_heights_that_no_block_has_are_refused(height: Any, spent: Any, message: str) -> None:
    with pytest.raises(RuleSetError, match=message):
        RuleSet.at(height, "btc", spent_height=spent)
    with pytest.raises(RuleSetError, match="unknown chain 'moon'"):
        RuleSet.at(5, "moon")
