"""Hand-written code stays in place and unchanged, and so do code separators."""

import pytest

from penstock.artifact.artifact import Kind
from penstock.artifact.template import Template
from penstock.script.opcodes import Op
from penstock.script.pushes import push_number
from penstockc.codegen import generate
from penstockc.codegen.instructions.emit import template_hex
from penstockc.codegen.instructions.instruction import Code
from penstockc.ir import nodes
from penstockc.language.operations import Operation
from penstockc.source import Span
from tests.support.spending.script_runs import run

Words = tuple[Op | bytes | str, ...]


def value(number: int, kind: Kind = Kind.INT) -> nodes.Value:
    return nodes.Value(number, kind)


def span(number: int) -> Span:
    return Span(number, number + 1)


def assembly(words: Words, operands: tuple[nodes.Value, ...], results: tuple[nodes.Value, ...]) -> nodes.Assembly:
    return nodes.Assembly(span(50), results, operands, tuple((span(51 + at), word) for at, word in enumerate(words)))


def code(arguments: int, *statements: nodes.Statement) -> Code:
    return generate(nodes.Script(span(0), tuple(map(value, range(arguments))), nodes.Region(statements)))


def asm(code: Code) -> str:
    return Template.parse(template_hex(code)).asm()


def accepts(code: Code, *items: int) -> bool:
    locking = Template.parse(template_hex(code)).fill({})
    return bool(run(b"".join(map(push_number, items)), locking, "bsv"))


def test_its_operands_lie_on_top_in_order() -> None:
    subtract = assembly((Op.OP_SUB,), (value(1), value(0)), (value(5),))
    holds = value(6, Kind.BOOL)
    equal = nodes.Apply(span(1), (holds,), Operation.NUM_EQUAL, (value(5), value(2)))
    written = code(3, subtract, equal, nodes.Require(span(2), holds))
    assert accepts(written, 3, 10, 7)
    assert not accepts(written, 10, 3, 7)


def test_words_and_spans_stay_as_they_are_where_rules_would_shorten_them() -> None:
    words: Words = (
        Op.OP_SWAP,
        Op.OP_SWAP,
        b"\x01",
        Op.OP_ADD,
        Op.OP_DROP,
        Op.OP_DROP,
        Op.OP_1,
        Op.OP_VERIFY,
        b"\x02",
        "x",
    )
    written = code(2, assembly(words, (value(0), value(1)), (value(5),)), nodes.Require(span(2), value(5)))
    of_ours = [instr for instr in written if instr.as_written]
    assert [instr.span for instr in of_ours] == [span(51 + at) for at in range(len(words))]
    assert "OP_SWAP OP_SWAP OP_1 OP_ADD OP_DROP OP_DROP OP_1 OP_VERIFY OP_2 <x>" in asm(written)


def test_a_whole_function_of_it_leaves_its_result_alone() -> None:
    """With an unused placeholder dropped."""
    assert asm(code(1, assembly((Op.OP_NOT,), (value(0),), (value(5),)), nodes.Require(span(2), value(5)))) == "OP_NOT"


@pytest.mark.parametrize(
    "words", [(), (Op.OP_DUP,), (Op.OP_2DROP,), (Op.OP_IF,), (Op.OP_ELSE,), (Op.OP_ENDIF, Op.OP_RETURN)]
)
def test_wrong_net_effects_make_spends_fail_and_nothing_else(words: Words) -> None:
    wrong = assembly(words, (value(0),), (value(5), value(6)))
    assert not accepts(code(2, wrong, nodes.Require(span(2), value(5)), nodes.Require(span(3), value(1))), 1, 0)
    in_arm = nodes.If(
        span(1), value(1, Kind.BOOL), nodes.Region((wrong, nodes.Require(span(4), value(5)))), nodes.Region()
    )
    assert not accepts(code(2, in_arm, nodes.Require(span(3), value(0))), 0, 0)


