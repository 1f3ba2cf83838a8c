"""Stores of older revisions are brought to the newest with their channels open; newer ones are refused."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

import penstock.service.store.migrations as package
from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.channel.safe.messages.wire import from_wire
from penstock.channel.safe.protocol.events import Received
from penstock.service.errors import DamagedError, UnknownVersionError
from penstock.service.store import opening
from penstock.service.store.encoding import ciphertext_of, head_of
from penstock.service.store.schema import METADATA
from penstock.service.store.store import Store
from tests.support.channels.stored_stage import StoredStage, rows_of, streaming


def to_revision(place: Path, revision: str) -> None:
    """Bring a database to a revision by alembic alone."""
    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent))
    engine = create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def columns(place: Path) -> list[object]:
    """The columns of the states."""
    return [row[1] for row in rows_of(place, "SELECT * FROM pragma_table_info('state')")]


def test_the_revisions_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    Store.open(tmp_path / "migrated.db", create=True).close()
    engines = [create_engine(f"sqlite:///{tmp_path / name}.db") for name in ("migrated", "made")]
    METADATA.create_all(engines[1])
    migrated, made = (
        {
            name: {
                (column["name"], str(column["type"]), column["nullable"], column.get("primary_key"))
                for column in inspect(engine).get_columns(name)
            }
            for name in inspect(engine).get_table_names()
            if name != "alembic_version"
        }
        for engine in engines
    )
    assert migrated == made
    for engine in engines:
        engine.dispose()


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StoredStage:
    """A stage in the middle of a stream, whose stores were then taken back to revision 1."""
    stage = streaming(BTC_REGTEST, tmp_path)
    stage.close()
    for role in ("payer", "payee"):
        rows_of(stage.file(role), "DROP TABLE waiting")
        rows_of(stage.file(role), "ALTER TABLE state DROP COLUMN sold_key")
        rows_of(stage.file(role), "UPDATE alembic_version SET version_num = '1'")
    return stage


def test_an_upgrade_with_open_channels(older: StoredStage, tmp_path: Path) -> None:
    to_revision(tmp_path / "first.db", "1")
    assert columns(tmp_path / "first.db") == columns(older.file("payee")), "it is a store of revision 1"
    for role in ("payer", "payee"):
        older.restart(role)
        assert older.stores[role].restored is None
        assert older.held(role).sold_key is None
    older.mine(0)
    older.connect(1)
    older.run()
    older.buy(5)
    assert older.held("payee").sold_key == older.movie.key(5)
    assert (older.errors, older.a.held) == ([], 4)


def waiting_in_its_head(folder: Path) -> StoredStage:
    """A payer whose signature for a chunk is on its way, and whose store was then taken back to revision 2."""
    stage = streaming(BTC_REGTEST, folder)
    stage.ask(3)
    stage.tell_payee(Received(from_wire(stage.to_payee.popleft())))
    stage.tell_payer(Received(from_wire(stage.to_payer.popleft())))
    held = stage.held("payer")
    assert rows_of(stage.file("payer"), "SELECT data FROM waiting") == [(ciphertext_of(held.state),)]
    stage.close()
    place = stage.file("payer")
    rows_of(place, "UPDATE state SET data = ?", head_of(held.state, version=1))
    rows_of(place, "DROP TABLE waiting")
    rows_of(place, "UPDATE alembic_version SET version_num = '2'")
    return stage


def test_a_chunk_that_waited_in_the_head_gets_a_row_of_its_own(tmp_path: Path) -> None:
    stage = waiting_in_its_head(tmp_path)
    before = stage.a
    stage.restart("payer")
    held = stage.held("payer")
    assert held.state == before
    ((head, row),) = rows_of(
        stage.file("payer"),
        "SELECT state.data, waiting.data FROM state JOIN waiting ON waiting.channel = state.channel",
    )
    assert (head, row) == (head_of(before), ciphertext_of(before))
    stage.open("payee")
    stage.mine()
    stage.connect(1)
    stage.run()
    assert (stage.errors, stage.a.held, sorted(stage.delivered)) == ([], 4, [0, 1, 2, 3])


def test_a_damaged_state_does_not_keep_the_store_from_opening(tmp_path: Path) -> None:
    stage = waiting_in_its_head(tmp_path)
    ((data,),) = rows_of(stage.file("payer"), "SELECT data FROM state")
    assert isinstance(data, bytes)
    rows_of(stage.file("payer"), "UPDATE state SET data = ?", data[:-1] + bytes((data[-1] ^ 1,)))
    with Store.open(stage.file("payer")) as store, pytest.raises(DamagedError):
        store.load(stage.a.channel, "payer")


def test_a_store_of_a_newer_revision_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "channels.db"
    Store.open(place, create=True).close()
    rows_of(place, "UPDATE alembic_version SET version_num = '77'")
    with pytest.raises(UnknownVersionError, match=r"channels\.db: the store is of a newer revision than 3.*'77'"):
        Store.open(place)


def test_a_migration_that_fails_leaves_the_store_as_it_was(older: StoredStage, monkeypatch: pytest.MonkeyPatch) -> None:
    place = older.file("payee")
    monkeypatch.setattr(opening, "_sign", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        Store.open(place)
    monkeypatch.undo()
    assert rows_of(place, "SELECT version_num FROM alembic_version") == [("1",)]
    assert "sold_key" not in columns(place)
    Store.open(place).close()
