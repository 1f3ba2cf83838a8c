"""For a hash that does not match both hashes are shown, and the hashed data; other failures show no hash."""

import pytest

import penstock
from penstock.script.assembler import assemble
from penstock.script.hashes import hash160, hash256, ripemd160, sha1, sha256, tagged_hash
from penstock.script.pushes import push
from penstock.tx.sighash import tapleaf_hash
from penstock.tx.signatures import tweak_public_key
from penstock.tx.transaction import Transaction
from penstock.vm.judging.verdict import Verdict
from penstock.vm.judging.verify import verify
from penstock.vm.rules import RuleSet
from tests.support.generators.random_spends import KEYS, p2sh_script
from tests.support.generators.taproot_builder import INTERNAL_KEY, SingleLeaf
from tests.support.spending.script_runs import VALUE, transaction

P2SH = RuleSet.from_flags("P2SH", chain="btc")


def judged(unlocking: bytes, locking: bytes, rules: RuleSet | str = "bsv", tx: Transaction | None = None) -> Verdict:
    return verify(unlocking, locking, tx=tx or transaction(), input_index=0, value=VALUE, rules=rules)


def told(verdict: Verdict, heading: str = "the hash does not match:") -> list[str]:
    """The lines of the explanation from a heading on, as far as they belong to it; nothing without it."""
    assert not verdict
    lines = verdict.explain().splitlines()
    if heading not in lines:
        return []
    rest = lines[lines.index(heading) + 1 :]
    end = next((index for index, line in enumerate(rest) if not line.startswith("  ")), len(rest))
    return rest[:end]


FUNCTIONS = {
    "OP_SHA256": ("sha256", sha256),
    "OP_HASH256": ("hash256", hash256),
    "OP_HASH160": ("hash160", hash160),
    "OP_RIPEMD160": ("ripemd160", ripemd160),
    "OP_SHA1": ("sha1", sha1),
}


@pytest.mark.parametrize("opcode", FUNCTIONS)
@pytest.mark.parametrize("ending", ["OP_EQUAL", "OP_EQUALVERIFY OP_1", "OP_EQUAL OP_VERIFY OP_1", "OP_EQUAL OP_NIP"])
def test_both_hashes_are_shown(opcode: str, ending: str) -> None:
    name, function = FUNCTIONS[opcode]
    wanted = function(b"right")
    script = assemble(opcode) + push(wanted) + assemble(ending)
    below = b"\x51" if "NIP" in ending else b""
    assert judged(below + push(b"right"), script), "the near case"
    assert told(judged(below + push(b"wrong"), script)) == [
        f"  {name} of {b'wrong'.hex()} (5 bytes)",
        f"    made    {function(b'wrong').hex()} ({len(wanted)} bytes)",
        f"    wanted  {wanted.hex()} ({len(wanted)} bytes)",
    ]


def test_either_side_may_be_the_hash() -> None:
    script = push(sha256(b"right")) + assemble("OP_SWAP OP_SHA256 OP_EQUAL")
    assert told(judged(push(b"wrong"), script))[1] == f"    made    {sha256(b'wrong').hex()} (32 bytes)"


LOCK = """contract Lock {
    Sha256 h;

    public function open(bytes x, int y) {
        require(y == 3);
        require(sha256(x) == this.h);
    }
}
"""


