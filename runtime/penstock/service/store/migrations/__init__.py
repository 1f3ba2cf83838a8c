"""Migrations of the store, for alembic: `Store.open` brings a store to the newest revision."""
