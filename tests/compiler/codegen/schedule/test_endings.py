"""How scripts end and choose: real scripts of the intermediate form, run with every kind of item that matters."""

import pytest

from penstock.artifact.template import Template
from penstock.script.pushes import push, push_number
from penstock.vm.rules import RuleSet
from penstockc.codegen import generate
from penstockc.codegen.instructions.emit import template_hex
from tests.support.compiling.ir_parser import read_script
from tests.support.spending.script_runs import run

FUNCTIONS = """
    function f{index} v{first}: int
      v{second}: int = constant {wanted}
      v{third}: bool = num_equal v{first} v{second}
      require v{third}"""


def locking(text: str) -> bytes:
    return Template.parse(template_hex(generate(read_script(text)))).fill({})


def dispatching(count: int) -> bytes:
    """The script of `count` functions, of which function i wants the number 20 + i."""
    functions = [
        FUNCTIONS.format(
            index=index, first=3 * index + 1, second=3 * index + 2, third=3 * index + 3, wanted=f"{20 + index:02x}"
        )
        for index in range(count)
    ]
    return locking(f"script v0: int\n  dispatch v0{''.join(functions)}\n")


@pytest.mark.parametrize("count", [2, 3, 4, 7])
@pytest.mark.parametrize("chain", ["bsv", "btc"])
def test_a_selector_chooses_one_function_and_unknown_ones_fail(count: int, chain: str) -> None:
    rules = RuleSet.named(chain).scripts_only
    script = dispatching(count)
    for selector in (-1, *range(count + 3), 16, 255):
        for argument in range(19, 21 + count):
            verdict = run(push_number(argument) + push_number(selector), script, rules)
            assert bool(verdict) == (0 <= selector < count and argument == 20 + selector)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_functions_stand_in_the_order_in_which_they_were_declared(count: int) -> None:
    wanted = [bytes([20 + index]).hex() for index in range(count)]
    words = Template.parse(dispatching(count).hex()).asm().split()
    assert [word for word in words if word in wanted] == wanted


@pytest.mark.parametrize("count", range(9))
@pytest.mark.parametrize("text", ["  require v{last}\n", "  exit v{last}\n"])
def test_one_item_is_left_whatever_lies_below(count: int, text: str) -> None:
    arguments = ", ".join(f"v{index}: bytes" for index in range(count))
    head = f"script {arguments}{', ' if count else ''}v{count}: bool\n"
    script = locking(head + text.format(last=count))
    below = push(b"below") * count
    assert run(below + b"\x51", script, "bsv")
    assert not run(below + b"\x00", script, "bsv")


def test_an_exit_in_an_arm_leaves_what_is_behind_it_undone() -> None:
    script = locking(
        "script v0: bytes, v1: bytes, v2: bool\n  if v2\n    v3: bool = constant 01\n    exit v3\n"
        "  v4: bool = bytes_equal v0 v1\n  require v4\n"
    )
    for left, right, leave in ((b"a", b"b", True), (b"a", b"a", False), (b"a", b"b", False)):
        verdict = run(push(left) + push(right) + push(b"\x01" if leave else b""), script, "bsv")
        assert bool(verdict) == (leave or left == right)
