"""Every chain answers everything, and a chain that the code has never heard of works from its record alone."""

import copy
import pickle

import pytest

import penstock
from penstock.artifact.artifact import Artifact
from penstock.artifact.errors import ArtifactError
from penstock.script.assembler import assemble, disassemble
from penstock.script.chain_parts import Era, Limits
from penstock.script.chains import BSV, BTC, CHAINS, DEFAULT_CHAIN, Chain, ChainError, chain_named
from penstock.script.hashes import hash160
from penstock.script.opcode_names import opcode_name
from penstock.script.opcodes import Op
from penstock.tx.hash_type import Switch, hash_type_number
from penstock.tx.validation.form import Fault, check_transaction_form
from penstock.vm.explaining.trace import trace_case
from penstock.vm.reasons import Reason
from penstock.vm.rules import Rule, RuleSet, rule_set
from penstockc.diagnostics import CompileError

SMALL = Limits(script_size=150, element_size=100, number_size=4)
THIRD = BSV._replace(
    name="third",
    eras=(
        BSV.newest._replace(
            name="only",
            flags=frozenset(),
            limits=SMALL,
            absent=BSV.newest.absent | {Op.OP_MUL},
            nops=BSV.newest.nops | {Op.OP_SUBSTR},
            transaction_size=250,
        ),
    ),
    opcode_names={Op.OP_HASH160: "OP_FINGERPRINT"},
    flags=BSV.flags - {"UTXO_AFTER_GENESIS", "UTXO_AFTER_CHRONICLE"},
    block_flags=BSV.block_flags - {"UTXO_AFTER_GENESIS", "UTXO_AFTER_CHRONICLE"},
    default_switches=frozenset({"FORKID", "CHRONICLE"}),
    empty_condition="INVALID_STACK_OPERATION",
)
"""A chain of this test alone. It has no name that anything could look up."""

EVERY = [*CHAINS.values(), THIRD]
every_chain = pytest.mark.parametrize("chain", EVERY, ids=str)

ALICE, MALLORY = (penstock.PrivateKey.from_bytes(bytes([byte]) * 32) for byte in (1, 2))


# The records ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", [Chain, Era])
def test_no_fact_has_a_default(record: type[Chain | Era]) -> None:
    assert record._field_defaults == {}
    with pytest.raises(TypeError, match="missing"):
        record()  # type: ignore[call-arg]  # mypy names every missing fact


def answers(record: Chain | Era) -> dict[str, object]:
    return record._asdict()


@every_chain
def test_every_answer_is_of_the_kind_that_is_asked_for(chain: Chain) -> None:
    records: list[Chain | Era] = [chain, *chain.eras]
    for record in records:
        model = answers(BTC if isinstance(record, Chain) else BTC.newest)
        for name, answer in answers(record).items():
            if name not in {"sigops", "opcode_names", "implied", "relay"}:
                assert type(answer) is type(model[name]), f"{chain}: {name} is {answer!r}"
    assert all(era.sigops is None or era.sigops > 0 for era in chain.eras)
    assert all(op in Op and name.startswith("OP_") for op, name in chain.opcode_names.items())


@every_chain
def test_rules_and_failures_are_those_of_the_machine(chain: Chain) -> None:
    assert chain.flags <= set(Rule.__members__)
    named = chain.block_flags | chain.relay_flags | chain.push_only_flags | chain.implied.keys()
    assert named.union(*chain.implied.values(), *(era.flags for era in chain.eras)) <= chain.flags
    assert {chain.empty_condition, chain.number_too_long, chain.number_not_minimal} <= set(Reason.__members__)
    assert chain.default_switches <= chain.hash_switches <= set(Switch.__members__) - {"ANYONECANPAY"}


@every_chain
def test_eras_follow_one_another(chain: Chain) -> None:
    assert chain.eras[0].flags == frozenset()
    for earlier, later in zip(chain.eras, chain.eras[1:], strict=False):
        assert earlier.flags < later.flags
        assert chain.era(later.flags) is later
    for era in chain.eras:
        assert era.fatal <= era.absent | era.disabled
        assert era.absent.isdisjoint(era.disabled)
        assert era.nops.isdisjoint(era.absent | era.disabled)
    assert chain.era(frozenset(chain.flags)) is chain.newest


def test_every_rule_belongs_to_a_chain() -> None:
    assert set().union(*(chain.flags for chain in CHAINS.values())) == set(Rule.__members__)


def test_names_lead_to_records() -> None:
    assert [chain_named(name) for name in CHAINS] == [BSV, BTC]
    assert chain_named(THIRD) is THIRD
    assert DEFAULT_CHAIN is BSV
    assert not any("-" in name for name in CHAINS), "the names of rule sets end in -consensus"
    with pytest.raises(ChainError, match="unknown chain 'third': it is bsv or btc"):
        chain_named("third")


@pytest.mark.parametrize("chain", CHAINS.values(), ids=str)
def test_copies_are_the_same_chain(chain: Chain) -> None:
    rules = rule_set(chain)
    assert copy.deepcopy(chain) is chain
    assert pickle.loads(pickle.dumps(rules)) == rules


