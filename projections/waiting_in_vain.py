"""What waits in the outbox for nobody, by the rows of both read models: its client is erased, so it may not be sent."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from domain.message import State
from projections.clients.tables import clients
from projections.messages.tables import messages


def messages_of_erased(db: Connection) -> Sequence[UUID]:
    """Letters to be printed among them, and what would only be tried again later."""
    found = db.execute(
        select(messages.c.message_id)
        .join(clients, clients.c.client_id == messages.c.client_id)
        .where(messages.c.state == State.QUEUED.value, clients.c.standing == "erased")
    )
    return found.scalars().all()
