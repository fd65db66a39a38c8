"""Every event of the business, by the name under which it is stored for good; and an event as the log holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast, get_args
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


class Category(StrEnum):
    """What a stream is of: it follows from the stream's first event, and is stored nowhere."""

    ACCESS = "access"
    BUSINESS = "business"
    CASE_FILE = "case_file"
    CLIENT = "client"
    CORRESPONDENCE = "correspondence"
    ESTIMATE = "estimate"
    EXPENSE = "expense"
    EXPENSE_ACCOUNT = "expense_account"
    INVOICE = "invoice"
    ISSUER = "issuer"
    MASTER_KEY = "master_key"
    MESSAGE = "message"
    SERIES = "series"
    TASK = "task"
    USER = "user"


_EVENTS_OF: Mapping[Category, object] = {
    Category.ACCESS: access.Event,
    Category.BUSINESS: business.Event,
    Category.CASE_FILE: case_file.Event,
    Category.CLIENT: client.Event,
    Category.CORRESPONDENCE: correspondence.Event,
    Category.ESTIMATE: estimate.Event,
    Category.EXPENSE: expense.Event,
    Category.EXPENSE_ACCOUNT: expense_account.Event,
    Category.INVOICE: invoice.Event,
    Category.ISSUER: issuer.Event,
    Category.MASTER_KEY: master_key.Event,
    Category.MESSAGE: message.Event,
    Category.SERIES: series.Event,
    Category.TASK: task.Event,
    Category.USER: people.Event,
}


def _begun_by() -> dict[str, Category]:
    known: list[tuple[str, Category]] = []
    for of, events in _EVENTS_OF.items():
        kinds = cast("tuple[type[Event], ...]", get_args(events) or (events,))
        known += [(kind.__name__, of) for kind in kinds]
    names = [name for name, _ in known]
    return {name: of for name, of in known if names.count(name) == 1}


BEGUN_BY: Mapping[str, Category] = _begun_by()
"""What a stream is of that begins with the event of that name.

What more than one aggregate knows, payments and refunds, begins no stream.
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event and what the log knows of it: where it stands, when it was recorded (UTC), by whom, for what command.

    `category` is the stream's, so that it tells whether a payment is a case file's or an invoice's.

    `correlation_id` joins what one thing asked for from outside brought about (an import, a request); `causation_id` is
    the command or event that brought this one about, if any. `hash` is the chain's at this position.
    """

    position: int
    stream: UUID
    category: Category
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
