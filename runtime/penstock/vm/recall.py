"""Programs that need not be decoded again, because the script has been seen, or one of the same form.

A stream pays to the same contract again and again, with another hash each time: scripts that differ in the data of
their longer pushes only. They have one `Form`: the program of the first of them, into whose copy the data of the others
is put. What is kept is bounded, in number and in bytes of script, and forgotten all at once when there is too much.
"""

from contextlib import suppress
from typing import Final

from penstock.script.parse import ScriptParseError, instructions
from penstock.vm.decode import decode
from penstock.vm.dialect import Dialect
from penstock.vm.program import Program

_MOST_PROGRAMS: Final = 256
_MOST_BYTES: Final = 1 << 19
_MOST_LENGTHS: Final = 64
_MOST_FORMS: Final = 4
"""Of one length."""

_LONGEST_FORM: Final = 1000
_SHORTEST_HOLE: Final = 20
"""Bytes. Shorter data may be numbers, which programs treat as such."""

_programs: dict[tuple[bytes, Dialect], Program] = {}
_bytes_kept = 0
_forms: dict[tuple[int, Dialect], "list[Program | Form]"] = {}
"""The forms of each length; a program stands for its form until a second script has that length."""


def recall(script: bytes, dialect: Dialect) -> Program:
    """Return the program of a script that is likely to come again, or others like it; decode it if need be."""
    program = _programs.get((script, dialect))
    if program is None:
        program = _of_known_form(script, dialect) or decode(script, dialect)
        _keep(script, program)
    elif not program.paired:
        program.pair()
    return program


def _keep(script: bytes, program: Program) -> None:
    global _bytes_kept  # noqa: PLW0603  # what one process keeps is counted here and nowhere else
    if len(script) > _MOST_BYTES:
        return
    _bytes_kept += len(script)
    if _bytes_kept > _MOST_BYTES or len(_programs) >= _MOST_PROGRAMS:
        _programs.clear()
        _bytes_kept = len(script)
    _programs[script, program.dialect] = program


def _of_known_form(script: bytes, dialect: Dialect) -> Program | None:
    """Make the program from one of the same form; None if there has been none."""
    if len(script) > _LONGEST_FORM:
        return None
    if len(_forms) >= _MOST_LENGTHS:
        _forms.clear()
    forms = _forms.setdefault((len(script), dialect), [])
    for place, form in enumerate(forms):
        if isinstance(form, Program):
            form = forms[place] = Form(form)  # noqa: PLW2901 - it has been waiting to be one
        program = form.cast(script)
        if program is not None:
            return program
    program = decode(script, dialect)
    if len(forms) < _MOST_FORMS:
        forms.append(program)
    return program


class Form:
    """What scripts share that differ in the data of their longer pushes only.

    Attributes:
        program: the program of one of them.
        frame: where the bytes between this data begin and end, and what they are.
        holes: for each such push its segment, its place there, its place among the quick items, and where its data
            begins and ends in the script.
    """

    __slots__ = ("frame", "holes", "program")

    def __init__(self, program: Program) -> None:
        program.pair()
        self.program = program
        holes: list[tuple[int, int, int, int, int]] = []
        frame: list[tuple[int, int, bytes]] = []
        places = {
            segment.start + place: (number, place)
            for number, segment in enumerate(program.segments)
            for place, item in enumerate(segment.items)
            if type(item) is bytes and len(item) >= _SHORTEST_HOLE
        }
        begun = 0
        with suppress(ScriptParseError):
            for index, instruction in enumerate(instructions(program.script)):
                if index in places:
                    number, place = places[index]
                    segment = program.segments[number]
                    end = instruction.offset + instruction.size
                    start = end - len(instruction.data or b"")
                    quick = next(at for at, item in enumerate(segment.quick) if item is segment.items[place])
                    holes.append((number, place, quick, start, end))
                    frame.append((begun, start, program.script[begun:start]))
                    begun = end
        frame.append((begun, len(program.script), program.script[begun:]))
        self.frame = tuple(frame)
        self.holes = tuple(holes)

    def cast(self, script: bytes) -> Program | None:
        """Return the program of another script of the same length, if it has this form."""
        for start, end, piece in self.frame:
            if script[start:end] != piece:
                return None
        segments = list(self.program.segments)
        copied = -1
        for number, place, quick, start, end in self.holes:
            if number != copied:
                segments[number] = segments[number].copy()
                copied = number
            segment = segments[number]
            segment.items[place] = segment.quick[quick] = script[start:end]
        return self.program.with_segments(script, tuple(segments))
