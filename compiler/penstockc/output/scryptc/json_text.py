"""JSON text of deep values: a chain of 2000 operators is as many levels, too many for `json` on some Pythons."""

import json
from collections.abc import Iterator


class _Inner:
    """A value inside another, to be written where it is."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


def json_text(value: object) -> str:
    """Return the text that `json.dumps` writes; keys are text."""
    written: list[str] = []
    waiting: list[Iterator[str | _Inner]] = [_parts(value)]
    while waiting:
        for part in waiting[-1]:
            if isinstance(part, str):
                written.append(part)
            else:
                waiting.append(_parts(part.value))
                break
        else:
            waiting.pop()
    return "".join(written)


def _parts(value: object) -> Iterator[str | _Inner]:
    """Yield the text of a value in parts, with the values inside it."""
    match value:
        case dict():
            yield "{"
            for index, (name, inner) in enumerate(value.items()):
                yield f"{', ' if index else ''}{json.dumps(name)}: "
                yield _Inner(inner)
            yield "}"
        case list():
            yield "["
            for index, inner in enumerate(value):
                yield ", " if index else ""
                yield _Inner(inner)
            yield "]"
        case _:
            yield json.dumps(value)
