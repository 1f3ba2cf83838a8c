"""Stores of older revisions are brought to the newest with their channels open; newer ones are refused."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect

import penstock.service.store.migrations as package
from penstock.channel.safe.agreement.chains import BTC_REGTEST
from penstock.service.errors import UnknownVersionError
from penstock.service.store import opening
from penstock.service.store.schema import METADATA
from penstock.service.store.store import Store
from tests.support.spending.stored_stage import StoredStage, rows_of, streaming


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


def test_a_store_of_a_newer_revision_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "channels.db"
    Store.open(place, create=True).close()
    rows_of(place, "UPDATE alembic_version SET version_num = '77'")
    with pytest.raises(UnknownVersionError, match=r"channels\.db: the store is of a newer revision than 2.*'77'"):
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
