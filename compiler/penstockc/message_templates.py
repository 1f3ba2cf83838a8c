"""Templates of messages: a text with the facts of a diagnostic in braces.

`{name}` is the field `name`. A word after a colon says how its value is written:

    {ring:chain}                    A -> B -> A
    {parameters:commas}             K, V
    {wanted:count field}            1 field, 2 fields
    {size:short far too many}       12, or the words instead of a number that fills the line

A bool is written as in the language, `true` or `false`. `{{` and `}}` are braces of the text.
"""

from collections.abc import Sequence
from string import Formatter
from typing import Any, Final, Self, overload

_TOO_LONG: Final = 10**12  # to be shown as a number


class Template:
    """A text with facts. As an attribute of a class it is, on an instance, the text with the facts of the instance."""

    def __init__(self, text: str) -> None:
        self.text = text

    @overload
    def __get__(self, found: None, kind: type) -> Self: ...

    @overload
    def __get__(self, found: object, kind: type) -> str | None: ...

    def __get__(self, found: object | None, kind: type) -> Self | str | None:
        """Return the text, or None if one of its facts is None: then there is no text."""
        if found is None:
            return self
        facts = {name: getattr(found, name) for name in self.fields()}
        return None if None in facts.values() else _Words().format(self.text, **facts)

    def fields(self) -> set[str]:
        """Return the names of the facts."""
        names = (name for _, name, _, _ in Formatter().parse(self.text) if name is not None)
        return {name.partition(".")[0].partition("[")[0] for name in names}


class _Words(Formatter):
    """Formatter of the words after a colon."""

    def format_field(self, value: Any, format_spec: str) -> str:
        word, _, argument = format_spec.partition(" ")
        match word:
            case "chain":
                return " -> ".join(value)
            case "commas":
                return ", ".join(value)
            case "count":
                return f"{value} {argument}{'' if value == 1 else 's'}"
            case "short":
                return str(value) if abs(value) < _TOO_LONG else argument
            case "" if isinstance(value, bool):
                return str(value).lower()
            case _:
                return format(value, format_spec)


def alternatives(words: Sequence[str], word: str) -> str:
    """Return the words as a list in a sentence: `a, b or c`, with `word` before the last."""
    *others, last = words
    return f"{', '.join(others)} {word} {last}" if others else last
