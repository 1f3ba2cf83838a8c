"""The key of the newest state that was sold, so that a claim needs the store alone, and not the payee's movies."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Add the column; it is empty for states that were sold before, until the next one."""
    op.add_column("state", sa.Column("sold_key", sa.LargeBinary(32)))
