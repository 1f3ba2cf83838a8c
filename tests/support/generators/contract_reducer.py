"""Reducer: makes a contract that fails a test smaller, so that the cause is visible.

Lines are left out, alone and many at once; then parentheses are left out, or replaced by one of the operands in them,
or by a literal. A change that still fails the same way is kept. Most attempts do not compile; the test rejects them.
"""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate

StillFails = Callable[[str], bool]

ATTEMPTS = 600
_LITERALS = ("0", "1", "true", "false", "b''", "b'01'")
_OPERATORS = re.compile(r" (?:\?|:|\|\||&&|==|!=|<=|>=|<<|>>|[<>+*/%&|^-]) |, ")


def reduced(text: str, still_fails: StillFails, attempts: int = ATTEMPTS) -> str:
    """Return a smaller text for which `still_fails` holds, as it does for `text`."""
    before = None
    while before != text and attempts > 0:
        before = text
        for smaller in (_with_fewer_lines, _with_smaller_expressions):
            text, attempts = smaller(text, still_fails, attempts)
    return text


def _with_fewer_lines(text: str, still_fails: StillFails, attempts: int) -> tuple[str, int]:
    lines = text.split("\n")
    size = len(lines) // 2
    while size:
        start = 0
        while start < len(lines) and attempts > 0:
            attempts -= 1
            fewer = lines[:start] + lines[start + size :]
            if still_fails("\n".join(fewer)):
                lines = fewer
            else:
                start += 1
        size //= 2
    return "\n".join(lines), attempts


def _with_smaller_expressions(text: str, still_fails: StillFails, attempts: int) -> tuple[str, int]:
    for candidate in _smaller_expressions(text):
        if attempts <= 0:
            break
        attempts -= 1
        if still_fails(candidate):
            return _with_smaller_expressions(candidate, still_fails, attempts)
    return text, attempts


def _smaller_expressions(text: str) -> Iterator[str]:
    """Yield the text with one pair of parentheses replaced, also with the name before it; the widest pairs first."""
    for start, end in sorted(_parentheses(text), key=lambda pair: pair[0] - pair[1]):
        named = re.search(r"[\w.]*$", text[:start])
        name = named.start() if named else start
        inside = text[start + 1 : end - 1]
        yield text[:name] + inside + text[end:]
        for operand in _operands(inside):
            yield f"{text[:name]}({operand}){text[end:]}"
            if name < start:
                yield f"{text[:start]}({operand}){text[end:]}"
        for literal in _LITERALS:
            if len(literal) < end - name:
                yield text[:name] + literal + text[end:]


def _operands(text: str) -> list[str]:
    """Return the text between the operators outside of all parentheses, if there are any."""
    depths = list(accumulate((character == "(") - (character == ")") for character in text))
    operators = [found for found in _OPERATORS.finditer(text) if depths[found.start()] == 0]
    starts = [0, *(operator.end() for operator in operators)]
    ends = [*(operator.start() for operator in operators), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)] if operators else []


def _parentheses(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each pair of parentheses starts and ends."""
    opened = []
    for place, character in enumerate(text):
        if character == "(":
            opened.append(place)
        elif character == ")" and opened:
            yield opened.pop(), place + 1
