"""Reading of source files: the compiled one, and its imports relative to the file that names them.

In: paths. Out: texts. The only module of the compiler that reads files.
"""

from collections.abc import Callable
from pathlib import Path

from penstock.errors import PenstockError, hides_frames
from penstockc.support.file_names import other_letter_case

__tracebackhide__ = hides_frames

Load = Callable[[str, str], str]
"""`load(importing, path)` returns the text of the file that `importing` (a name as in `Source.name`) calls `path`.

It raises FileNotFoundError for a missing file (LetterCaseError if it is there in another letter case), another OSError
or UnicodeDecodeError when it cannot be read as text.
"""


class UnreadableSource(PenstockError, OSError):  # noqa: N818 - the name is the message
    """A source file is missing, or is not text."""


class LetterCaseError(FileNotFoundError):
    """A missing import, next to a file whose path differs in letter case only.

    Attributes:
        existing: the path of that file, relative to the importing file.
    """

    def __init__(self, existing: str) -> None:
        super().__init__(existing)
        self.existing = existing


def read_text(file: Path) -> str:
    """Return the text of a source file; raises UnreadableSource."""
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise UnreadableSource(f"{file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise UnreadableSource(f"{file} is not UTF-8 text: {error.reason} at byte {error.start}") from None


def load_from(folder: Path) -> Load:
    """Return a `Load` for files, with names relative to `folder`."""

    def load(importing: str, path: str) -> str:
        place = (folder / importing).parent
        try:
            return place.joinpath(path).read_bytes().decode("utf-8")
        except FileNotFoundError:
            if existing := other_letter_case(place, path):
                raise LetterCaseError(existing) from None
            raise

    return load
