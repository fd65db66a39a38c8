"""How often names and addresses were tried: see `infrastructure/access/attempts.py`."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "attempts",
        Column("what", LargeBinary, primary_key=True),
        Column("fresh_at", BigInteger, nullable=False),
    )
    op.create_table(
        "failed_log_ins",
        Column("since", BigInteger, primary_key=True, autoincrement=False),
        Column("who", String, primary_key=True),
        Column("address", String, primary_key=True),
        Column("times", Integer, nullable=False),
        Column("turned_away", Integer, nullable=False),
    )