def test_of_a_contract_with_its_line() -> None:
    lock = penstock.compile_source(LOCK, name="lock.scrypt").instantiate(sha256(b"right"))
    verdict = penstock.Spend(lock).verify("open", b"wrong", 3)
    assert verdict.location == "lock.scrypt:6"
    assert told(verdict)[0] == f"  sha256 of {b'wrong'.hex()} (5 bytes)"
    assert told(verdict)[2] == f"    wanted  {sha256(b'right').hex()} (32 bytes)"
    assert told(penstock.Spend(lock).verify("open", b"right", 4)) == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (hash256(b"x"), "  fits if it is hashed by hash256"),
        (sha256(b"x")[::-1], "  fits if its bytes are reversed"),
        (b"x", "  fits if it is not hashed: the wanted value is the data itself"),
        (hash160(b"x"), "  fits if it is hashed by hash160"),
    ],
)
def test_what_else_would_match(wanted: bytes, said: str) -> None:
    script = assemble("OP_SHA256") + push(wanted) + assemble("OP_EQUAL")
    assert told(judged(push(b"x"), script))[-1] == said
    assert not any("fits" in line for line in told(judged(push(b"y"), script)))


def test_long_data_is_hashed_and_shown_in_short() -> None:
    script = assemble("OP_SHA256") + push(bytes(32)) + assemble("OP_EQUAL")
    data = b"\xab" * (2 << 20)
    lines = told(judged(push(data), script, "bsv-consensus"))
    assert lines[0] == f"  sha256 of {'ab' * 40}… ({len(data):,} bytes)"
    assert lines[1] == f"    made    {sha256(data).hex()} (32 bytes)"


# No hash is to blame --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "script",
    [
        # the comparison fails and the script goes on; it ends for another reason
        assemble("OP_DUP OP_SHA256") + push(bytes(32)) + assemble("OP_EQUAL OP_NOT OP_VERIFY OP_DROP OP_0"),
        assemble("OP_DUP OP_SHA256")
        + push(bytes(32))
        + assemble("OP_EQUAL OP_IF OP_1 OP_ELSE OP_0 OP_VERIFY OP_ENDIF"),
        # two items differ, and neither is a hash
        assemble("OP_DUP OP_SHA256 OP_DROP") + push(bytes(32)) + assemble("OP_EQUAL"),
        # the hash matches, and a later check fails
        assemble("OP_SHA256") + push(sha256(b"x")) + assemble("OP_EQUALVERIFY OP_0"),
    ],
)
def test_other_failures_blame_no_hash(script: bytes) -> None:
    verdict = judged(push(b"x"), script)
    assert verdict.error in {"EVAL_FALSE", "VERIFY"}
    assert told(verdict) == []


# P2SH, P2WSH, taproot -------------------------------------------------------------------------------------------------


def test_the_redeem_script_of_p2sh() -> None:
    right, wrong = assemble("OP_2"), assemble("OP_3")
    assert judged(push(right), p2sh_script(right), P2SH)
    assert told(judged(push(wrong), p2sh_script(right), P2SH)) == [
        f"  hash160 of {wrong.hex()} (1 byte)",
        f"    made    {hash160(wrong).hex()} (20 bytes)",
        f"    wanted  {hash160(right).hex()} (20 bytes)",
    ]


def test_a_redeem_script_that_fails_by_itself_is_not_another() -> None:
    redeem = assemble("OP_0")
    assert told(judged(push(redeem), p2sh_script(redeem), P2SH)) == []


OTHER_SCRIPT = "the witness script is a different one:"


def test_the_script_of_p2wsh() -> None:
    right, wrong = assemble("OP_2"), assemble("OP_3")
    locking = b"\x00\x20" + sha256(right)
    assert judged(b"", locking, "btc", transaction().with_witness(0, (right,)))
    assert told(judged(b"", locking, "btc", transaction().with_witness(0, (wrong,))), OTHER_SCRIPT) == [
        f"  sha256 of {wrong.hex()} (1 byte)",
        f"    made    {sha256(wrong).hex()} (32 bytes)",
        f"    wanted  {sha256(right).hex()} (32 bytes)",
    ]
    verdict = judged(b"", locking, "btc", transaction().with_witness(0, (right, b"\x07")))
    assert told(verdict, OTHER_SCRIPT)[-1] == "  fits if item 0 of the witness, counted from the bottom, is the last"


