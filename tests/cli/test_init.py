"""`init`: a project from the shell, whose commands work at once."""

from pathlib import Path

import pytest

from penstock.cli.commands import init
from tests.support.command_line import Run, printed


@pytest.mark.parametrize("target", ["bsv", "btc"])
def test_the_commands_work_in_a_new_project(
    invoke: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    told = printed(invoke("init", "shop", "--target", target))
    files, _, steps = told.partition("\nNext:\n")
    assert all((tmp_path / line).is_file() for line in files.splitlines())
    assert steps == "  cd shop\n  python -m pytest\n  penstock compile\n"
    monkeypatch.chdir(tmp_path / "shop")
    assert printed(invoke("check", "--deny", "warnings")) == f"{Path('contracts/payment.scrypt')}: no errors\n"
    assert f"Payment for {target}, functions claim, refund" in printed(invoke("compile"))
    assert (tmp_path / "shop/artifacts/payment.json").exists()


def test_what_is_told_here_and_without_pytest(invoke: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(init, "find_spec", lambda _name: None)
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    told = printed(invoke("init", "."))
    assert told.endswith("\nNext:\n  python -m pip install pytest\n  python -m pytest\n  penstock compile\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shop"], "error: shop is not empty: name a new folder"),
        (["file"], "'file' is a file"),
        (["file/shop"], "file"),
        (["a b"], "error: 'a b' is not a name for a project: use letters a to z, digits, - and _"),
        (["new", "--target", "bch"], "'bch' is not one of 'bsv', 'btc'"),
        ([], "Missing argument 'NAME'"),
    ],
)
def test_what_is_refused(invoke: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "mine").touch()
    (tmp_path / "file").touch()
    result = invoke("init", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"shop", "file"}
