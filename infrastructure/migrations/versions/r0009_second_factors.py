"""Users' second factors: see `infrastructure/access/second_factors.py`."""

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, String

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "second_factors",
        Column("user_name", String, primary_key=True),
        Column("sealed", LargeBinary, nullable=False),
        Column("since", BigInteger, nullable=False),
        Column("last_step", BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        Column("code_hash", LargeBinary, primary_key=True),
        Column("user_name", String, nullable=False, index=True),
    )