# A chain of its own ---------------------------------------------------------------------------------------------------


def p2pkh(chain: Chain) -> penstock.Spend:
    artifact = penstock.compile_file(penstock.bundled("p2pkh"), target=chain)
    return penstock.Spend(artifact.instantiate(hash160(ALICE.public_key)), value=1000)


@every_chain
def test_a_real_spend_is_judged(chain: Chain) -> None:
    spend = p2pkh(chain)
    forged = spend.verify("unlock", spend.sign(MALLORY), ALICE.public_key)
    assert forged.error == "NULLFAIL"
    verdict = spend.verify("unlock", spend.sign(ALICE), ALICE.public_key)
    assert verdict, verdict.explain()
    assert verdict.case.rules.chain is chain


def test_the_hash_type_is_that_of_the_chain() -> None:
    assert [hash_type_number("ALL", chain) for chain in EVERY] == [0x41, 0x01, 0x61]
    assert [p2pkh(chain).sign(ALICE)[-1] for chain in EVERY] == [0x41, 0x01, 0x61]
    on_bsv = p2pkh(BSV)
    assert on_bsv.verify("unlock", p2pkh(BTC).sign(ALICE), ALICE.public_key).error == "MISSING_FORKID"


def test_opcodes_are_called_as_on_the_chain() -> None:
    artifact = p2pkh(THIRD).contract.artifact
    assert artifact.asm == "OP_DUP OP_FINGERPRINT <pubKeyHash> OP_EQUALVERIFY OP_CHECKSIG"
    assert artifact.target == "third"
    assert assemble("FINGERPRINT", THIRD) == bytes([Op.OP_HASH160])
    assert [disassemble(b"\xa9\x7f", chain) for chain in EVERY] == [
        "OP_HASH160 OP_SPLIT",
        "OP_HASH160 OP_SUBSTR",
        "OP_FINGERPRINT OP_SPLIT",
    ]
    case = p2pkh(THIRD).verify("unlock", b"", b"").case
    assert "OP_FINGERPRINT" in [step.text for step in trace_case(case).steps]
    assert opcode_name(0xA9, THIRD) == "OP_FINGERPRINT"


def test_the_compiler_knows_what_the_chain_lacks() -> None:
    product = "contract Product { public function unlock(int x) { require(x * x == 49); } }"
    penstock.compile_source(product, target=BSV)
    with pytest.raises(CompileError, match="`x \\* x` needs OP_MUL, which third does not have"):
        penstock.compile_source(product, target=THIRD)
    limits = " && ".join(f"x != b'{byte:02x}{'00' * 79}'" for byte in range(2))
    long = f"contract Long {{ public function unlock(bytes x) {{ require({limits}); }} }}"
    penstock.compile_source(long, target=BTC)
    with pytest.raises(CompileError, match="third runs at most 150"):
        penstock.compile_source(long, target=THIRD)


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("OP_2 OP_3 OP_MUL", "BAD_OPCODE"),
        ("OP_1 " + "OP_NOP " * 150, "SCRIPT_SIZE"),
        ("OP_IF OP_ENDIF", "INVALID_STACK_OPERATION"),
        ("OP_1 OP_SUBSTR", "DISCOURAGE_UPGRADABLE_NOPS"),
    ],
)
def test_the_machine_knows_what_the_chain_lacks(script: str, error: str) -> None:
    tx = p2pkh(BSV).transaction()
    verdict = penstock.verify(b"", assemble(script), tx=tx, input_index=0, value=1000, rules=THIRD)
    on_bsv = penstock.verify(b"", assemble(script), tx=tx, input_index=0, value=1000, rules="bsv")
    assert verdict.error == error
    assert on_bsv.error != error


def test_transactions_are_measured_by_the_chain() -> None:
    spend = p2pkh(THIRD)
    tx = spend.transaction(spend.call("unlock", spend.sign(ALICE), ALICE.public_key))
    assert check_transaction_form(tx, THIRD) is None
    padded = tx._replace(outputs=(*tx.outputs, penstock.TxOut(0, bytes(100))))
    assert [check_transaction_form(padded, chain) for chain in EVERY] == [None, None, Fault.TOO_LARGE]


def test_rule_sets_hold_the_chain() -> None:
    assert rule_set(THIRD) is rule_set(THIRD)
    assert RuleSet.from_flags("P2SH", chain=THIRD).limits == SMALL
    assert RuleSet.in_blocks(THIRD).guard is None
    assert [str(rule_set(chain).chain) for chain in EVERY] == ["bsv", "btc", "third"]


def test_only_names_that_are_known_are_read_back() -> None:
    artifact = p2pkh(BTC).contract.artifact
    assert Artifact.from_json(artifact.to_json()).chain is BTC
    with pytest.raises(ArtifactError, match="'third' is not one of bsv, btc"):
        Artifact.from_json(p2pkh(THIRD).contract.artifact.to_json())
