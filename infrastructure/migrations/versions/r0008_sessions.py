"""When a session was last used, and roughly in what: see `infrastructure/access/credentials.py`."""

from alembic import op
from sqlalchemy import BigInteger, Column, String

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("tokens", Column("used_at", BigInteger))
    op.add_column("tokens", Column("device", String))
