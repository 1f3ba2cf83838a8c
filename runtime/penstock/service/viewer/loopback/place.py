"""Place of the page: its port and its token, kept for the next start, so that a page that is open goes on."""

import html
import json
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from penstock.errors import hides_frames
from penstock.service.seed.seed_file import write_whole
from penstock.service.viewer.errors import StateFolderError

__tracebackhide__ = hides_frames

HOST: Final = "127.0.0.1"
_TOKEN: Final = 24
"""Bytes of a token."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a page.

    Attributes:
        port: the port on this machine.
        token: the secret in its address.
    """

    port: int
    token: str

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    def playlist(self, quality: int) -> str:
        """Return the address of the playlist of a quality, for other players."""
        return f"{self.url}q{quality}.m3u8"


def placed(path: Path, port: int | None) -> tuple[Place, socket.socket]:
    """Return the place of a page, with a socket that listens: as the last time if that is free.

    Args:
        path: the file that keeps it, for its owner alone.
        port: the port; None for that of the last time, or a free one.

    Raises:
        StateFolderError: the port is in use.
        OSError: the file cannot be written.
    """
    before = _read(path)
    wanted = port if port is not None else 0 if before is None else before.port
    try:
        listening = socket.create_server((HOST, wanted))
    except (OSError, OverflowError) as error:
        if port is not None:
            raise StateFolderError(f"port {port} cannot be used: {error}", "choose another --port") from None
        listening = socket.create_server((HOST, 0))
    number: int = listening.getsockname()[1]
    same = before is not None and number == before.port
    place = before if same and before is not None else Place(number, secrets.token_urlsafe(_TOKEN))
    if not same:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, json.dumps({"port": place.port, "token": place.token}).encode())
    return place, listening


def door(path: Path, place: Place) -> Path:
    """Write a file that leads a browser to the page, for its owner alone; other users see the arguments of a browser.

    Raises:
        OSError: it cannot be written.
    """
    url = html.escape(place.url, quote=True)
    page = (
        f'<!doctype html><meta charset="utf-8"><title>Penstock</title><meta http-equiv="refresh" content="0;url={url}">'
    )
    write_whole(path, page.encode())
    return path


def _read(path: Path) -> Place | None:
    """Return the place of the last time; None if there is none that can be used."""
    try:
        match json.loads(path.read_bytes()[:1_000]):
            case {"port": int(port), "token": str(token)} if 0 < port < 1 << 16 and len(token) >= _TOKEN:
                return Place(port, token)
    except (OSError, ValueError):
        pass
    return None
