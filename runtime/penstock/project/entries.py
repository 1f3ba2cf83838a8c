"""Entries of the cache: a result of compiling as bytes, and back.

In: a request, the imports that compiling it has loaded, and the result. Out: bytes with a checksum; a result only if
the bytes are whole, are of the same request and compiler, and every import that was loaded is still the same.

Compiling depends on its request and the texts of the loaded imports alone (`pipeline.compile_text`). So loading the
same imports again, and comparing their texts, tells whether it would have the same result: also if an import is now
another file, through a link or a remapping.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from penstock.artifact.artifact import Artifact, SourceWarning
from penstock.errors import PenstockError
from penstock.project.requests import Compiled, Request, Warned
from penstock.records import Record, to_builtins
from penstockc.reading import Load
from penstockc.source import Source, Sources, Span

_CHECKSUM: Final = hashlib.sha256().digest_size * 2  # hexadecimal digits


class Loaded(Record, frozen=True):
    """An import that was loaded: by which file, as which path, and the hash of its text."""

    importing: str
    path: str
    digest: str


class RecordedLoad:
    """A `Load` that records what it has loaded."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self.loaded: list[Loaded] = []

    def __call__(self, importing: str, path: str) -> str:
        """Load an import."""
        text = self._load(importing, path)
        self.loaded.append(Loaded(importing, path, _digest(text)))
        return text


def entry_key(request: Request, fingerprint: str) -> str:
    """Return the key of a request, whose target is a name: a hash of its fields and the compiler's fingerprint."""
    return _digest(json.dumps([fingerprint, to_builtins(request)], sort_keys=True))


def encode_entry(key: str, loaded: Iterable[Loaded], compiled: Compiled) -> bytes:
    """Return an entry: a line with a checksum, and JSON."""
    body = json.dumps(
        {
            "key": key,
            "loaded": [[each.importing, each.path, each.digest] for each in loaded],
            "artifact": compiled.artifact.to_json(),
            "source_warnings": to_builtins(compiled.artifact.warnings),
            "warnings": [_warning_fields(warning) for warning in compiled.warnings],
            "sources": [[each.name, each.base, each.text] for each in compiled.sources.files],
        }
    )
    return f"{_digest(body)}\n{body}".encode()


def decode_entry(raw: bytes, key: str, load: Load) -> Compiled | None:
    """Return the result in an entry; None if it is damaged, of another request, or if an import has changed."""
    checksum, rest = raw[:_CHECKSUM], raw[_CHECKSUM + 1 :]
    if hashlib.sha256(rest).hexdigest().encode() != checksum:
        return None
    try:
        entry = json.loads(rest)
        if entry["key"] != key or not all(_is_same(Loaded(*each), load) for each in entry["loaded"]):
            return None
        artifact = Artifact.from_json(entry["artifact"])
        warnings = tuple(SourceWarning(**each) for each in entry["source_warnings"])
        return Compiled(
            replace(artifact, warnings=warnings),
            Sources(tuple(Source(name, text, base) for name, base, text in entry["sources"])),
            tuple(_warning(each) for each in entry["warnings"]),
        )
    except (ValueError, LookupError, TypeError, RecursionError, PenstockError):  # not made by this program
        return None


def _is_same(loaded: Loaded, load: Load) -> bool:
    """Return whether an import still has the same text."""
    try:
        return _digest(load(loaded.importing, loaded.path)) == loaded.digest
    except (OSError, ValueError):  # the compiler will report it
        return False


def _warning_fields(warning: Warned) -> list[object]:
    related = warning.related and [warning.related[0].start, warning.related[0].end, warning.related[1]]
    return [warning.code, warning.message, warning.hint, warning.span.start, warning.span.end, related]


def _warning(fields: list[Any]) -> Warned:
    code, message, hint, start, end, related = fields
    return Warned(code, message, hint, Span(start, end), related and (Span(*related[:2]), related[2]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
