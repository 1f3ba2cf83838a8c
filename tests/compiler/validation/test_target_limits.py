"""Code that btc refuses in every spend is a compile error; code just within its limits compiles and is spent."""

from dataclasses import replace
from typing import Literal

import pytest

import penstock
from penstock import Artifact, CompileError, PrivateKey, Spend
from penstock.script.chains import BTC
from penstock.script.numbers import encode_number
from penstock.script.pushes import push_data
from penstockc.pipeline import check_source
from tests.support.engines.outside_judges import bitcoin_core_accepts

KEYS = [PrivateKey.from_bytes(bytes([number]) * 32) for number in range(1, 22)]
WRAPS = ["bare", "p2wsh"]


def one_of(count: int) -> str:
    """A contract that any one of so many keys can spend."""
    names = [f"k{number}" for number in range(count)]
    return f"""contract OneOf {{
        {" ".join(f"PubKey {name};" for name in names)}
        public function unlock(Sig sig) {{
            require(checkMultiSig([sig], [{", ".join(f"this.{name}" for name in names)}]));
        }}
    }}"""


def codes(text: str, target: str) -> list[str]:
    with pytest.raises(CompileError) as caught:
        penstock.compile_source(text, target=target)
    return [each.code for each in caught.value.diagnostics]


def for_btc(artifact: Artifact) -> Artifact:
    """The script that the compiler makes for bsv, which has no such limits, on btc."""
    return replace(artifact, chain=BTC)


def accepted(spend: Spend, *arguments: int | bytes) -> bool:
    """Judge a call by our machine and by Bitcoin Core's, which must agree."""
    verdict = spend.verify("unlock", *arguments)
    raw = spend.transaction(spend.contract.call("unlock", *arguments)).serialize()
    assert bitcoin_core_accepts(raw, 0, spend.locking_script, spend.value) == bool(verdict), verdict.explain()
    return bool(verdict)


@pytest.mark.parametrize("wrap", WRAPS)
def test_twenty_keys_are_looked_through(wrap: str) -> None:
    artifact = penstock.compile_source(one_of(20), target="btc")
    spend = Spend(artifact.instantiate(*(key.public_key for key in KEYS[:20])), wrap=wrap, scripts_only=True)
    assert accepted(spend, spend.sign(KEYS[0]))
    assert accepted(spend, spend.sign(KEYS[19]))
    assert not accepted(spend, spend.sign(KEYS[20]))


@pytest.mark.parametrize("wrap", WRAPS)
def test_twenty_one_keys_are_refused_as_btc_would(wrap: str) -> None:
    assert codes(one_of(21), "btc") == ["too-many-keys"]
    artifact = penstock.compile_source(one_of(21))
    keys = [key.public_key for key in KEYS]
    spend = Spend(artifact.instantiate(*keys), scripts_only=True)
    assert spend.verify("unlock", spend.sign(KEYS[20]))
    spend = Spend(for_btc(artifact).instantiate(*keys), wrap=wrap, scripts_only=True)
    assert not accepted(spend, spend.sign(KEYS[20]))


def check_of_twenty(signature: str, start: int) -> str:
    """A check of one signature against twenty properties."""
    return f"require(checkMultiSig([{signature}], [{', '.join(f'this.k{start + place}' for place in range(20))}]));"


@pytest.mark.parametrize(("times", "fits"), [(9, True), (10, False)])
def test_keys_count_as_opcodes(times: int, *, fits: bool) -> None:
    """Of 201 that are allowed, ten checks of twenty keys leave one, and take ten."""
    text = f"""contract Twenty {{
        {" ".join(f"PubKey k{place};" for place in range(20 * times))}
        public function unlock({", ".join(f"Sig s{number}" for number in range(times))}) {{
            {" ".join(check_of_twenty(f"s{number}", 20 * number) for number in range(times))}
        }}
    }}"""
    if not fits:
        assert codes(text, "btc") == ["too-many-opcodes"]
    artifact = for_btc(penstock.compile_source(text))
    spend = Spend(artifact.instantiate(*[KEYS[0].public_key] * (20 * times)), scripts_only=True)
    assert accepted(spend, *[spend.sign(KEYS[0])] * times) == fits


def test_keys_that_a_path_goes_round_do_not_count() -> None:
    text = f"""contract Round {{
        {" ".join(f"PubKey k{place};" for place in range(220))}
        public function unlock(Sig sig, bool all) {{
            if (all) {{ {" ".join(check_of_twenty("sig", 20 * number) for number in range(10))} }}
            else {{ {check_of_twenty("sig", 200)} }}
            require(true);
        }}
    }}"""
    spend = Spend(
        penstock.compile_source(text, target="btc").instantiate(*[KEYS[0].public_key] * 220), scripts_only=True
    )
    assert accepted(spend, spend.sign(KEYS[0]), False)
    assert not accepted(spend, spend.sign(KEYS[0]), True)


