"""`penstock prepare`, as a user runs it: results, refusals, and the packages that it needs."""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from rich.console import Console

from penstock.cli import preparing
from penstock.service.catalogue.prepared import PreparedShelf, PreparedTitle
from penstock.service.seed.seed_file import write_seed
from penstock.service.seed.wallet import Wallet
from tests.support.command_line import Run, printed
from tests.support.films import files_of, film

WALLET = Wallet(bytes(16))


@pytest.fixture
def run(invoke: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a folder with a film and a seed."""
    monkeypatch.setenv("PENSTOCK_PASSPHRASE", "passphrase")
    write_seed(tmp_path / "seed.json", bytes(16), "passphrase", cost=4)
    film(tmp_path / "film.mp4")
    return invoke


def prepare(run: Run, *arguments: str) -> str:
    return printed(run("prepare", *arguments, "--seed", "seed.json"))


def test_a_film(run: Run, tmp_path: Path) -> None:
    shown = prepare(run, "film.mp4", "--output", "title", "--seconds", "1")
    title = PreparedTitle.open(tmp_path / "title", WALLET.publisher_key.x_only)
    PreparedShelf.of(WALLET.film_secret, title)
    (quality,) = title.title.qualities
    assert shown == (
        f"title: title {title.title.root.hex()}\n"
        f"  publisher {WALLET.publisher_key.x_only.hex()}\n"
        f"  0: film.mp4, 5 chunks, {quality.manifest.length:,} bytes, 5.00 s, 64x48, avc1.4d500b,mp4a.40.2, "
        f"{quality.bandwidth:,} bits/s at most\n"
    )


def test_json_and_jobs(run: Run, tmp_path: Path) -> None:
    film(tmp_path / "other.mp4", key_frames=16, audio="")
    arguments = ("film.mp4", "other.mp4", "--seconds", "1", "--json", "--jobs")
    one, two = (json.loads(prepare(run, *arguments, jobs, "--output", jobs)) for jobs in ("1", "2"))
    assert (one.pop("folder"), two.pop("folder")) == ("1", "2")
    assert one == two
    assert files_of(tmp_path / "1") == files_of(tmp_path / "2")
    assert one["publisher"] == WALLET.publisher_key.x_only.hex()
    assert [each["file"] for each in one["qualities"]] == ["film.mp4", "other.mp4"]
    assert one["qualities"][0]["durations"] == [1_000] * 5
    assert len(one["warnings"]) == 1
    shown = run("prepare", "film.mp4", "other.mp4", "--output", "3", "--seed", "seed.json")
    assert (shown.exit_code, shown.stderr) == (0, f"warning: {one['warnings'][0]}\n".replace("1.00 s", "2.00 s"))


def test_a_file_of_any_kind(run: Run, tmp_path: Path) -> None:
    shown = prepare(run, "film.mp4", "--chunk-size", "4k", "--output", "title")
    size = (tmp_path / "film.mp4").stat().st_size
    assert shown.endswith(f"  0: film.mp4, {-(-size // 4_096)} chunks, {size:,} bytes\n")
    facts = json.loads(prepare(run, "film.mp4", "--chunk-size", "4k", "--output", "again", "--json"))
    assert facts["root"] in shown


def test_progress_is_shown_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "Console", lambda stderr: Console(stderr=stderr, force_terminal=True))
    shown = run("prepare", "film.mp4", "--output", "title", "--seed", "seed.json")
    assert shown.exit_code == 0
    assert "preparing" in shown.stderr
    assert "\x1b" not in shown.stdout
    assert run("prepare", "film.mp4", "--output", "more", "--seed", "seed.json", "--json").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["seed.json", "--output", "t"], "error: seed.json: not a film, or damaged: Invalid data found"),
        (["nowhere.mp4", "--output", "t"], "error: nowhere.mp4: No such file or directory"),
        (["film.mp4", "--output", "."], "error: .: the folder has other files"),
        (["film.mp4", "--output", "film.mp4"], "Usage: "),
        (["film.mp4", "--output", "film.mp4/t"], "error: film.mp4/t: Not a directory"),
        (
            ["film.mp4", "--output", "t", "--chunk-size", "0"],
            "error: --chunk-size: a chunk has 1 to 1,073,741,824 bytes, not 0",
        ),
        (["film.mp4", "--output", "t", "--chunk-size", "much"], "Usage: "),
        (["film.mp4", "film.mp4", "--output", "t", "--chunk-size", "4k"], "Usage: "),
        (["film.mp4", "film.mp4", "--output", "t"], "error: film.mp4: the same film as film.mp4"),
        (["film.mp4", "--output", "t", "--seconds", "7"], "Usage: "),
        (["film.mp4"], "Usage: "),
        (["--output", "t"], "Usage: "),
    ],
)
def test_refusals(run: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = run("prepare", *arguments, "--seed", "seed.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
    assert not (tmp_path / "t").exists()


def test_the_examples_of_the_help(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    film(tmp_path / "low.mp4", size="32x24")
    (tmp_path / "movie.mp4").write_bytes(bytes(100_000))
    examples = re.findall(r"^    penstock (.*)$", run("prepare", "--help").stdout, re.MULTILINE)
    assert len(examples) == 4
    for example in examples:
        printed(run(*shlex.split(example)))
        shutil.rmtree(tmp_path / "title", ignore_errors=True)  # two have the same output


def test_a_title_is_not_written_over(run: Run, tmp_path: Path) -> None:
    prepare(run, "film.mp4", "--output", "title")
    before = files_of(tmp_path / "title")
    again = run("prepare", "film.mp4", "--output", "title", "--seed", "seed.json")
    assert (again.exit_code, again.stderr) == (2, "error: title: a title is there already: it is not written over\n")
    assert files_of(tmp_path / "title") == before


def test_a_wrong_passphrase(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong\n")
    arguments = ("--output", "t", "--seed", "seed.json", "--passphrase-file", "wrong")
    refused = run("prepare", "film.mp4", *arguments)
    assert (refused.exit_code, refused.stderr) == (
        2,
        "error: seed.json: wrong passphrase, or the file has changed\n",
    )


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Have a package not installed, and load again all that may use it."""
    for name in list(sys.modules):
        if name.startswith(("penstock.service", "penstock.cli.preparing", "penstock.cli.channels", f"{package}.")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)


def test_without_the_extra_for_films(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "av")
    assert run("prepare", "--help").exit_code == 0
    missing = run("prepare", "film.mp4", "--output", "title", "--seed", "seed.json")
    assert missing.exit_code == 2
    assert missing.stderr == (
        "error: av is not installed: pip install 'penstock[media]' "
        "(about 100 MB; its wheel of FFmpeg holds GPL codecs)\n"
    )
    prepare(run, "film.mp4", "--chunk-size", "64k", "--output", "title")


def test_without_the_extra_for_seeds(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "bip32")
    missing = run("prepare", "film.mp4", "--output", "title", "--seed", "seed.json")
    assert (missing.exit_code, missing.stderr) == (
        2,
        "error: bip32 is not installed: pip install 'penstock[service]'\n",
    )
