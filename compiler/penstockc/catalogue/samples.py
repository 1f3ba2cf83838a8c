"""Wrappers that complete pieces of source to files that can be compiled."""

from typing import Final

from penstockc.habits.rows import SourceLevel

_MEMBERS: Final = "    int limit;\n    bytes data;\n    PubKey owner;\n"
_CHECK: Final = "        require(checkSig(sig, this.owner));\n"

_ENTRY: Final = "    public function open(Sig sig, int x) {\n"

WRAPPERS: Final = {
    SourceLevel.FILE: "...",
    SourceLevel.MEMBERS: (
        f"contract Sample {{\n{_MEMBERS}\n...\n\n    public function open(Sig sig) {{\n{_CHECK}    }}\n}}\n"
    ),
    SourceLevel.STATEMENTS: f"contract Sample {{\n{_MEMBERS}\n{_ENTRY}...\n{_CHECK}    }}\n}}\n",
}
"""The file around a piece, with dots for the piece."""


def whole(text: str, place: SourceLevel) -> str:
    """Return the piece as a file that can be compiled."""
    before, _, after = WRAPPERS[place].partition("...")
    return before + text + after


def start(place: SourceLevel) -> int:
    """Return the offset of the piece in its file, in characters."""
    return WRAPPERS[place].index("...")


def with_state(parameters: str, *statements: str) -> str:
    """Return a contract with state, whose public function has these parameters and statements."""
    return _TALLY.replace("...", parameters).replace("|", "\n        ".join(statements))


_TALLY: Final = "contract Tally {\n    @state int votes;\n\n    public function vote(...) {\n        |\n    }\n}"
