"""Every form of an output: spent for real, judged by Core's engine, refused where it would lose the coins."""

import re
from hashlib import sha256

import pytest
from bitcoin.bech32 import CBech32Data
from bitcoin.wallet import CBitcoinAddress

import penstock
from penstock import ArgumentError, PrivateKey, Spend
from penstock.contract.contract import Contract
from penstock.contract.tapscript import tapscript_fault
from penstock.contract.wraps import Wrap
from penstock.script.assembler import assemble
from penstock.script.chains import BTC
from penstock.tx.address import AddressError, Network, script_for_address
from penstock.tx.keys import tweak_secret
from penstock.tx.taproot import UNSPENDABLE_KEY, TaprootOutput
from tests.support.engines.kernel_judge import kernel_accepts

ALICE, BOB = PrivateKey.from_bytes(b"\x01" * 32), PrivateKey.from_bytes(b"\x02" * 32)
CHUNK = b"a chunk of the movie"
HASH_TYPES = [f"{outputs}{more}" for outputs in ("ALL", "NONE", "SINGLE") for more in ("", "|ANYONECANPAY")]


def streaming(target: str = "btc") -> Contract:
    artifact = penstock.compile_file(penstock.bundled("streaming"), target=target)
    return artifact.instantiate(ALICE.public_key, BOB.public_key, sha256(CHUNK).digest())


def of(source: str, *arguments: object) -> Contract:
    return penstock.compile_source(source, target="btc").instantiate(*arguments)


def core_accepts(spend: Spend, function: str, *arguments: object) -> bool:
    tx = spend.transaction(spend.call(function, *arguments))
    return kernel_accepts(tx, spend.input_index, spend.spent_outputs)


@pytest.mark.parametrize("hash_type", HASH_TYPES)
@pytest.mark.parametrize("wrap", Wrap)
def test_both_ways_open_it_and_a_forged_signature_does_not(wrap: Wrap, hash_type: str) -> None:
    spend = Spend(streaming(), wrap=wrap, scripts_only=wrap is Wrap.BARE)
    bob, forged = spend.sign(BOB, hash_type), spend.sign(ALICE, hash_type)
    assert not spend.verify("unlock", CHUNK, forged)
    assert not core_accepts(spend, "unlock", CHUNK, forged)
    for first in (CHUNK, spend.sign(ALICE, hash_type)):
        verdict = spend.verify("unlock", first, bob)
        assert verdict, verdict.explain()
        assert core_accepts(spend, "unlock", first, bob)


@pytest.mark.parametrize("wrap", Wrap)
def test_a_failure_names_the_line_in_every_form(wrap: Wrap) -> None:
    spend = Spend(streaming(), wrap=wrap)
    verdict = spend.verify("unlock", b"", spend.sign(BOB))
    assert verdict.source_line == "require(checkSig(Sig(dataOrSig), this.alice));"


def test_the_default_is_what_nodes_relay() -> None:
    assert Spend(streaming()).wrap is Wrap.P2WSH
    assert Spend(streaming("bsv")).wrap is Wrap.BARE


# Addresses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", ["p2sh", "p2wsh", "p2sh-p2wsh", "p2tr"])
@pytest.mark.parametrize("network", ["main", "test", "regtest", "mainnet", "testnet", "signet"])
def test_the_address_pays_to_the_form(wrap: str, network: Network) -> None:
    contract = streaming()
    address = contract.address(wrap, network)
    assert script_for_address(address, network) == contract.wrapped(wrap).locking_script
    assert Spend(contract, wrap=wrap).wrapped.address(network) == address


def test_python_bitcoinlib_reads_the_addresses() -> None:
    contract = streaming()
    assert bytes(CBitcoinAddress(contract.address("p2sh")).to_scriptPubKey()) == contract.wrapped("p2sh").locking_script
    assert bytes(CBech32Data(contract.address())) == contract.p2wsh()[2:]