LARGEST = 2**31 - 1


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("condition", ["x <= {}", "x - {} != 5", "within(x, -100, {})", "-{} < x"])
def test_a_number_of_four_bytes_is_read_and_one_of_five_is_not(condition: str, wrap: str) -> None:
    text = "contract Bound {{ public function unlock(int x) {{ require({}); }} }}"
    fits = text.format(condition.format(LARGEST))
    spend = Spend(penstock.compile_source(fits, target="btc").instantiate(), wrap=wrap, scripts_only=True)
    assert accepted(spend, 4)
    assert not accepted(spend, LARGEST + 1), "an argument can be too long, too"
    too_long = text.format(condition.format(LARGEST + 1))
    assert set(codes(too_long, "btc")) == {"number-too-long"}
    assert Spend(penstock.compile_source(too_long).instantiate()).verify("unlock", 4)


def test_what_is_read_nowhere_may_be_of_any_length() -> None:
    text = f"""contract Equal {{
        public function unlock(bytes b) {{ require(b == pack({2**64})); }}
    }}"""
    spend = Spend(penstock.compile_source(text, target="btc").instantiate(), scripts_only=True)
    assert accepted(spend, encode_number(2**64))
    assert not accepted(spend, encode_number(2**64 - 1))


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        ("pack(1 << 48)", (1 << 48).to_bytes(7, "little")),
        ("pack(1 << 64)", (1 << 64).to_bytes(9, "little")),
        ("num2bin(5, 300)", b"\x05" + bytes(299)),
        ("(b'0102' + b'03')[1 :]", b"\x02\x03"),
        ("reverseBytes(num2bin(7, 32), 32)", bytes(31) + b"\x07"),
    ],
)
def test_what_btc_cannot_compute_is_computed_for_it(constant: str, value: bytes) -> None:
    text = f"contract Known {{ public function unlock(bytes b) {{ require(b == {constant}); }} }}"
    spend = Spend(penstock.compile_source(text, target="btc").instantiate(), scripts_only=True)
    assert spend.verify("unlock", value)
    assert not spend.verify("unlock", value + b"\x00")


def test_lock_times_may_be_longer() -> None:
    text = "contract Late {{ public function unlock() {{ require(checkLockTime({})); }} }}"
    spend = Spend(
        penstock.compile_source(text.format(2**32 - 1), target="btc").instantiate(), sequence=0, scripts_only=True
    )
    assert accepted(replace(spend, lock_time=2**32 - 1))
    assert not accepted(replace(spend, lock_time=2**32 - 2))
    assert codes(text.format(2**40), "btc") == ["lock-out-of-range"]


def test_a_comparison_with_a_number_that_is_too_long_is_not_mended() -> None:
    """`x < 2147483648` would be `x <= 2147483647`, which runs: but then the target would change its meaning."""
    text = f"contract Near {{ public function unlock(int x) {{ bool unused = x < {LARGEST + 1}; require(x > 0); }} }}"
    assert codes(text, "btc") == ["number-too-long"]


# The last that fits, and the first that does not


def of_opcodes(count: int) -> str:
    """A contract whose script has so many opcodes that count; the push of the sum does not."""
    added = encode_number(count - 1).hex()
    words = "OP_1ADD " * (count - 1) + f"{added} OP_NUMEQUAL"
    return f"contract Opcodes {{ public function unlock(int x) {{ asm {{ {words} }} }} }}"


@pytest.mark.parametrize(("count", "fits"), [(199, True), (200, True), (201, True), (202, False), (203, False)])
def test_two_hundred_and_one_opcodes_fit(count: int, *, fits: bool) -> None:
    text = of_opcodes(count)
    if not fits:
        assert codes(text, "btc") == ["too-many-opcodes"]
    artifact = penstock.compile_source(text, target="btc") if fits else for_btc(penstock.compile_source(text))
    assert sum(word.startswith("OP_") and not word[3:].isdigit() for word in artifact.asm.split()) == count
    spend = Spend(artifact.instantiate(), scripts_only=True)
    assert accepted(spend, 0) == fits
    assert not accepted(spend, 1)


