"""Files to be imported, and jobs: see `infrastructure/imports/uploads.py` and `infrastructure/jobs.py`."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Uuid

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "uploads",
        Column("upload_id", Uuid, primary_key=True),
        Column("user_name", String, nullable=False, index=True),
        Column("kept_until", BigInteger, nullable=False),
        Column("loaded", Boolean, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
    )
    op.create_table(
        "upload_pieces",
        Column("upload_id", Uuid, primary_key=True),
        Column("part", String, primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("sealed", LargeBinary, nullable=False),
    )
    op.create_table(
        "jobs",
        Column("kind", String, primary_key=True),
        Column("subject", String, primary_key=True),
        Column("user_name", String, nullable=False),
        Column("language", String, nullable=False),
        Column("state", String, nullable=False),
        Column("done", BigInteger, nullable=False),
        Column("out_of", BigInteger, nullable=False),
        Column("sealed", LargeBinary),
        Column("taken_by", String, nullable=False),
        Column("beats", BigInteger, nullable=False),
        Column("deaths", Integer, nullable=False),
    )