def test_addresses_that_there_are_not_are_refused() -> None:
    with pytest.raises(ArgumentError, match="wrap: expected a form with an address, such as p2wsh, got bare"):
        streaming().address("bare")
    with pytest.raises(AddressError, match="unknown network 'moon': there are main, test, regtest, mainnet, testnet"):
        streaming().address("p2wsh", "moon")  # type: ignore[arg-type]  # the subject of the test


# Taproot --------------------------------------------------------------------------------------------------------------


def test_control_block_and_output_key_are_those_of_the_tree() -> None:
    wrapped = streaming().wrapped("p2tr")
    script, control = wrapped.witness_end or ()
    output = TaprootOutput(script)
    assert wrapped.locking_script == output.locking_script == b"\x51\x20" + output.output_key
    assert control == output.control_block
    assert (control[0] & 0xFE, control[1:], len(control)) == (0xC0, UNSPENDABLE_KEY, 33)
    assert ALICE.x_only in script
    assert ALICE.public_key not in script


def test_the_owner_of_the_internal_key_spends_without_the_script() -> None:
    spend = Spend(streaming(), wrap="p2tr", internal_key=BOB.x_only)
    assert spend.verify("unlock", CHUNK, spend.sign(BOB))
    output = TaprootOutput(spend.wrapped.script, BOB.x_only)
    tx = spend.transaction()

    def by_key(secret: bytes) -> penstock.Transaction:
        signature = penstock.sign(
            tx, 0, b"", spend.value, secret, "DEFAULT", "btc", version="taproot", spent_outputs=spend.spent_outputs
        )
        return tx.with_witness(0, [signature])

    forged = by_key(BOB.secret)
    good = by_key(tweak_secret(BOB.secret, output.leaf_hash))
    assert not kernel_accepts(forged, 0, spend.spent_outputs)
    assert not all(penstock.check_transaction(forged, spend.spent_outputs, "btc"))
    assert kernel_accepts(good, 0, spend.spent_outputs)
    assert all(penstock.check_transaction(good, spend.spent_outputs, "btc"))


@pytest.mark.parametrize("key", [b"", b"\x00" * 32, ALICE.public_key, bytes(31)])
def test_an_internal_key_is_the_x_of_a_point(key: bytes) -> None:
    with pytest.raises(ArgumentError, match=r"internal_key: expected the x of a point, 32 bytes \(key.x_only\), got"):
        Spend(streaming(), wrap="p2tr", internal_key=key)


def test_an_internal_key_belongs_to_taproot() -> None:
    with pytest.raises(ArgumentError, match="internal_key: expected wrap='p2tr', got wrap='p2wsh'"):
        Spend(streaming(), internal_key=BOB.x_only)


MULTISIG = """contract C { PubKey a; PubKey b;
    public function f(Sig x, Sig y) { require(checkMultiSig([x, y], [this.a, this.b])); } }"""
ANY_KEY = """contract C { Ripemd160 owner;
    public function f(Sig sig, PubKey key) { require(hash160(key) == this.owner); require(checkSig(sig, key)); } }"""
BYTES_KEY = "contract C { bytes key; public function f(Sig sig) { require(checkSig(sig, PubKey(this.key))); } }"
CHOSEN = """contract C { PubKey a; PubKey b;
    public function f(Sig sig, bool first) { require(checkSig(sig, first ? this.a : this.b)); } }"""


@pytest.mark.parametrize(
    ("source", "arguments", "fault"),
    [
        (MULTISIG, (ALICE.public_key, BOB.public_key), "a tapscript has no OP_CHECKMULTISIG"),
        (ANY_KEY, (bytes(20),), "opcode 4 checks a signature for a key that is not 32 bytes of the contract's own"),
        (BYTES_KEY, (ALICE.public_key,), "checks a signature for a key that is not 32 bytes"),
    ],
)
def test_a_contract_that_would_be_open_or_lost_in_taproot_is_refused(
    source: str, arguments: tuple[bytes, ...], fault: str
) -> None:
    contract = of(source, *arguments)
    with pytest.raises(ArgumentError, match=f"wrap: expected a contract that is safe as a tapscript.*{fault}"):
        Spend(contract, wrap="p2tr")
    assert contract.wrapped("p2wsh")


