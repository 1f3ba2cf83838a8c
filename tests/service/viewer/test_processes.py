"""`penstock watch` and `penstock serve` as processes that are killed: nothing is paid twice, and no byte is wrong."""

import asyncio
import json
import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.support.shops.pages import browsing, time_of, until
from tests.support.shops.processes import run, serving, watching

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[3]
FILM = ROOT / "examples" / "media" / "film.mp4"
PICTURE = ROOT / "examples" / "media" / "test_picture.mp4"


@pytest.fixture
def film_title(tmp_path: Path) -> Path:
    done = run(tmp_path, "prepare", str(FILM), "--output", str(tmp_path / "title"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "title"


@pytest.fixture
def file_title(tmp_path: Path) -> Path:
    """A file of 60 pieces."""
    done = run(tmp_path, "prepare", str(PICTURE), "--chunk-size", "4k", "--output", str(tmp_path / "title"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "title"


def channels(folder: Path, side: str = "viewer") -> list[dict[str, Any]]:
    done = run(folder, "channel", "list", str(folder / side / "channels.db"), "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_file_comes_whole_through_kills_of_both_sides(file_title: Path, tmp_path: Path) -> None:
    """Both are killed again and again, without warning; both sides agree to the satoshi at the end."""
    output = tmp_path / "got.mp4"
    with serving(file_title, tmp_path) as (url, provider):
        port = int(url.rpartition(":")[2])
        for pieces in (1, 5, 12):
            with watching(url, tmp_path, "--output", str(output)) as viewer:
                for _ in range(pieces):
                    viewer.event("piece")
                viewer.kill()
                assert not output.exists()
        provider.kill()
    with watching(url, tmp_path, "--output", str(output)) as early:
        assert early.end() == 2
    with ExitStack() as stack:
        url, provider = stack.enter_context(serving(file_title, tmp_path, port))
        viewer = stack.enter_context(watching(url, tmp_path, "--output", str(output)))
        for _ in range(30):
            viewer.event("piece")
        provider.kill()
        stack.enter_context(serving(file_title, tmp_path, port))
        assert viewer.end() == 0
        assert output.read_bytes() == PICTURE.read_bytes()
        (mine,), (his,) = channels(tmp_path), channels(tmp_path, "provider")
    assert (mine["phase"], his["phase"]) == ("closed", "closed")
    assert mine["state"] == his["state"] == 60
    closed = [each for each in viewer.events if each["event"] == "closed"]
    assert closed[0]["satoshis"] == 60 * 100 + 2


def test_a_page_whose_viewer_is_killed_goes_on(film_title: Path, tmp_path: Path) -> None:
    async def past(tab: "Tab", seconds: float) -> None:
        async def is_there() -> bool:
            return await time_of(tab) > seconds

        await until(is_there, 40, f"second {seconds}")

    async def main(url: str) -> None:
        async with browsing() as tab:
            with watching(url, tmp_path, "--no-browser") as viewer:
                place = viewer.event("page")
                await tab.goto(place["url"])
                await tab.click("#start")
                await past(tab, 1)
                viewer.kill()
            await asyncio.sleep(1)
            with watching(url, tmp_path, "--no-browser") as viewer:
                assert viewer.event("page") == place
                await past(tab, 14)
                await tab.click("#close")
                await tab.click("#sure-yes")
                assert await asyncio.to_thread(viewer.end) == 0

    with serving(film_title, tmp_path) as (url, _):
        asyncio.run(asyncio.wait_for(main(url), 120))
        (mine,), (his,) = channels(tmp_path), channels(tmp_path, "provider")
    assert mine["phase"] == "closed"
    assert mine["state"] == his["state"] <= 12


def test_two_viewers_on_one_wallet_stay_within_the_budget(file_title: Path, tmp_path: Path) -> None:
    """Each has a channel of its own; a piece that one has bought is there for the other."""
    with serving(file_title, tmp_path) as (url, _):
        options = ("--budget", "3000", "--output")
        one, two = (watching(url, tmp_path, *options, str(tmp_path / name)) for name in ("one", "two"))
        with one as first, two as second:
            codes = first.end(), second.end()
        rows = channels(tmp_path)
    assert sum(row["bound"] for row in rows) <= 3_000
    assert set(codes) == {2}
    assert sum(row["state"] for row in rows) == 29
    assert "budget" in (tmp_path / "viewer.log").read_text()


PLAYLIST = "PLAYLIST"
PLAYERS = {
    "ffmpeg": ("-v", "error", "-i", PLAYLIST, "-c", "copy", "-f", "null", "-"),
    "mpv": ("--no-config", "--vo=null", "--ao=null", "--really-quiet", PLAYLIST),
    "vlc": ("--intf", "dummy", "--vout", "dummy", "--no-audio", "--play-and-exit", PLAYLIST),
}
"""Players that know nothing of payments, without a window."""


def command(player: str, playlist: str) -> list[str]:
    """The command by which a player gets a playlist; it skips the test where the player is not installed."""
    if not Path(f"/usr/bin/{player}").exists():
        pytest.skip(f"{player} is not there: apt-get install {player}")
    refuses = player == "vlc" and os.geteuid() == 0  # it does not run as root
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "HOME=/tmp"] if refuses else []
    return [*user, player, *(playlist if word == PLAYLIST else word for word in PLAYERS[player])]


@pytest.mark.parametrize("player", PLAYERS)
def test_a_player_gets_the_film_at_its_pace_and_pays_once(film_title: Path, tmp_path: Path, player: str) -> None:
    async def main(url: str) -> None:
        with watching(url, tmp_path, "--no-browser") as viewer:
            place = viewer.event("page")
            began = time.monotonic()
            quiet = asyncio.subprocess.DEVNULL
            playing = await asyncio.create_subprocess_exec(
                *command(player, place["playlist"]), stdout=quiet, stderr=quiet
            )
            assert await asyncio.wait_for(playing.wait(), 90) == 0
            assert time.monotonic() - began > 10  # 24 seconds of film, 8 of them at once
            async with httpx.AsyncClient() as client:
                state = (await client.get(f"{place['url']}state")).json()
            assert [index for index, _ in state["bought"][0]] == list(range(12))
            assert state["paid"] == 1_202
            viewer.child.send_signal(signal.SIGINT)
            assert await asyncio.to_thread(viewer.end) == 0

    command(player, "")
    with serving(film_title, tmp_path) as (url, _):
        asyncio.run(asyncio.wait_for(main(url), 120))
        (mine,) = channels(tmp_path)
    assert (mine["phase"], mine["state"]) == ("open", 12)