def test_it_keeps_its_order_across_the_second_stack() -> None:
    """The one takes items that the other leaves, without a value for them."""
    aside = assembly((Op.OP_TOALTSTACK,), (value(0),), ())
    back = assembly((Op.OP_FROMALTSTACK,), (), (value(5),))
    again = [assembly((Op.OP_TOALTSTACK,), (value(1),), ()), assembly((Op.OP_FROMALTSTACK,), (), (value(6),))]
    holds = [value(7, Kind.BOOL), value(8, Kind.BOOL)]
    ten, three = nodes.Constant(span(9), value(20), b"\x0a"), nodes.Constant(span(9), value(21), b"\x03")
    first = nodes.Apply(span(3), (holds[0],), Operation.NUM_EQUAL, (value(5), value(20)))
    second = nodes.Apply(span(4), (holds[1],), Operation.NUM_EQUAL, (value(6), value(21)))
    ends = (nodes.Require(span(6), holds[1]), nodes.Require(span(5), holds[0]))
    assert accepts(code(2, ten, three, aside, back, *again, first, second, *ends), 10, 3)
    assert not accepts(code(2, ten, three, aside, back, *again, first, second, *ends), 3, 10)


def check(number: int) -> tuple[nodes.Statement, ...]:
    """A check of a signature (argument 0) that is asked for only at the end."""
    holds = value(number, Kind.BOOL)
    return (nodes.Apply(span(number), (holds,), Operation.CHECK_SIG, (value(0, Kind.BYTES), value(1, Kind.BYTES))),)


def test_no_check_of_a_signature_crosses_a_separator() -> None:
    checks = [*check(10), nodes.Separator(span(1)), *check(11), *check(12), nodes.Separator(span(2)), *check(13)]
    ends = [nodes.Require(span(20 + number), value(number, Kind.BOOL)) for number in (13, 11, 12, 10)]
    words = [instr.word for instr in code(2, *checks, *ends)]
    kinds = [
        "S" if word is Op.OP_CODESEPARATOR else "C"
        for word in words
        if word in {Op.OP_CODESEPARATOR, Op.OP_CHECKSIG, Op.OP_CHECKSIGVERIFY}
    ]
    assert "".join(kinds) == "CSCCSC"


def test_separators_stay_in_their_arms() -> None:
    then, otherwise = (nodes.Region((*check(10 + arm), nodes.Separator(span(5)))) for arm in range(2))
    branch = nodes.If(span(1), value(2, Kind.BOOL), then, otherwise)
    words = [instr.word for instr in code(3, branch, *check(15), nodes.Require(span(3), value(15, Kind.BOOL)))]
    first, second = (at for at, word in enumerate(words) if word is Op.OP_CODESEPARATOR)
    assert Op.OP_ELSE in words[first:second]
    assert Op.OP_ENDIF in words[second:]
    assert Op.OP_CHECKSIG in words[second:]


def test_what_is_computed_before_a_separator_stays_before_it_and_the_rest_behind() -> None:
    """The value of the first is needed last, and that of the last first."""
    numbers, holds = [value(10 + at) for at in range(3)], [value(20 + at, Kind.BOOL) for at in range(3)]
    rows: list[nodes.Statement] = [
        nodes.Apply(span(1), (numbers[0],), Operation.NEGATE, (value(0),)),
        nodes.Separator(span(2)),
        nodes.Apply(span(3), (numbers[1],), Operation.ABS, (value(1),)),
        nodes.Separator(span(4)),
        nodes.Apply(span(5), (numbers[2],), Operation.INCREMENT, (value(2),)),
    ]
    for at in (2, 1, 0):
        rows += (
            nodes.Apply(span(6), (holds[at],), Operation.INT_TO_BOOL, (numbers[at],)),
            nodes.Require(span(7), holds[at]),
        )
    words = [instr.word for instr in code(3, *rows)]
    order = (Op.OP_NEGATE, Op.OP_CODESEPARATOR, Op.OP_ABS, Op.OP_CODESEPARATOR, Op.OP_1ADD)
    assert [word for word in words if word in order] == list(order)
