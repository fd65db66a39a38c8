"""Images and documents beside the log: see `infrastructure/files/store.py`."""

from alembic import op
from sqlalchemy import Column, LargeBinary, String, Uuid

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "files",
        Column("file_id", Uuid, primary_key=True),
        Column("subject", Uuid, nullable=False),
        Column("sha256", String, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
    )
    op.create_index("files_subject", "files", ["subject"])
