"""Servers of PostgreSQL that tests start themselves, from Debian's package: a primary, and a standby of it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

REQUIRED = os.environ.get("PENSTOCK_REQUIRE_POSTGRES") == "1"
"""Whether tests fail, and do not skip, without a server."""
_NOT_DURABLE = "fsync = off"
"""No test switches the machine off."""
_SETTINGS = (
    "shared_buffers = 8MB",
    "max_connections = 30",
    "wal_level = replica",
    "log_min_messages = fatal",
)


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`; None if the package is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders and (folders[-1] / "pg_ctl").exists() else None


def demand_programs() -> Path:
    folder = programs()
    if folder is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    assert folder is not None
    return folder


def _user() -> str | None:
    """The user that runs servers: root may not."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@dataclass
class Server:
    """A server in a folder."""

    folder: Path
    port: int
    programs: Path

    @property
    def url(self) -> str:
        return f"postgresql://penstock@127.0.0.1:{self.port}/channels"

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of the package."""
        user = _user()
        command = [str(self.programs / program), *arguments]
        if user is not None:
            command = ["runuser", "-u", user, "--", *command]
        done = subprocess.run(
            command, cwd="/", capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        log = str(self.folder / "log")
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder}"
        self.run("pg_ctl", "-D", str(self.data), "-l", log, "-o", options, "-w", "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def promote(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-w", "promote")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement as the operator."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(statement.encode())
            return [] if found.description is None else found.fetchall()

    def empty(self) -> None:
        """Leave an empty database."""
        self.execute("DROP SCHEMA public CASCADE")
        self.execute("CREATE SCHEMA public")


@contextmanager
def primary(*, is_durable: bool = False) -> Iterator[Server]:
    """Start a server with an empty database; one whose commits wait for the disk is for measuring."""
    with _folder() as folder:
        server = Server(folder, _free_port(), demand_programs())
        server.run("initdb", "-D", str(server.data), "-A", "trust", "-U", "penstock", "--no-sync", "-E", "UTF8")
        with (server.data / "postgresql.conf").open("a") as settings:
            settings.write("\n".join((*_SETTINGS, *([] if is_durable else [_NOT_DURABLE]))) + "\n")
        server.start()
        try:
            server.run("createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "penstock", "channels")
            yield server
        finally:
            server.stop()


@contextmanager
def standby_of(server: Server) -> Iterator[Server]:
    """Start a standby; from then on each commit of the primary waits for it."""
    with _folder() as folder:
        other = Server(folder, _free_port(), server.programs)
        source = f"host=127.0.0.1 port={server.port} user=penstock application_name=standby"
        other.run("pg_basebackup", "-D", str(other.data), "-R", "-d", source, "-c", "fast", "--no-sync")
        other.start()
        server.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        server.execute("SELECT pg_reload_conf()")
        try:
            yield other
        finally:
            if (other.data / "postmaster.pid").exists():
                other.stop()


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of the user that runs servers."""
    folder = Path(tempfile.mkdtemp(prefix="penstock-postgres-"))
    if (user := _user()) is not None:
        shutil.chown(folder, user)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert isinstance(port, int)
    return port