def test_the_refused_contract_would_have_been_open_to_anyone() -> None:
    """A key of 33 bytes accepts any signature in a tapscript: Core's engine says so."""
    script = of(ANY_KEY, penstock.hash160(ALICE.public_key)).locking_script
    output = TaprootOutput(script)
    spent = [penstock.TxOut(1000, output.locking_script)]
    tx = Spend(streaming()).transaction()
    stolen = tx.with_witness(0, [b"no signature at all", ALICE.public_key, script, output.control_block])
    assert kernel_accepts(stolen, 0, spent)


def test_keys_that_a_contract_chooses_from_its_own_are_safe() -> None:
    spend = Spend(of(CHOSEN, ALICE.public_key, BOB.public_key), wrap="p2tr")
    for first, key, other in ((True, ALICE, BOB), (False, BOB, ALICE)):
        assert not spend.verify("f", spend.sign(other), first)
        assert spend.verify("f", spend.sign(key), first)
        assert core_accepts(spend, "f", spend.sign(key), first)


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        (f"{ALICE.x_only.hex()} OP_CHECKSIG", None),
        (f"{ALICE.x_only.hex()} OP_DUP OP_TOALTSTACK OP_CHECKSIGVERIFY OP_FROMALTSTACK OP_CHECKSIG", None),
        (f"{ALICE.x_only.hex()} OP_SWAP OP_IFDUP OP_NOTIF OP_CHECKSIG OP_ELSE OP_DROP OP_CHECKSIG OP_ENDIF", None),
        (f"{ALICE.x_only.hex()} OP_1 OP_1 OP_PICK OP_NIP OP_NIP OP_CHECKSIG", None),
        (f"{ALICE.x_only.hex()} OP_1 OP_2 OP_2 OP_ROLL OP_NIP OP_NIP OP_CHECKSIG", None),
        (f"OP_0 {ALICE.x_only.hex()} OP_CHECKSIGADD", None),
        ("OP_0 OP_IF OP_CHECKSIG OP_ELSE OP_1 OP_ENDIF", None),
        ("OP_0 OP_NOT OP_NOTIF OP_CHECKSIG OP_ENDIF OP_1", None),
        ("OP_0 OP_VERIFY OP_CHECKSIG", None),
        ("OP_RETURN OP_CHECKSIG", None),
        ("OP_SIZE OP_NIP OP_IF OP_1 OP_ELSE OP_0 OP_ENDIF", None),
        ("OP_1 OP_TOALTSTACK OP_CHECKSIG", "opcode 2 checks a signature"),
        (f"{ALICE.public_key.hex()} OP_CHECKSIG", "opcode 1 checks a signature"),
        (f"{ALICE.x_only.hex()} OP_SWAP OP_CHECKSIG", "opcode 2 checks a signature"),
        (f"{ALICE.x_only.hex()} OP_SWAP OP_IF OP_SWAP OP_ENDIF OP_CHECKSIG", "opcode 5 checks a signature"),
        (f"{ALICE.x_only.hex()} OP_HASH160 OP_CHECKSIG", "opcode 2 checks a signature"),
        ("OP_CHECKSIG", "opcode 0 checks a signature"),
        (f"{ALICE.x_only.hex()} OP_1 OP_PICK OP_CHECKSIG", "opcode 3 checks a signature"),
        ("OP_PICK OP_CHECKSIG", "not certain.*OP_PICK takes an item from a depth"),
        ("OP_1NEGATE OP_ROLL OP_CHECKSIG", "not certain.*OP_ROLL takes a negative depth"),
        ("OP_IF OP_CHECKSIG", "not certain.*its branches do not match"),
        ("OP_ENDIF OP_CHECKSIG", "not certain.*its branches do not match"),
        ("OP_1 OP_1 OP_CHECKMULTISIG", "no OP_CHECKMULTISIG"),
    ],
)
def test_each_path_to_a_signature_check_is_followed(script: str, fault: str | None) -> None:
    found = tapscript_fault(assemble(script), BTC)
    assert (found is None) if fault is None else (found is not None and re.search(fault, found))


