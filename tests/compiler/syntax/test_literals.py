"""Values of literals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstockc.syntax import ast
from penstockc.syntax.literals import has_stray_backslash, unescaped
from tests.support.compiling.sources import expression, syntax_errors

WORDS = st.text(st.characters(codec="utf-8", exclude_characters='"\r\n'), max_size=30)


@given(st.integers(min_value=0))
def test_decimal_numbers(value: int) -> None:
    assert expression(str(value)) == expression(f"{value} ")
    assert value_of(str(value)) == value


@given(st.integers(min_value=0), st.booleans())
def test_hexadecimal_numbers(value: int, upper: bool) -> None:
    digits = f"{value:X}" if upper else f"{value:x}"
    assert value_of(f"0x{digits}") == value_of(f"0X{digits}") == value


@pytest.mark.parametrize("digits", [4_000, 4_301, 20_000])
def test_a_number_has_any_number_of_digits(digits: int) -> None:
    """Python by itself refuses to read more than 4,300."""
    assert value_of("9" * digits) == 10**digits - 1


@given(st.binary(max_size=40), st.booleans())
def test_bytes(value: bytes, upper: bool) -> None:
    digits = value.hex().upper() if upper else value.hex()
    assert value_of(f"b'{digits}'") == value


@given(WORDS)
def test_strings_are_kept_as_they_are_written(text: str) -> None:
    node = expression(f'"{text}"')
    assert isinstance(node, ast.StringLiteral)
    assert node.text == text


@pytest.mark.parametrize("text", ["1a", "0x", "0xg", "1_0", "00x1", "9e3"])
def test_no_numbers(text: str) -> None:
    assert syntax_errors(f"contract C {{ static int N = {text}; }}") == ["bad-number"]


def value_of(text: str) -> int | bytes:
    node = expression(text)
    assert isinstance(node, ast.IntLiteral | ast.BytesLiteral)
    return node.value


@pytest.mark.parametrize(
    ("text", "meant", "is_stray"),
    [
        ("", "", False),
        (r"\r\n", "\r\n", False),
        (r"\tx\\", "\tx\\", False),
        (r"\\n", "\\n", False),
        (r"a\q", "a\\q", True),
        (r"\\\q", "\\\\q", True),
        ("\\", "\\", True),
    ],
)
def test_escapes_of_strings(text: str, meant: str, is_stray: bool) -> None:
    assert (unescaped(text), has_stray_backslash(text)) == (meant, is_stray)
