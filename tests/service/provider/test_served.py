"""The list of served requests: what a restart, a crash and a damaged file leave of it."""

from pathlib import Path

import pytest

from penstock.service.errors import CatalogueError
from penstock.service.provider.x402.served import Served, ServedRequests


def channel(number: int) -> bytes:
    return number.to_bytes(32, "big")


def add(requests: ServedRequests, number: int, state: int, identifier: str) -> None:
    requests.remember(channel(number), Served(state, identifier))
    requests.write(channel(number), Served(state, identifier))


def test_the_newest_request_of_each_channel_is_there_after_a_restart(tmp_path: Path) -> None:
    requests = ServedRequests(tmp_path / "served")
    for number, state, identifier in ((1, 1, "a"), (2, 7, "with spaces and é"), (1, 3, "c"), (1, 2, "b")):
        add(requests, number, state, identifier)
    for found in (requests, ServedRequests(tmp_path / "served")):
        assert found.get(channel(1)) == Served(3, "c")
        assert found.get(channel(2)) == Served(7, "with spaces and é")
        assert found.get(channel(3)) is None


def test_a_line_that_a_crash_has_cut_was_not_served(tmp_path: Path) -> None:
    requests = ServedRequests(tmp_path / "served")
    add(requests, 1, 1, "a")
    add(requests, 2, 1, "b")
    data = (tmp_path / "served").read_bytes()
    for size in range(len(data) // 2 + 1, len(data)):
        (tmp_path / "served").write_bytes(data[:size])
        found = ServedRequests(tmp_path / "served")
        assert found.get(channel(1)) == Served(1, "a")
        assert found.get(channel(2)) is None
        add(found, 2, 2, "c")
        assert ServedRequests(tmp_path / "served").get(channel(2)) == Served(2, "c")


def test_the_file_and_the_memory_stay_small(tmp_path: Path) -> None:
    requests = ServedRequests(tmp_path / "served", most=5)
    for number in range(200):
        add(requests, number % 9, number, str(number))
        assert (tmp_path / "served").read_bytes().count(b"\n") <= 10
    found = ServedRequests(tmp_path / "served", most=5)
    assert [found.get(channel(number % 9)) for number in range(195, 200)] == [
        Served(number, str(number)) for number in range(195, 200)
    ]
    assert found.get(channel(194 % 9)) is None


@pytest.mark.parametrize("line", [b"", b"00", b"00 1", b"0g 1 61", b"00 -1 61", b"00 1 ff", b"\xff 1 61", b"00 1 61 2"])
def test_a_damaged_file_is_told_with_its_line(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "served").write_bytes(b"00 1 61\n" + line + b"\n")
    with pytest.raises(CatalogueError, match="line 2"):
        ServedRequests(tmp_path / "served")
