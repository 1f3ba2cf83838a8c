"""Script templates: scripts in which some pushes are placeholders, written `<name>`.

In: the hex text of an artifact. Out: scripts (`fill`), the values in a script (`match`), assembler text, the md5 of a
template. A placeholder is always exactly one push, so the index of an opcode in the template is its index in every
script made from it.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

from penstock.artifact.errors import ArtifactError
from penstock.errors import hides_frames
from penstock.records import Record
from penstock.script.assembler import disassemble
from penstock.script.chains import DEFAULT_CHAIN, Chain
from penstock.script.opcodes import Op
from penstock.script.parse import Instruction, ScriptParseError, instructions

__tracebackhide__ = hides_frames

_PLACEHOLDER: Final = re.compile(r"<([^<>]+)>")
_WHOLE_BYTES: Final = re.compile(r"(?:[0-9a-fA-F]{2})+")


class Placeholder(Record, frozen=True):
    """An open push: the constructor leaf that fills it, such as `alice`, `point.x` or `keys[2]`."""

    name: str


class Template(Record, frozen=True):
    """A script with placeholders.

    Attributes:
        pieces: runs of whole instructions, and placeholders, in order; no run is empty.
    """

    pieces: tuple[bytes | Placeholder, ...]

    @classmethod
    def parse(cls, text: str) -> "Template":
        """Parse the hex text of an artifact.

        Raises:
            ArtifactError: characters that are neither hex digits nor a placeholder, or a push that a placeholder
                interrupts.
        """
        return _parse(text)

    @property
    def names(self) -> tuple[str, ...]:
        """The placeholders' names, in order of their first occurrence."""
        return tuple(dict.fromkeys(piece.name for piece in self.pieces if isinstance(piece, Placeholder)))

    @property
    def opcode_count(self) -> int:
        """The number of opcodes in each script made from the template; a truncated push at its end counts as one."""
        return _opcode_count(self)

    def asm(self, chain: Chain | str = DEFAULT_CHAIN) -> str:
        """Return the template as assembler text with `<name>` words, in the opcode names of `chain`.

        Raises:
            ChainError: no chain has this name.
        """
        return " ".join(
            f"<{piece.name}>" if isinstance(piece, Placeholder) else disassemble(piece, chain) for piece in self.pieces
        )

    def fill(self, pushes: Mapping[str, bytes]) -> bytes:
        """Return the script with each placeholder replaced by its push (the instruction, not the data).

        Raises:
            KeyError: a placeholder's push is not given.
        """
        return b"".join(pushes[piece.name] if isinstance(piece, Placeholder) else piece for piece in self.pieces)

    def match(self, script: bytes) -> dict[str, bytes] | None:
        """Return the item that each placeholder pushes if `script` was made from this template; None otherwise.

        A placeholder that occurs more than once must have the same bytes each time.
        """
        found, end = self.match_start(script) or (None, 0)
        return found if end == len(script) else None

    def match_start(self, script: bytes) -> tuple[dict[str, bytes], int] | None:
        """Return the result of `match` and the offset of its end, for a script with further bytes after it.

        None if the script does not start with the template.
        """
        found: dict[str, bytes] = {}
        offset = 0
        for piece in self.pieces:
            if isinstance(piece, bytes):
                if not script.startswith(piece, offset):
                    return None
                offset += len(piece)
                continue
            pushed = _push_at(script, offset)
            if pushed is None or found.setdefault(piece.name, pushed_item(pushed)) != pushed_item(pushed):
                return None
            offset += pushed.size
        return found, offset


def pushed_item(pushed: Instruction) -> bytes:
    """Return the item that a push leaves on the stack; its opcode may be up to `OP_16`, but not `OP_RESERVED`."""
    if pushed.data is not None:
        return pushed.data
    return b"\x81" if pushed.opcode == Op.OP_1NEGATE else bytes((pushed.opcode - Op.OP_1 + 1,))


def template_md5(text: str) -> str:
    """Return the md5 of a template: of its hex text with every `<name>` reduced to `<>`."""
    return hashlib.md5(_PLACEHOLDER.sub("<>", text).encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=64)
def _opcode_count(template: Template) -> int:
    count = 0
    for piece in template.pieces:
        if isinstance(piece, Placeholder):
            count += 1
            continue
        try:
            for _ in instructions(piece):
                count += 1
        except ScriptParseError:
            count += 1
    return count


@lru_cache(maxsize=64)
def _parse(text: str) -> Template:
    pieces: list[bytes | Placeholder] = []
    for index, part in enumerate(_PLACEHOLDER.split(text)):
        if index % 2:
            pieces.append(Placeholder(part))
        elif part:
            pieces.append(_run(part))
    for run, following in pairwise(pieces):
        if isinstance(run, bytes) and isinstance(following, Placeholder):
            _refuse_open_push(run, following)
    return Template(tuple(pieces))


def _run(digits: str) -> bytes:
    if _WHOLE_BYTES.fullmatch(digits):
        return bytes.fromhex(digits)
    shown = digits if len(digits) <= 24 else f"{digits[:24]}…"
    raise ArtifactError("hex", f"{shown!r} is neither whole bytes in hexadecimal nor a placeholder")


def _refuse_open_push(run: bytes, placeholder: Placeholder) -> None:
    try:
        for _ in instructions(run):
            pass
    except ScriptParseError:
        raise ArtifactError("hex", f"<{placeholder.name}> is inside a push") from None


def _push_at(script: bytes, offset: int) -> Instruction | None:
    """Return the push at `offset`; None if there is another instruction."""
    try:
        pushed = next(instructions(script, offset), None)
    except ScriptParseError:
        return None
    if pushed is None or pushed.opcode > Op.OP_16 or pushed.opcode == Op.OP_RESERVED:
        return None
    return pushed
