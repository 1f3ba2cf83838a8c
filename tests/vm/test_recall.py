"""A program that is made from another of the same form is the one that decoding would have given."""

from hypothesis import given, settings
from random_scripts import BTC, CHRONICLE, Chooser, Seeded, Writer, drawn

from penstock.script.assembler import assemble
from penstock.script.parse import ScriptParseError, instructions
from penstock.vm.decode import decode
from penstock.vm.dialect import dialect
from penstock.vm.program import Program
from penstock.vm.recall import Form, recall
from penstock.vm.rules import RuleSet

DIALECTS = (dialect(RuleSet.named("bsv")), dialect(RuleSet.from_flags("P2SH", chain="btc")))


def shape(program: Program) -> list[tuple[object, ...]]:
    """Return everything about a program that is not the same object each time."""
    return [
        (
            segment.start,
            [item if isinstance(item, int | bytes) else None for item in segment.items],
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


def check(script: bytes) -> int:
    """Compare under all dialects; return under how many the scripts have one form (not if a long push is refused)."""
    other = with_other_data(script)
    alike = 0
    for words in DIALECTS:
        cast, decoded = Form(decode(script, words)).cast(other), decode(other, words)
        if cast is not None:
            alike += 1
            assert shape(cast) == shape(decoded)
            assert cast.script == decoded.script
            assert (cast.opcodes, cast.largest, cast.past_end) == (decoded.opcodes, decoded.largest, decoded.past_end)
    return alike


@settings(max_examples=200)
@given(drawn(script_of))
def test_scripts_that_hypothesis_makes(script: bytes) -> None:
    check(script)


def test_scripts_from_seeds() -> None:
    assert sum(check(script_of(Seeded(seed))) for seed in range(1000)) > 1000


def test_another_form_of_the_same_length_is_told_apart() -> None:
    words = DIALECTS[0]
    form = Form(decode(assemble("aa" * 20 + " OP_DUP OP_1 OP_ADD"), words))
    assert form.cast(assemble("bb" * 20 + " OP_DUP OP_1 OP_ADD")) is not None
    assert form.cast(assemble("bb" * 20 + " OP_DUP OP_2 OP_ADD")) is None
    assert form.cast(assemble("bb" * 21 + " OP_1 OP_ADD")) is None


def test_what_is_recalled_is_what_decoding_gives() -> None:
    words = DIALECTS[0]
    scripts = [assemble(f"{number:040x} OP_DROP OP_3 OP_4 OP_ADD {number:02x} OP_DROP") for number in range(17, 120)]
    for _ in range(3):
        for script in scripts:
            assert shape(recall(script, words)) == shape(decode(script, words))
