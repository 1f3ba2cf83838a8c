"""A script as words with branches: read from a template, or from the words of inline assembly."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from penstock.artifact.template import Placeholder, Template
from penstock.script.opcodes import BY_BYTE, Op
from penstock.script.parse import ScriptParseError, instructions


class CannotJudge(Exception):  # noqa: N818 - the name is the message
    """A script that the symbolic execution does not follow; the message says why."""


@dataclass(frozen=True, slots=True)
class Word:
    """An opcode, the data of a push, or a placeholder; `index` is its number in the script."""

    index: int
    what: Op | bytes | Placeholder


@dataclass(frozen=True, slots=True)
class Branch:
    """IF or NOTIF with both arms."""

    index: int
    is_negated: bool
    then: "Block"
    otherwise: "Block"


Block = tuple[Word | Branch, ...]
SMALL: Final[dict[int, bytes]] = {Op.OP_1.value + count - 1: bytes((count,)) for count in range(1, 17)} | {
    Op.OP_1NEGATE.value: b"\x81",
    Op.OP_0.value: b"",
}
"""The items that opcodes of one byte push."""


def read_template(template: Template, *, return_ends: bool) -> Block:
    """Return the words of a template.

    Args:
        template: of the locking script.
        return_ends: whether RETURN outside of all branches ends the script; what comes after it is data.

    Raises:
        CannotJudge: branches are not closed, an opcode is unknown, or a push is cut off.
    """
    return block_of(_until_return(_words(template), return_ends=return_ends))


def block_of(words: Iterable[Word]) -> Block:
    """Return words with their branches; raises `CannotJudge` if these are not closed."""
    reader = _Reader(list(words))
    block = reader.block()
    if reader.place < len(reader.words):
        raise CannotJudge("an ELSE or ENDIF without its IF")
    return block


def _words(template: Template) -> Iterator[Word]:
    index = 0
    for piece in template.pieces:
        if isinstance(piece, Placeholder):
            yield Word(index, piece)
            index += 1
            continue
        try:
            for each in instructions(piece):
                yield Word(index, _what(each.opcode, each.data))
                index += 1
        except ScriptParseError:
            yield Word(index, Op.OP_RESERVED)  # only after a RETURN; else it fails the script
            return


def _what(opcode: int, data: bytes | None) -> Op | bytes:
    if data is not None:
        return data
    if opcode in SMALL:
        return SMALL[opcode]
    return BY_BYTE.get(opcode, Op.OP_RESERVED)


def _until_return(words: Iterable[Word], *, return_ends: bool) -> Iterator[Word]:
    depth = 0
    for word in words:
        yield word
        if word.what in {Op.OP_IF, Op.OP_NOTIF}:
            depth += 1
        elif word.what is Op.OP_ENDIF:
            depth -= 1
        elif word.what is Op.OP_RETURN and return_ends and not depth:
            return


class _Reader:
    """Reads nested branches."""

    def __init__(self, words: list[Word]) -> None:
        self.words = words
        self.place = 0

    def block(self) -> Block:
        """Read words up to an ELSE or ENDIF that is not theirs."""
        found: list[Word | Branch] = []
        while self.place < len(self.words):
            word = self.words[self.place]
            if word.what in {Op.OP_ELSE, Op.OP_ENDIF}:
                break
            self.place += 1
            found.append(self._branch(word) if word.what in {Op.OP_IF, Op.OP_NOTIF} else word)
        return tuple(found)

    def _branch(self, word: Word) -> Branch:
        then = self.block()
        otherwise: Block = ()
        if self._take() is Op.OP_ELSE:
            otherwise = self.block()
            if self._take() is not Op.OP_ENDIF:
                raise CannotJudge("a branch with two ELSE")
        return Branch(word.index, word.what is Op.OP_NOTIF, then, otherwise)

    def _take(self) -> Op | bytes | Placeholder:
        if self.place == len(self.words):
            raise CannotJudge("a branch that is not closed")
        self.place += 1
        return self.words[self.place - 1].what
