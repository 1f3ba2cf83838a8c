"""What is large or deep on purpose: the compiler neither runs out of frames nor of memory over it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import penstock

DEEP = 240  # brackets within brackets; every stage follows them down


def test_deep_conditions_compile() -> None:
    condition = "x || (y && (" * (DEEP // 2) + "y" + "))" * (DEEP // 2)
    artifact = penstock.compile_source(
        f"contract Deep {{ public function f(bool x, bool y) {{ require({condition}); }} }}"
    )
    spend = penstock.Spend(artifact.instantiate())
    for x, y in ((True, False), (False, True), (True, True)):
        assert spend.verify("f", x, y)
    assert not spend.verify("f", False, False)


HUGE = 100_000_000_000


@pytest.mark.parametrize(
    "condition",
    [
        f"1 << {HUGE} == x",
        f"x << {HUGE} == 1",
        f"x >> {HUGE} == 1",
        f"num2bin(1, {HUGE}) == b",
        f"num2bin(x, {HUGE}) == b",
        f"(b'01' << {HUGE}) == b",
        "x * " * 100 + f"{2**64} == 1",
    ],
)
def test_what_is_too_large_to_compute_is_left_to_the_script(condition: str) -> None:
    source = f"contract Large {{ public function f(int x, bytes b) {{ require({condition}); }} }}"
    assert len(penstock.compile_source(source).hex) < 1000


@given(st.integers(-(2**80), 2**80), st.sampled_from([0, 1, 8, 511, 512, 513, 600, 4096]), st.integers(-1, 1))
def test_wide_shifts_are_what_they_are(number: int, count: int, off: int) -> None:
    """However the power of two is made: written out, or computed in the script."""
    source = f"""
contract Shift {{
    public function left(int x, int wanted) {{ require(x << {count} == wanted); }}
    public function right(int x, int wanted) {{ require(x >> {count} == wanted); }}
}}
"""
    spend = penstock.Spend(penstock.compile_source(source).instantiate())
    assert bool(spend.verify("left", number, (number << count) + off)) == (off == 0)
    shifted = abs(number) >> count
    assert bool(spend.verify("right", number, (shifted if number >= 0 else -shifted) + off)) == (off == 0)
