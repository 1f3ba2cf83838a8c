"""The place of a page: the same after a restart, for its owner alone."""

import json
import socket
import stat
from pathlib import Path

import pytest

from penstock.service.viewer.errors import StateFolderError
from penstock.service.viewer.loopback.place import door, placed


def test_it_is_the_same_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "pages" / "page.json"
    first, listening = placed(path, None)
    listening.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again, listening = placed(path, None)
    listening.close()
    assert again == first
    assert first.url == f"http://127.0.0.1:{first.port}/{first.token}/"


def test_it_listens_on_this_machine_alone(tmp_path: Path) -> None:
    _, listening = placed(tmp_path / "page.json", None)
    with listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_a_port_in_use_leads_to_another_place(tmp_path: Path) -> None:
    first, listening = placed(tmp_path / "page.json", None)
    with listening:
        other, second = placed(tmp_path / "page.json", None)
        second.close()
        assert other.port != first.port
        assert other.token != first.token
        with pytest.raises(StateFolderError, match="choose another --port"):
            placed(tmp_path / "page.json", first.port)


def test_a_port_of_the_users_choice(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place, listening = placed(tmp_path / "page.json", port)
    listening.close()
    assert place.port == port


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"port": 80, "token": "short"}', '{"port": 0, "token": "' + "x" * 40 + '"}']
)
def test_a_damaged_file_is_made_anew(tmp_path: Path, content: str) -> None:
    path = tmp_path / "page.json"
    path.write_text(content)
    place, listening = placed(path, None)
    listening.close()
    assert json.loads(path.read_text()) == {"port": place.port, "token": place.token}


def test_the_door_shows_the_token_to_its_owner_alone(tmp_path: Path) -> None:
    place, listening = placed(tmp_path / "page.json", None)
    listening.close()
    path = door(tmp_path / "door.html", place)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert place.url in path.read_text()
