"""Which master key and which log the clients' keys belong to: see `infrastructure/keys/check.py`."""

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, LargeBinary

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "key_check",
        Column("only_row", Boolean, CheckConstraint("only_row"), primary_key=True),
        Column("master_key", LargeBinary, nullable=False),
        Column("log", LargeBinary, nullable=False),
        schema="keys",
    )
