"""The ciphertext that waits for its key in a row of its own, taken out of the states of version 1."""

from hashlib import sha256

import cbor2
import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"

_CHECK = 8
_TAG = sha256(b"penstock/store row/1").digest() * 2


def upgrade() -> None:
    """Make the table, and move the ciphertexts. Other states are written anew when they change."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "waiting",
        sa.Column("channel", number, sa.ForeignKey("channel.number"), primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT channel.number, channel.id, state.data FROM channel"
            " JOIN state ON state.channel = channel.number WHERE channel.role = 'payer'"
        )
    )
    for row in found.all():
        _move(connection, row.number, bytes(row.id), bytes(row.data))


def _move(connection: sa.Connection, number: int, channel: bytes, data: bytes) -> None:
    """Move the ciphertext of a state, if it has one; a damaged row stays as it is, and is refused when it is read."""
    content, check = data[:-_CHECK], data[-_CHECK:]
    if check != _check(channel, content):
        return
    version, values, counts = cbor2.loads(content)
    offered = values.get("wanted", {}).get("offered") if version == 1 else None
    if not offered or not offered["ciphertext"]:
        return
    ciphertext, offered["ciphertext"] = offered["ciphertext"], b""
    content = cbor2.dumps([2, values, counts], canonical=True)
    connection.execute(
        sa.text("INSERT INTO waiting (channel, data) VALUES (:number, :data)"), {"number": number, "data": ciphertext}
    )
    connection.execute(
        sa.text("UPDATE state SET data = :data WHERE channel = :number"),
        {"number": number, "data": content + _check(channel, content)},
    )


def _check(channel: bytes, content: bytes) -> bytes:
    return sha256(_TAG + channel + b"payer//" + content).digest()[:_CHECK]