@pytest.mark.parametrize(("size", "fits"), [(519, True), (520, True), (521, False)])
def test_a_constant_has_at_most_520_bytes(size: int, *, fits: bool) -> None:
    value = bytes(range(200)) * 2 + bytes(range(size - 400))
    text = f"contract Constant {{ public function unlock(bytes x) {{ require(x == b'{value.hex()}'); }} }}"
    if not fits:
        assert codes(text, "btc") == ["element-too-long"]
    artifact = penstock.compile_source(text, target="btc") if fits else for_btc(penstock.compile_source(text))
    spend = Spend(artifact.instantiate(), wrap="bare", scripts_only=True)
    assert accepted(spend, value) == fits
    assert not accepted(spend, value[:-1])


def of_size(size: int) -> str:
    """A contract whose script has this size: 19 constants of 500 bytes, and one of the rest."""
    left = size - 19 * len(push_data(bytes(500)) + b"\x75") - len(b"\x4d\xff\xff" + b"\x75\x55\x9c")
    constants = [bytes([number]) * 500 for number in range(1, 20)] + [bytes([20]) * left]
    words = " ".join(f"{data.hex()} OP_DROP" for data in constants)
    return f"contract Large {{ public function unlock(int x) {{ asm {{ {words} OP_5 OP_NUMEQUAL }} }} }}"


@pytest.mark.parametrize(("size", "fits"), [(9_999, True), (10_000, True), (10_001, False)])
def test_a_script_has_at_most_ten_thousand_bytes(size: int, *, fits: bool) -> None:
    text = of_size(size)
    if not fits:
        assert codes(text, "btc") == ["script-too-long"]
    artifact = penstock.compile_source(text, target="btc") if fits else for_btc(penstock.compile_source(text))
    spend = Spend(artifact.instantiate(), wrap="bare", scripts_only=True)
    assert len(spend.locking_script) == size
    assert accepted(spend, 5) == fits
    assert not accepted(spend, 6)


@pytest.mark.parametrize(
    "condition",
    [
        "x == x",
        "x - x == 0",
        "x <= x",
        "!(x < x)",
        "min(x, x) == max(x, x)",
        "x + 0 == y || true",
        "pack(x + 0) == b",
        "pack(x - 0) == b",
        "pack(- -x) == b",
        "0 - (0 - x) == x",
        "x + 1 - 1 == x",
        "!!(x != 0) || x == 0",
        "within(x, x, x + 1)",
    ],
)
def test_a_number_that_is_too_long_aborts_though_the_result_is_known_without_it(condition: str) -> None:
    """What the algebra makes of it reads the number too: 2^31 has five bytes, and btc reads four."""
    text = f"contract Long {{ public function unlock(int x, int y, bytes b) {{ require({condition}); }} }}"
    spend = Spend(penstock.compile_source(text, target="btc").instantiate(), scripts_only=True)
    for number in (0, 1, -1, 300, -300, LARGEST - 1, -LARGEST):
        assert accepted(spend, number, 7, encode_number(number)), number
    for number in (LARGEST + 1, -LARGEST - 1, 2**40, -(2**40), 2**100):
        assert not accepted(spend, number, 7, encode_number(number)), number


@pytest.mark.parametrize("opcode", ["OP_CHECKLOCKTIMEVERIFY", "OP_CHECKSEQUENCEVERIFY"])
@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_lock_times_in_assembly_are_those_of_the_chain(opcode: str, target: Literal["bsv", "btc"]) -> None:
    """On bsv they have no effect, and hand-written code may have them; on btc they check the number on the stack."""
    text = f"""contract Lock {{
        static function wait(int x) : int {{ asm {{ {opcode} }} }}
        public function unlock(int x) {{ require(wait(x) == x); }}
    }}"""
    spend = Spend(
        penstock.compile_source(text, target=target).instantiate(),
        sequence=10,
        lock_time=10,
        version=2,
        scripts_only=True,
    )
    assert spend.verify("unlock", 10, rules=f"{target}-consensus")
    assert bool(spend.verify("unlock", 11, rules=f"{target}-consensus")) == (target == "bsv")


@pytest.mark.parametrize(
    ("opcode", "target", "expected"),
    [
        ("OP_LSHIFTNUM", "btc", ["missing-opcode"]),  # NOP7 there
        ("OP_CHECKSIGADD", "btc", ["missing-opcode"]),  # only tapscript has it
        ("OP_CHECKSIGADD", "bsv", ["missing-opcode"]),
        ("OP_LSHIFTNUM", "bsv", []),
        ("OP_NOP9", "btc", []),
    ],
)
def test_assembly_has_the_opcodes_of_the_chain(opcode: str, target: str, expected: list[str]) -> None:
    text = f"contract Hand {{ public function unlock(int x) {{ asm {{ OP_1 {opcode} OP_1 OP_NUMEQUAL }} }} }}"
    errors = [one.code for one in check_source(text, target=target).diagnostics if one.severity == "error"]
    assert errors == expected
