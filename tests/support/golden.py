"""Expected texts kept in files beside the tests, rewritten by `pytest --update-golden` and read as a diff."""

from pathlib import Path

import pytest


class Golden:
    """Compares texts with files. With `update`, a file that differs is written anew instead."""

    def __init__(self, *, update: bool) -> None:
        self.update = update

    def check(self, path: Path, text: str) -> None:
        """Hold `text` against the file, byte for byte."""
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            return
        if not path.is_file():
            pytest.fail(f"{path} is missing: write it with --update-golden")
        assert text == path.read_bytes().decode(), f"{path.name} differs: if the new text is right, use --update-golden"
