"""Cache of decoded programs, for scripts that were run before and for scripts of the same form.

A stream pays to the same contract again and again with a different hash: the scripts differ only in the data of their
longer pushes. They share one `ScriptForm` and its program, which slices that data from the script that is run. Long
scripts are cached whole. The cache is bounded in number and in memory, and is emptied when it is full.
"""

from contextlib import suppress
from typing import Final

from penstock.script.parse import ScriptParseError, instructions
from penstock.vm.execution.decode import decode
from penstock.vm.execution.program import ScriptProgram
from penstock.vm.items import Item
from penstock.vm.opcodes.dialect import Dialect
from penstock.vm.run import Handler, Run

_LONGEST_FORM: Final = 1000
_MOST_LENGTHS: Final = 64
_MOST_FORMS: Final = 4
"""Forms of one length."""

_MOST_PROGRAMS: Final = 256
_MOST_BYTES: Final = 1 << 24
_OPCODE_BYTES: Final = 24
_SEGMENT_BYTES: Final = 600
"""Approximate bytes of an opcode and of a segment in a program: the maximum, for scripts of branches only."""

_SHORTEST_HOLE: Final = 20
"""Bytes. Shorter data may be a number, which programs treat differently."""

_number: Final = int.from_bytes  # saves the lookup, which every verdict would make


class Programs:
    """Cache of programs."""

    def __init__(self) -> None:
        self._forms: dict[tuple[int, Dialect], list[ScriptForm]] = {}
        """The forms of each length."""
        self._waiting: dict[tuple[int, Dialect], bytes] = {}
        """The last script of each length without a matching form; it becomes a form if a similar one comes."""
        self._long: dict[tuple[bytes, Dialect], ScriptProgram] = {}
        self._bytes_kept = 0

    def recall(self, script: bytes, dialect: Dialect) -> ScriptProgram:
        """Return a program of `script`, from the cache if possible.

        The program runs for this script and for others of its form.
        """
        if len(script) > _LONGEST_FORM:
            return self._whole(script, dialect)
        for form in self._forms.get((len(script), dialect), ()):
            if form.fits(script):
                return form.program
        return self._of_new_form(script, dialect)

    def _of_new_form(self, script: bytes, dialect: Dialect) -> ScriptProgram:
        """Make a form from the waiting script of this length if both match; else decode, and let this script wait.

        If there are enough forms of that length, a new one replaces the oldest.
        """
        key = len(script), dialect
        if len(self._forms) >= _MOST_LENGTHS:
            self._forms.clear()
            self._waiting.clear()
        forms = self._forms.setdefault(key, [])
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            form = ScriptForm(waiting, dialect)
            fits = form.fits(script)
            if fits and len(forms) == _MOST_FORMS:
                del forms[0]
            if len(forms) < _MOST_FORMS:
                forms.append(form)
            if fits:
                return form.program
        self._waiting[key] = script
        return decode(script, dialect)

    def _whole(self, script: bytes, dialect: Dialect) -> ScriptProgram:
        """Return the program of a long script."""
        program = self._long.get((script, dialect))
        if program is None:
            program = decode(script, dialect)
            self._keep(script, program)
        elif not program.paired:
            program.pair()
        return program

    def _keep(self, script: bytes, program: ScriptProgram) -> None:
        size = len(script) + _OPCODE_BYTES * program.opcodes + _SEGMENT_BYTES * len(program.segments)
        if size > _MOST_BYTES:
            return
        self._bytes_kept += size
        if self._bytes_kept > _MOST_BYTES or len(self._long) >= _MOST_PROGRAMS:
            self._long.clear()
            self._bytes_kept = size
        self._long[script, program.dialect] = program


class ScriptForm:
    """The common part of scripts that differ only in the data of their longer pushes.

    Attributes:
        program: the program for all of them.
        mask: ones for the bits of the common bytes, with the script read as a little-endian number.
        shared: the common bits.
    """

    __slots__ = ("mask", "program", "shared")

    def __init__(self, script: bytes, dialect: Dialect) -> None:
        program = self.program = decode(script, dialect)
        places = {
            segment.start + place: (segment, place)
            for segment in program.segments
            for place, item in enumerate(segment.items)
            if type(item) is bytes and len(item) >= _SHORTEST_HOLE
        }
        mask = bytearray(b"\xff" * len(script))
        with suppress(ScriptParseError):
            for index, instruction in enumerate(instructions(script)):
                if index in places:
                    segment, place = places[index]
                    end = instruction.offset + instruction.size
                    start = end - len(instruction.data or b"")
                    segment.items[place] = _hole(start, end)
                    mask[start:end] = bytes(end - start)
        self.mask = _number(mask, "little")
        self.shared = _number(script, "little") & self.mask
        program.pair()

    def fits(self, script: bytes) -> bool:
        """Return whether a script of the same length has this form."""
        return _number(script, "little") & self.mask == self.shared


def _hole(start: int, end: int) -> Handler:
    """Return the handler that pushes these bytes of the script that is run."""
    place = slice(start, end)

    def handler(stack: list[Item], run: Run) -> None:
        stack.append(run.script[place])

    return handler


recall: Final = Programs().recall
"""The machine's cache: one per process."""
