"""A place to run commands in."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from penstock.cli.root import root
from tests.support.command_line import Run


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(root, arguments, prog_name="penstock")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run
