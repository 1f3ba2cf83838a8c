"""Whatever the intermediate form means, the instructions made from it do."""

from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from penstock.artifact.template import Template
from penstock.script.pushes import push
from penstockc.codegen import generate
from penstockc.codegen.instructions.emit import template_hex
from penstockc.ir import nodes
from penstockc.ir.passes import run_passes
from penstockc.ir.passes.expand import expand
from penstockc.ir.text import script_text
from penstockc.ir.verify import verify
from tests.support.compiling.ir_meaning import accepts
from tests.support.compiling.targets import TARGETS
from tests.support.generators.ir_scripts import Example, example, examples, random_item
from tests.support.spending.script_runs import run

BSV = TARGETS["bsv"]


def verdict(script: nodes.Script, arguments: tuple[bytes, ...], of: Example) -> bool:
    """Compile a script and run it by the rules of relay: one item must be left, and nothing else."""
    template = Template.parse(template_hex(generate(script, BSV, of.layout)))
    note(template.asm())
    if of.layout.placeholders_first:
        assert template.asm().split()[: len(of.holes)] == [f"<{name}>" for name in of.holes]
    locking = template.fill({name: push(data) for name, data in of.holes.items()})
    return bool(run(b"".join(map(push, arguments)), locking, "bsv"))


def prepared(script: nodes.Script, *, simplified: bool) -> nodes.Script:
    """Run all passes, or only the one without which nothing can be generated."""
    script = run_passes(script, BSV) if simplified else expand(script, BSV)
    note(script_text(script))
    verify(script)
    return script


@pytest.mark.parametrize("simplified", [False, True], ids=["as it is", "after all passes"])
@settings(max_examples=40)
@given(example=examples(longest=5))
def test_inputs_that_fit_are_accepted(simplified: bool, example: Example) -> None:
    script = prepared(example.script, simplified=simplified)
    assert accepts(example.script, example.arguments, example.holes)
    assert verdict(script, example.arguments, example)


@settings(max_examples=40)
@given(example=examples(longest=5), seed=st.integers(0, 2**32))
def test_other_inputs_have_the_same_verdict(example: Example, seed: int) -> None:
    random = Random(seed)
    arguments = tuple(random.choice((item, random_item(random, kind))) for item, kind in example.inputs)
    expected = accepts(example.script, arguments, example.holes)
    assert verdict(prepared(example.script, simplified=True), arguments, example) == expected


@pytest.mark.parametrize("seed", [112, 310])
def test_scripts_that_passes_once_stumbled_over(seed: int) -> None:
    """Knowledge of a condition within an arm, and after it."""
    drawn = example(Random(seed), 12, 3)
    script = run_passes(drawn.script, BSV)
    verify(script)
    locking = Template.parse(template_hex(generate(script))).fill(
        {name: push(data) for name, data in drawn.holes.items()}
    )
    assert run(b"".join(map(push, drawn.arguments)), locking, "bsv")
