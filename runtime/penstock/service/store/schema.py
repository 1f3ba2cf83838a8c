"""Tables of the store, as the newest revision has them.

A channel's row never changes; its state's does. Each write names the version of the state that it follows, and the
epoch of the store.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA: Final = MetaData()
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
"""Numbers of rows; SQLite counts up those of the type INTEGER alone."""

STORE: Final = Table(
    "store",
    METADATA,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("instance", LargeBinary(16), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("commits", BigInteger, nullable=False),
    Column("device", BigInteger, nullable=False),
    Column("server", String(64), nullable=False),
)
"""One row: the store's own id, its epoch, its commits, the device in the paths of new keys, the server."""

COUNTER: Final = Table(
    "counter",
    METADATA,
    Column("device", BigInteger, primary_key=True, autoincrement=False),
    Column("network", String(64), primary_key=True),
    Column("next", BigInteger, nullable=False),
)
"""The next counter of a channel's keys, for each device and network."""

BUDGET: Final = Table(
    "budget",
    METADATA,
    Column("role", String(8), primary_key=True),
    Column("network", String(64), primary_key=True),
    Column("most", BigInteger),
    Column("used", BigInteger, nullable=False),
)
"""Satoshis that all channels of a side may bind at most (NULL for any), and those that they bind now."""

CHANNEL: Final = Table(
    "channel",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("id", LargeBinary(32), nullable=False),
    Column("role", String(8), nullable=False),
    Column("network", String(64), nullable=False),
    Column("protocol", Integer, nullable=False),
    Column("terms", LargeBinary, nullable=False),
    Column("device", BigInteger, nullable=False),
    Column("counter", BigInteger, nullable=False),
    UniqueConstraint("id", "role"),
    UniqueConstraint("role", "network", "device", "counter"),
)
"""A channel: all that is fixed when it is opened."""

STATE: Final = Table(
    "state",
    METADATA,
    Column("channel", _NUMBER, ForeignKey("channel.number"), primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("newest", BigInteger, nullable=False),
    Column("bound", BigInteger, nullable=False),
    Column("spent", BigInteger),
    Column("close_only", Boolean, nullable=False),
    Column("force_close", Boolean, nullable=False),
    Column("sold_key", LargeBinary(32)),
    Column("data", LargeBinary, nullable=False),
)
"""The state of a channel: its version, the satoshis that it binds, the height at which its funding was spent."""

MEMBER: Final = Table(
    "member",
    METADATA,
    Column("channel", _NUMBER, ForeignKey("channel.number"), primary_key=True, autoincrement=False),
    Column("field", String(32), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""The values of a state's lists and sets."""

WAITING: Final = Table(
    "waiting",
    METADATA,
    Column("channel", _NUMBER, ForeignKey("channel.number"), primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""The ciphertext that a payer has signed for. Once its key is here, it may stay until the next takes its place."""

OUTBOX: Final = Table(
    "outbox",
    METADATA,
    Column("number", _NUMBER, primary_key=True),
    Column("channel", _NUMBER, ForeignKey("channel.number"), nullable=False),
    Column("name", String(96), nullable=False),
    Column("data", LargeBinary, nullable=False),
)
"""Chunks that were paid for and are not yet taken, and proofs of fraud."""
