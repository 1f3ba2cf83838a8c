"""Scripts to text and back: known forms, clear errors, and no script that is not read back."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.script.assembler import AssemblyError, assemble, disassemble
from penstock.script.chains import CHAINS
from penstock.script.parse import ScriptParseError, instructions


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", ""),
        ("OP_DUP OP_HASH160", "76a9"),
        ("DUP HASH160", "76a9"),
        ("0 -1 OP_TRUE OP_16", "004f5160"),
        ("05 0x05 OP_5", "0105010555"),
        ("0x", "00"),
        ("16", "0116"),
        ("OP_PUSHDATA1 05", "4c0105"),
        ("OP_PUSHDATA2 0x", "4d0000"),
        ("OP_PUSHBYTES_2 0a0b", "020a0b"),
        ("OP_1 !4c05", "514c05"),
        ("OP_UNKNOWN_FE", "fe"),
        ("ab" * 76, "4c4c" + "ab" * 76),
    ],
)
def test_assembling(text: str, script: str) -> None:
    assert assemble(text).hex() == script


def test_the_chains_read_names_differently() -> None:
    assert assemble("OP_SUBSTR OP_LEFT") == b"\xb3\xb4"
    assert assemble("OP_SUBSTR OP_LEFT", "btc") == b"\x7f\x80"
    assert disassemble(b"\x7f\xb3") == "OP_SPLIT OP_SUBSTR"
    assert disassemble(b"\x7f\xb3", "btc") == "OP_SUBSTR OP_NOP4"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("OP_DUP OP_DUPE", "word 2, 'OP_DUPE': neither an opcode nor hexadecimal data"),
        ("OP_DUP abc", "word 2, 'abc': neither"),
        ("<owner> OP_CHECKSIG", "word 1, '<owner>': a placeholder; fill the template first"),
        ("OP_PUSHDATA1", "word 1, 'OP_PUSHDATA1': needs the data to push after it"),
        ("OP_PUSHBYTES_3 0a0b", "word 2, '0a0b': OP_PUSHBYTES_3 pushes 3 bytes, these are 2"),
        ("OP_PUSHDATA1 " + "00" * 256, "word 2, '0{40}…': 256 bytes are too many for OP_PUSHDATA1"),
    ],
)
def test_errors_name_the_word_and_the_reason(text: str, message: str) -> None:
    with pytest.raises(AssemblyError, match=message):
        assemble(text)


@given(st.binary(max_size=600), st.sampled_from(list(CHAINS)))
def test_every_script_reads_back(script: bytes, chain: str) -> None:
    assert assemble(disassemble(script, chain), chain) == script


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    with suppress(AssemblyError):
        assemble(text)


@given(st.binary(max_size=600))
def test_instructions_cover_the_script_up_to_a_truncated_push(script: bytes) -> None:
    end, whole = 0, len(script)
    try:
        for instruction in instructions(script):
            assert (instruction.offset, instruction.opcode) == (end, script[end])
            end += instruction.size
            if instruction.data is not None:
                assert script[end - len(instruction.data) : end] == instruction.data
    except ScriptParseError as error:
        whole = error.offset
    assert end == whole


@pytest.mark.parametrize("script", ["01", "4c", "4c02aa", "4d0100", "4dff", "4e01000000", "4effffffff00"])
def test_a_truncated_push_says_where(script: str) -> None:
    with pytest.raises(ScriptParseError, match="the push at byte 1 runs past the end") as caught:
        list(instructions(b"\x51" + bytes.fromhex(script)))
    assert caught.value.offset == 1
