"""Tables of the first revision."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "store",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        sa.Column("instance", sa.LargeBinary(16), nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("commits", sa.BigInteger, nullable=False),
        sa.Column("device", sa.BigInteger, nullable=False),
        sa.Column("server", sa.String(64), nullable=False),
    )
    op.create_table(
        "counter",
        sa.Column("device", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("network", sa.String(64), primary_key=True),
        sa.Column("next", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "budget",
        sa.Column("role", sa.String(8), primary_key=True),
        sa.Column("network", sa.String(64), primary_key=True),
        sa.Column("most", sa.BigInteger),
        sa.Column("used", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "channel",
        sa.Column("number", number, primary_key=True),
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("protocol", sa.Integer, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("device", sa.BigInteger, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("id", "role"),
        sa.UniqueConstraint("role", "network", "device", "counter"),
    )
    _make_tables_of_states(number)


def _make_tables_of_states(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "state",
        sa.Column("channel", number, sa.ForeignKey("channel.number"), primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("epoch", sa.BigInteger, nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("newest", sa.BigInteger, nullable=False),
        sa.Column("bound", sa.BigInteger, nullable=False),
        sa.Column("spent", sa.BigInteger),
        sa.Column("close_only", sa.Boolean, nullable=False),
        sa.Column("force_close", sa.Boolean, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "member",
        sa.Column("channel", number, sa.ForeignKey("channel.number"), primary_key=True, autoincrement=False),
        sa.Column("field", sa.String(32), primary_key=True),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("number", number, primary_key=True),
        sa.Column("channel", number, sa.ForeignKey("channel.number"), nullable=False),
        sa.Column("name", sa.String(96), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
