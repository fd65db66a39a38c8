"""Tokens for programs have a name; import maps are kept, to be offered the next time."""

from alembic import op

revision = "0002"
down_revision = "0001"

LABEL = "ALTER TABLE tokens ADD COLUMN label TEXT"

IMPORT_MAPS = """
    CREATE TABLE import_maps (
        contents TEXT NOT NULL,
        name TEXT NOT NULL,
        told TEXT NOT NULL,
        PRIMARY KEY (contents, name)
    )
"""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in (LABEL, IMPORT_MAPS if on_postgresql else f"{IMPORT_MAPS} WITHOUT ROWID"):
        op.execute(statement)
