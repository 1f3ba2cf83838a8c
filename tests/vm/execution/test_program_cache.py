"""A program that is made from another of the same form is the one that decoding would have given."""

import tracemalloc

import pytest
from hypothesis import given, settings

from penstock.script.assembler import assemble
from penstock.script.opcodes import Op
from penstock.script.parse import ScriptParseError, instructions
from penstock.tx.digests import Digests
from penstock.tx.transaction import Transaction
from penstock.vm.execution.decode import decode
from penstock.vm.execution.program import ScriptProgram
from penstock.vm.execution.program_cache import Programs, ScriptForm
from penstock.vm.items import Item
from penstock.vm.judging.checker import Checker
from penstock.vm.opcodes.dialect import Dialect, Meaning, dialect
from penstock.vm.reasons import ScriptError
from penstock.vm.rules import RuleSet
from penstock.vm.run import Run
from tests.support.generators.random_scripts import BTC, CHRONICLE, Chooser, Seeded, Writer, drawn

NOBODY = Checker(Digests(Transaction(1, (), ())), 0, 0, RuleSet.named("bsv"), 0)
DIALECTS = (dialect(RuleSet.named("bsv")), dialect(RuleSet.from_flags("P2SH", chain="btc")))


def meaning(item: Meaning, code: int, script: bytes) -> object:
    """Return the push of an item for a script, or the reason for its refusal; other handlers become one mark."""
    if isinstance(item, int | bytes | memoryview):
        return item if isinstance(item, int) else bytes(item)
    if not 0 < code <= Op.OP_PUSHDATA4:
        return "handler"
    stack: list[Item] = []
    try:
        item(stack, Run(script, NOBODY))
    except ScriptError as error:
        return error.reason
    return stack[0]


def shape(program: ScriptProgram, script: bytes) -> list[tuple[object, ...]]:
    """Return everything about a program, run for this script, that is not the same object each time."""
    return [
        (
            segment.start,
            [meaning(item, code, script) for item, code in zip(segment.items, segment.codes, strict=True)],
            bytes(segment.codes),
            segment.branch,
            segment.then,
            segment.otherwise,
            segment.need,
            segment.peak,
        )
        for segment in program.segments
    ]


def with_other_data(script: bytes) -> bytes:
    """Turn every byte of the longer pushes over, as far as the script parses."""
    other = bytearray(script)
    try:
        for instruction in instructions(script):
            if instruction.data is not None and len(instruction.data) >= 20:
                end = instruction.offset + instruction.size
                for place in range(end - len(instruction.data), end):
                    other[place] ^= 0xFF
    except ScriptParseError:
        pass
    return bytes(other)


def script_of(choose: Chooser) -> bytes:
    writer = Writer(choose, choose.pick((BTC, CHRONICLE)))
    writer.write(choose.integer(0, 20))
    return writer.script()


def same(recalled: ScriptProgram, script: bytes, words: Dialect) -> None:
    decoded = decode(script, words)
    assert shape(recalled, script) == shape(decoded, script)
    for attribute in ("opcodes", "largest", "past_end", "counted_out"):
        assert getattr(recalled, attribute) == getattr(decoded, attribute)


def check(script: bytes) -> int:
    """Compare under all dialects; return under how many the scripts have one form (not if a long push is refused)."""
    other = with_other_data(script)
    alike = 0
    for words in DIALECTS:
        form = ScriptForm(script, words)
        assert form.fits(script)
        same(form.program, script, words)
        if form.fits(other):
            alike += 1
            same(form.program, other, words)
    return alike


@settings(max_examples=200)
@given(drawn(script_of))
def test_scripts_that_hypothesis_makes(script: bytes) -> None:
    check(script)


def test_scripts_from_seeds() -> None:
    assert sum(check(script_of(Seeded(seed))) for seed in range(1000)) > 1000


def test_another_form_of_the_same_length_is_told_apart() -> None:
    form = ScriptForm(assemble("aa" * 20 + " OP_DUP OP_1 OP_ADD"), DIALECTS[0])
    assert form.fits(assemble("bb" * 20 + " OP_DUP OP_1 OP_ADD"))
    assert not form.fits(assemble("bb" * 20 + " OP_DUP OP_2 OP_ADD"))
    assert not form.fits(assemble("bb" * 21 + " OP_1 OP_ADD"))


def test_numbers_are_no_holes() -> None:
    assert not ScriptForm(assemble("aabb OP_DROP"), DIALECTS[0]).fits(assemble("aacc OP_DROP"))


def test_what_is_recalled_is_what_decoding_gives() -> None:
    scripts = [assemble(f"{number:040x} OP_DROP OP_3 OP_4 OP_ADD {number:02x} OP_DROP") for number in range(17, 120)]
    long = [script + bytes((Op.OP_NOP,)) * 2000 for script in scripts[:10]]
    programs = Programs()
    for _ in range(3):
        for script in (*scripts, *long):
            same(programs.recall(script, DIALECTS[0]), script, DIALECTS[0])


def of_form(last: str, count: int = 4) -> list[bytes]:
    return [assemble(f"OP_SHA256 {number:064x} OP_EQUAL OP_NIP {last}") for number in range(count)]


def test_scripts_of_one_form_share_a_program() -> None:
    recalled = Programs()
    programs = [recalled.recall(script, DIALECTS[1]) for script in of_form("OP_NOP9")]
    assert programs[1] is programs[2] is programs[3]


def test_what_comes_again_is_kept_whatever_came_before() -> None:
    recalled = Programs()
    for last in range(1, 17):
        for script in of_form(f"OP_{last}"):
            recalled.recall(script, DIALECTS[1])
    programs = [recalled.recall(script, DIALECTS[1]) for script in of_form("OP_NOP9")]
    assert programs[1] is programs[2] is programs[3]


def test_what_comes_once_drives_nothing_out() -> None:
    recalled = Programs()
    kept = [recalled.recall(script, DIALECTS[1]) for script in of_form("OP_NOP9", 2)][1]
    for last in range(1, 17):
        recalled.recall(of_form(f"OP_{last}", 1)[0], DIALECTS[1])
    assert recalled.recall(of_form("OP_NOP9", 1)[0], DIALECTS[1]) is kept


@pytest.mark.long
def test_what_is_recalled_takes_little_memory() -> None:
    """Scripts of nothing but branches take several hundred times their size when decoded."""
    recall = Programs().recall
    tracemalloc.start()
    for number in range(12):
        recall(assemble(f"OP_1 OP_IF OP_ELSE OP_ENDIF {number:04x} ") * 3000, DIALECTS[0])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 40_000_000


def test_a_pair_that_comes_again_in_a_script_is_the_same() -> None:
    program = decode(assemble("OP_1 OP_ADD OP_1 OP_SUB 01 OP_NEGATE OP_1 OP_ADD OP_2 OP_ADD"), DIALECTS[1])
    program.pair()
    quick = program.segments[0].quick
    plus_one, minus_one, pushed, negate, plus_one_again, plus_two = quick
    assert plus_one is plus_one_again
    assert len({plus_one, minus_one, negate, plus_two}) == 4
    assert [program.segments[0].offset(quick, done) for done in range(6)] == [1, 3, 4, 5, 7, 9]
    assert program.segments[0].items[4] is pushed
