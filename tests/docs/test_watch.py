"""docs/watch.md: its commands run as they stand, with the provider as a process, and its code."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from penstock.service.viewer.bought import ROOM
from tests.support.shops.processes import environment, run, serving

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "watch.md").read_text("utf-8")
COMMANDS = re.findall(r"^    penstock (.*)$", PAGE, re.MULTILINE)


@pytest.mark.long
def test_the_commands_and_the_code_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    prepare, serve, to_file, to_page, finish = COMMANDS
    assert run(tmp_path, *shlex.split(prepare)).returncode == 0
    assert serve == "serve title --listen 127.0.0.1:8402"
    with serving(tmp_path / "title", tmp_path) as (url, _):
        done = run(tmp_path, *shlex.split(to_file.replace("http://127.0.0.1:8402", url)))
        assert done.returncode == 0, done.stderr
        shown = re.search(r"```text\n(opening.*?)```", PAGE, re.DOTALL)
        assert shown is not None
        assert plain(done.stderr, url) == plain(shown[1], "http://127.0.0.1:8402")
        assert (tmp_path / "film.mp4").stat().st_size == 208_640
        words = (sys.executable, "-m", "penstock", *shlex.split(to_page.replace("http://127.0.0.1:8402", url)))
        child = subprocess.Popen([*words, "--no-browser"], env=environment(tmp_path), stderr=subprocess.PIPE, text=True)
        try:
            assert child.stderr is not None
            page = child.stderr.readline().split()[-1]
            playlist = child.stderr.readline().split()[-1]
            assert httpx.get(page).status_code == 200
            assert httpx.get(playlist).text.startswith("#EXTM3U")
            assert httpx.get(f"{page}q0/00000.m4s").status_code == 200  # bought before
            assert httpx.post(f"{page}stop").status_code == 200
            child.communicate(timeout=30)
        finally:
            child.kill()
            child.wait()
        names: dict[str, object] = {}
        code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
        exec(compile(code, "watch.md", "exec"), names)
        piece = names["run"](url, tmp_path / "state")  # type: ignore[operator] # the function of the page
        assert len(piece) > 10_000
        ended = run(tmp_path, *shlex.split(finish))
        assert (ended.returncode, ended.stdout.strip()) == (0, "no channel is open"), ended.stderr


def plain(text: str, url: str) -> list[str]:
    """Lines without what differs each time."""
    return [re.sub(r"channel [0-9a-f]{8}", "channel", line.replace(url, "URL")) for line in text.strip().splitlines()]


def test_the_numbers_are_those_of_the_code() -> None:
    assert ROOM == 3 << 30
    assert "(3 GiB)" in PAGE
