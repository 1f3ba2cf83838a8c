"""What btc refuses at every spend is a compile error; what is just within its limits compiles and is spent."""

from dataclasses import replace

import pytest
from outside_judges import bitcoin_core_accepts

import penstock
from penstock import Artifact, CompileError, PrivateKey, Spend
from penstock.script.numbers import encode_number

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
    return replace(artifact, target="btc")


def accepted(spend: Spend, *arguments: int | bytes) -> bool:
    """Judge a call by our machine and by Bitcoin Core's, which must agree."""
    verdict = spend.verify("unlock", *arguments)
    raw = spend.transaction(spend.contract.call("unlock", *arguments)).serialize()
    assert bitcoin_core_accepts(raw, 0, spend.locking_script, spend.value) == bool(verdict), verdict.explain()
    return bool(verdict)


@pytest.mark.parametrize("wrap", WRAPS)
def test_twenty_keys_are_looked_through(wrap: str) -> None:
    artifact = penstock.compile_source(one_of(20), target="btc")
    spend = Spend(artifact.instantiate(*(key.public_key for key in KEYS[:20])), wrap=wrap)
    assert accepted(spend, spend.sign(KEYS[0]))
    assert accepted(spend, spend.sign(KEYS[19]))
    assert not accepted(spend, spend.sign(KEYS[20]))


@pytest.mark.parametrize("wrap", WRAPS)
def test_twenty_one_keys_are_refused_as_btc_would(wrap: str) -> None:
    assert codes(one_of(21), "btc") == ["too-many-keys"]
    artifact = penstock.compile_source(one_of(21))
    keys = [key.public_key for key in KEYS]
    spend = Spend(artifact.instantiate(*keys))
    assert spend.verify("unlock", spend.sign(KEYS[20]))
    spend = Spend(for_btc(artifact).instantiate(*keys), wrap=wrap)
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
    spend = Spend(artifact.instantiate(*[KEYS[0].public_key] * (20 * times)))
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
    spend = Spend(penstock.compile_source(text, target="btc").instantiate(*[KEYS[0].public_key] * 220))
    assert accepted(spend, spend.sign(KEYS[0]), False)
    assert not accepted(spend, spend.sign(KEYS[0]), True)


LARGEST = 2**31 - 1


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("condition", ["x <= {}", "x - {} != 5", "within(x, -100, {})", "-{} < x"])
def test_a_number_of_four_bytes_is_read_and_one_of_five_is_not(condition: str, wrap: str) -> None:
    text = "contract Bound {{ public function unlock(int x) {{ require({}); }} }}"
    fits = text.format(condition.format(LARGEST))
    spend = Spend(penstock.compile_source(fits, target="btc").instantiate(), wrap=wrap)
    assert accepted(spend, 4)
    assert not accepted(spend, LARGEST + 1), "an argument can be too long, too"
    too_long = text.format(condition.format(LARGEST + 1))
    assert set(codes(too_long, "btc")) == {"number-too-long"}
    assert Spend(penstock.compile_source(too_long).instantiate()).verify("unlock", 4)


def test_what_is_read_nowhere_may_be_of_any_length() -> None:
    text = f"""contract Equal {{
        public function unlock(bytes b) {{ require(b == pack({2**64})); }}
    }}"""
    spend = Spend(penstock.compile_source(text, target="btc").instantiate())
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
    spend = Spend(penstock.compile_source(text, target="btc").instantiate())
    assert spend.verify("unlock", value)
    assert not spend.verify("unlock", value + b"\x00")


def test_lock_times_may_be_longer() -> None:
    text = "contract Late {{ public function unlock() {{ require(checkLockTime({})); }} }}"
    spend = Spend(penstock.compile_source(text.format(2**32 - 1), target="btc").instantiate(), sequence=0)
    assert accepted(replace(spend, lock_time=2**32 - 1))
    assert not accepted(replace(spend, lock_time=2**32 - 2))
    assert codes(text.format(2**40), "btc") == ["lock-out-of-range"]


def test_a_comparison_with_a_number_that_is_too_long_is_not_mended() -> None:
    """`x < 2147483648` would be `x <= 2147483647`, which runs: but then the target would change what it means."""
    text = f"contract Near {{ public function unlock(int x) {{ bool unused = x < {LARGEST + 1}; require(x > 0); }} }}"
    assert codes(text, "btc") == ["number-too-long"]
