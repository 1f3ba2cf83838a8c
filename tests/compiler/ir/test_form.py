"""The intermediate form: it prints and reads back, its rules are checked, and no pass changes the accepted spends."""

from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from penstock.artifact.artifact import Kind
from penstock.script.numbers import encode_number
from penstockc.diagnostics import InternalError
from penstockc.ir.passes import PASSES, Pass
from penstockc.ir.passes.expand import expand
from penstockc.ir.text import script_text
from penstockc.ir.verify import verify
from penstockc.language.operations import Operation
from penstockc.targets import Target
from tests.support.compiling.ir_meaning import accepts
from tests.support.compiling.ir_parser import ReadingError, read_script
from tests.support.compiling.targets import TARGETS
from tests.support.generators.ir_scripts import Example, examples, random_item

BSV, BTC = TARGETS["bsv"], TARGETS["btc"]

BOTH = pytest.mark.parametrize("target", [BSV, BTC], ids=lambda target: target.name)
EVERY_PASS: list[Pass] = list(dict.fromkeys(each for group in PASSES for each in group))


@given(example=examples())
def test_a_script_reads_back_as_it_was_written(example: Example) -> None:
    verify(example.script)
    text = script_text(example.script)
    assert script_text(read_script(text)) == text


HAND_WRITTEN = """script v0: bytes, v1: int
  v2: int, v3: bytes = assembly v0 v1: OP_SWAP 00ff '' <A.f.x> OP_2
  separator
  assembly : OP_NOP
  v4: bytes = element v2 of v0, v3
  require v4
"""


def test_what_no_contract_computes_reads_back_too() -> None:
    script = read_script(HAND_WRITTEN)
    verify(script)
    assert script_text(script) == HAND_WRITTEN


@BOTH
@pytest.mark.parametrize("each", EVERY_PASS, ids=lambda each: each.__name__)
@settings(max_examples=50)
@given(example=examples())
def test_a_pass_with_nothing_to_do_returns_the_same_script(each: Pass, target: Target, example: Example) -> None:
    script = expand(example.script, target)
    for _ in range(20):
        before, script = script, each(script, target)
        if before is script:
            return
        note(script_text(script))
    assert each.__name__ == "place", "it makes each script anew, and runs once"


@BOTH
@pytest.mark.parametrize("each", EVERY_PASS, ids=lambda each: each.__name__)
@settings(max_examples=30)
@given(example=examples(), seed=st.integers(0, 2**32))
def test_a_pass_keeps_the_rules_and_the_meaning(each: Pass, target: Target, example: Example, seed: int) -> None:
    """With numbers as long as the chain reads, and longer ones, which abort there: on both sides, or on neither."""
    if each is expand and not target.has(Operation.SLICE):
        pytest.skip("contracts with operations that need expanding are refused there")
    random = Random(seed)
    expanded = expand(example.script, target)
    for before in (example.script, expanded):
        after = each(before, target)
        note(script_text(before))
        note(script_text(after))
        verify(after)
        for arguments in (example.arguments, *(other_arguments(random, example, target) for _ in range(3))):
            expected = accepts(before, arguments, example.holes, target.limits)
            assert accepts(after, arguments, example.holes, target.limits) == expected
            assert expected or target is BTC or arguments is not example.arguments


LONG = [sign * (1 << bits) + near for sign in (1, -1) for bits in (30, 31, 32, 40) for near in (-1, 0, 1)]


def other_arguments(random: Random, example: Example, target: Target) -> tuple[bytes, ...]:
    """The arguments of an example, some of them exchanged; among the numbers those around btc's limit."""
    others = []
    for item, kind in example.inputs:
        is_long = kind is Kind.INT and target is BTC and random.random() < 0.3
        others.append(
            encode_number(random.choice(LONG)) if is_long else random.choice((item, random_item(random, kind)))
        )
    return tuple(others)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("script v0: bytes\n  v1: bool = check_sig v0 v2\n", "line 2: v2 is not defined yet"),
        ("script v0: bytes\n  v1: bool = sign v0\n", "line 2: 'sign' is no statement"),
        ("script v0: coin\n", "line 1: 'v0: coin' defines no value"),
        ("function v0: bytes\n", "line 1: expected 'script'"),
        ("script v0: bool\n  require v0 v0\n", "line 2: expected one value, found 2"),
        ("script v0: bool\n    require v0\n", "line 2: indented deeper than anything before it"),
    ],
)
def test_what_is_no_script_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ReadingError) as caught:
        read_script(text)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("script v0: int\n  v0: int = constant 05\n", "a value is defined twice"),
        ("script v0: int\n  v1: int = length v0\n", "operands of other kinds"),
        ("script v0: int\n  v1: bytes = negate v0\n", "results of other kinds"),
        ("script v0: int\n  if v0\n    require v0\n", "a condition of another kind"),
        ("script v0: bytes\n  v1: bytes = element v0 of v0, v0\n", "an index of another kind"),
        ("script v0: int\n  v1: bytes = element v0 of v0, v0\n", "elements of other kinds than the results"),
        ("script v0: bool\n  exit v0\n  require v0\n", "statements after an exit"),
        ("script v0: bool\n  result v0\n  require v0\n", "statements after an exit"),
        ("script v0: bool\n  if v0\n    result v0\n", "a result in an arm"),
        (
            "script v0: bool\n  require v0\n  v1: int = first placeholder <a>\n",
            "a placeholder that comes first is after something else",
        ),
        (
            "script v0: bool\n  if v0\n    v1: int = first placeholder <a>\n",
            "a placeholder that comes first is after something else",
        ),
        ("script\n  v0: int = placeholder <a>\n  v1: int = placeholder <a>\n", "a placeholder is written twice"),
        ("script v0: bool\n  v1: int = if v0\n    yield v0\n  else\n    yield v0\n", "an arm yields other kinds"),
        (
            "script v0: bool\n  if v0\n    v1: int = constant 05\n  v2: int = negate v1\n",
            "a value is used where it is not defined",
        ),
    ],
)
def test_a_script_that_breaks_a_rule_is_caught(text: str, rule: str) -> None:
    with pytest.raises(InternalError, match=rule):
        verify(read_script(text))