def test_an_opcode_that_makes_tapscripts_succeed_is_found() -> None:
    assert tapscript_fault(b"\xbb", BTC) == "opcode 0xbb makes every tapscript succeed"
    assert tapscript_fault(b"\xff\xac", BTC) is None  # fails when it runs


def test_a_script_with_too_many_paths_is_not_certain() -> None:
    script = "OP_IF OP_1 OP_ELSE OP_2 OP_ENDIF OP_TOALTSTACK " * 20 + f"{ALICE.x_only.hex()} OP_CHECKSIG"
    assert "more than 50,000 paths" in (tapscript_fault(assemble(script), BTC) or "")


# Forms that a chain or a script does not have -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrap", "lack"), [("p2sh", "P2SH"), ("p2wsh", "witnesses"), ("p2sh-p2wsh", "witnesses"), ("p2tr", "taproot")]
)
def test_bsv_has_the_bare_form_only(wrap: str, lack: str) -> None:
    message = f'wrap: expected a contract compiled with target="btc", got one for bsv, without {lack}'
    with pytest.raises(ArgumentError, match=f"^{message}$"):
        Spend(streaming("bsv"), wrap=wrap)


def test_a_redeem_script_that_no_item_can_hold_is_refused() -> None:
    contract = of("contract C { bytes a; public function f(bytes x) { require(x == this.a); } }", bytes(520))
    with pytest.raises(ArgumentError, match=r"wrap: expected a script of at most 520 bytes for p2sh, got 52[34] bytes"):
        Spend(contract, wrap="p2sh")


KEPT = "contract C { bytes a; bytes b; public function f(bytes x) { require(x == this.a + this.b); } }"
HELD = "contract C { bytes a; public function f(int x) { require(x > 1 || len(this.a) < x); } }"


def held(size: int) -> Contract:
    return of(HELD, bytes(size))


@pytest.mark.parametrize("wrap", ["p2sh", "p2wsh", "p2sh-p2wsh", "p2tr"])
def test_a_script_whose_pushes_no_chain_runs_gets_no_output(wrap: str) -> None:
    """Its address would take coins that no block lets go: a push of more than 520 bytes fails wherever it stands."""
    if wrap != "p2sh":
        assert held(520).address(wrap)
        assert Spend(held(520), wrap=wrap).verify("f", 2)
        assert core_accepts(Spend(held(520), wrap=wrap), "f", 2)
    with pytest.raises(
        ArgumentError, match=r"wrap: expected a script (of at most 520 bytes|that pushes at most 520 byt)"
    ):
        held(521).address(wrap)


@pytest.mark.parametrize("wrap", ["p2wsh", "p2sh-p2wsh"])
def test_a_script_of_more_than_ten_thousand_bytes_gets_no_output(wrap: str) -> None:
    sums = " + ".join(f"this.p{number}" for number in range(20))
    fields = " ".join(f"bytes p{number};" for number in range(20))
    bound = "contract C { " + fields + " public function f(int x) { require(x > 1 || len(this.p0) < x); } }"
    del sums
    artifact = penstock.compile_source(bound, target="btc")
    full = artifact.instantiate(*[bytes(520)] * 19, b"")
    room = 10_000 - len(full.locking_script)
    fits = artifact.instantiate(*[bytes(520)] * 18, bytes(520 + room) if room < 0 else bytes(520), b"")
    assert len(fits.locking_script) <= 10_000
    assert Spend(fits, wrap=wrap, scripts_only=True).verify("f", 2)
    with pytest.raises(
        ArgumentError, match=rf"wrap: expected a script of at most 10000 bytes for {wrap}, got 10,\d{{3}}"
    ):
        artifact.instantiate(*[bytes(520)] * 20).address(wrap)
