"""Instructions with their sources, as written by the scheduler and encoded by the emitter."""

from typing import NamedTuple

from penstock.records import Record
from penstock.script.numbers import encode_number
from penstock.script.opcodes import Op
from penstock.script.pushes import push_size
from penstockc.source import Span


class Hole(Record, frozen=True):
    """A placeholder: one push, whose data is the constructor argument `name`."""

    name: str


Word = Op | bytes | Hole
"""An opcode, the minimal push of these bytes, or a placeholder."""

Words = tuple[Word, ...]


class Instr(NamedTuple):
    """One instruction and its source.

    Hand-written instructions (`as_written`) stay unchanged and in place.
    """

    word: Word
    span: Span
    as_written: bool = False


Code = tuple[Instr, ...]


def word_size(word: Word) -> int:
    """Return the bytes that `word` takes in a script; 0 for a placeholder, which is always written exactly once."""
    match word:
        case Op():
            return 1
        case bytes():
            return push_size(word)
        case Hole():
            return 0


def words_size(words: Words) -> int:
    """Return the bytes that `words` take together."""
    return sum(map(word_size, words))


def code_size(code: Code) -> int:
    """Return the bytes that `code` takes."""
    return sum(word_size(instr.word) for instr in code)


def number_word(number: int) -> bytes:
    """Return the push of a number."""
    return encode_number(number)
