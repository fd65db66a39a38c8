"""Passwords and tokens of who carries messages: see `infrastructure/keys/stored_secrets.py`."""

from alembic import op
from sqlalchemy import Column, LargeBinary, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "secrets",
        Column("name", String, primary_key=True),
        Column("sealed", LargeBinary, nullable=False),
    )