def test_the_script_of_p2wsh_in_p2sh() -> None:
    right, wrong = assemble("OP_2"), assemble("OP_3")
    program = b"\x00\x20" + sha256(right)
    tx = transaction().with_witness(0, (wrong,))
    lines = told(judged(push(program), p2sh_script(program), "btc", tx), OTHER_SCRIPT)
    assert lines[2] == f"    wanted  {sha256(right).hex()} (32 bytes)"


def test_a_witness_of_a_key_with_too_many_items_has_no_other_script() -> None:
    locking = b"\x00\x14" + hash160(KEYS[0].public_key)
    verdict = judged(b"", locking, "btc", transaction().with_witness(0, (b"\x01",)))
    assert verdict.error == "WITNESS_PROGRAM_MISMATCH"
    assert told(verdict, OTHER_SCRIPT) == []


OTHER_LEAF = "the taproot output does not commit to this leaf:"


def in_taproot(leaf: SingleLeaf, script: bytes, control: bytes, *annex: bytes) -> Verdict:
    return judged(b"", leaf.locking, "btc", transaction().with_witness(0, (script, control, *annex)))


def test_the_leaf_of_taproot() -> None:
    leaf, wrong = SingleLeaf(assemble("OP_2")), assemble("OP_3")
    assert in_taproot(leaf, leaf.script, leaf.control_block)
    lines = told(in_taproot(leaf, wrong, leaf.control_block), OTHER_LEAF)
    key, parity = tweak_public_key(INTERNAL_KEY, tapleaf_hash(wrong))
    assert lines == [
        "  leaf of version 0xc0, script 53 (1 byte)",
        f"  leaf hash    {tapleaf_hash(wrong).hex()}",
        f"  merkle root  {tapleaf_hash(wrong).hex()}",
        f"    made    {key.hex()}, parity {parity}",
        f"    wanted  {leaf.output_key.hex()}, parity {leaf.control_block[0] & 1} by the control block",
    ]
    assert told(in_taproot(leaf, wrong, leaf.control_block, b"\x50annex"), OTHER_LEAF) == lines


def test_a_path_of_a_script_tree() -> None:
    leaf = SingleLeaf(assemble("OP_2"))
    node = sha256(b"another leaf")
    lines = told(in_taproot(leaf, leaf.script, leaf.control_block + node), OTHER_LEAF)
    root = tagged_hash("TapBranch", *sorted((tapleaf_hash(leaf.script), node)))
    assert lines[2] == f"  merkle root  {root.hex()}"
    assert not any("fits" in line for line in lines)


def test_the_wrong_parity_and_the_wrong_version() -> None:
    leaf = SingleLeaf(assemble("OP_2"))
    head, rest = leaf.control_block[0], leaf.control_block[1:]
    assert told(in_taproot(leaf, leaf.script, bytes((head ^ 1,)) + rest), OTHER_LEAF)[-1] == (
        f"  fits if the lowest bit of the control block is {head & 1}"
    )
    assert told(in_taproot(leaf, leaf.script, bytes((head ^ 2,)) + rest), OTHER_LEAF)[-1] == (
        "  fits if the leaf version is 0xc0"
    )
    assert not any("fits" in line for line in told(in_taproot(leaf, b"\x53", bytes((head ^ 2,)) + rest), OTHER_LEAF))


def test_an_internal_key_that_is_not_a_point() -> None:
    leaf = SingleLeaf(assemble("OP_2"))
    control = leaf.control_block[:1] + b"\xff" * 32
    assert told(in_taproot(leaf, leaf.script, control), OTHER_LEAF)[-1] == f"  internal key {'ff' * 32} is not a key"


def test_explaining_twice_says_the_same() -> None:
    script = assemble("OP_SHA256") + push(bytes(32)) + assemble("OP_EQUAL")
    verdict = judged(push(b"x"), script)
    assert verdict.explain() == verdict.explain() == verdict._replace(case=verdict.case).explain()
