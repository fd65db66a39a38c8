"""Every event of the business, by the name under which it is stored for good; and an event as the log holds it."""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID

from domain import (
    access,
    business,
    case_file,
    client,
    correspondence,
    estimate,
    expense,
    expense_account,
    invoice,
    issuer,
    master_key,
    message,
    people,
    series,
    task,
)

Event = (
    access.Event
    | business.Event
    | case_file.Event
    | client.Event
    | correspondence.Event
    | estimate.Event
    | expense.Event
    | expense_account.Event
    | invoice.Event
    | issuer.Event
    | master_key.Event
    | message.Event
    | people.Event
    | series.Event
    | task.Event
)

BY_NAME: dict[str, type[Event]] = {event.__name__: event for event in get_args(Event)}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event and what the log knows of it: where it stands, when it was recorded (UTC), by whom, for what command.

    `correlation_id` joins what one thing asked for from outside brought about (an import, a request); `causation_id` is
    the command or event that brought this one about, if any. `hash` is the chain's at this position.
    """

    position: int
    stream: UUID
    version: int
    name: str
    recorded_at: datetime
    actor: str
    command_id: UUID
    correlation_id: UUID
    causation_id: UUID | None
    hash: bytes
    event: Event

    @property
    def reason(self) -> str | None:
        """Why, where the event carries it."""
        return getattr(self.event, "reason", None)
