"""At each start it is looked whether all clients registered have their keys: see `look_for_lost_keys`."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("CREATE INDEX registrations ON events (position, stream) WHERE name = 'ClientRegistered'")
