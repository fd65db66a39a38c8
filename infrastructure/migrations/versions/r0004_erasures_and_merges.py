"""Clients erased and merged are few among many events, and are asked for by name at each start."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for name, events in (("erasures", "('ClientErased')"), ("merges", "('ClientMerged')")):
        op.execute(f"CREATE INDEX {name} ON events (position) WHERE name IN {events}")
