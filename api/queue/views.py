"""A page of the queue: whom to reach, why, and by which phone."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from api.http.formats import Formats
from api.pages.list_address import ListAddress, link
from api.queue.listing import QueueList
from domain.people import Actor
from projections.clients.listing import phones_of, unconfirmed
from projections.days import AsOf
from projections.pages import Page
from projections.queue import QueueLine, list_queue


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry(QueueLine):
    """With the phones in use, the preferred one first. `unverified` are those of them that are as a file had them."""

    phones: list[str]
    unverified: list[str]


def place_of(line: QueueLine, asked: ListAddress[QueueList]) -> str:
    """Where it is worked: with the form for what was done, from which the next follows; what a client owes; or, where
    there is nothing to be asked of anybody, the case file."""
    if line.kind == "client":
        return f"/clients/{line.id}?tab=invoices"
    if line.reason in {"returned_after_closing", "to_close"}:
        return f"/case-files/{line.id}"
    return asked.address(f"/case-files/{line.id}", do="action", queue="yes") + "#do"


QUEUE = ("queue", "reason", "collector", "sort")
"""What an address of a case file says where one comes from the queue, and how that was asked for."""


def onward(case_file_id: UUID, from_queue: Mapping[str, str]) -> str:
    """Where the next of the queue is shown; nothing where one did not come from there."""
    asked = {name: value for name, value in from_queue.items() if name != "queue"}
    return link("/queue/next", **asked, after=case_file_id) if from_queue else ""


_LINE = tuple(field.name for field in fields(QueueLine))


def queued(
    db: Connection, viewer: Actor, as_of: AsOf, asked: QueueList, limit: int, *, formats: Formats, now: datetime
) -> Page[QueueEntry]:
    page = list_queue(db, viewer, as_of, asked.filters(), asked.sorting(formats, now), asked.cursor, limit)
    debtors = {one.debtor_id for one in page.items}
    phones, doubted = phones_of(db, debtors), unconfirmed(db, debtors)

    def entry(line: QueueLine) -> QueueEntry:
        reached = phones.get(line.debtor_id, [])
        return QueueEntry(
            **{name: getattr(line, name) for name in _LINE},
            phones=reached,
            unverified=[one for one in reached if one in doubted],
        )

    return Page([entry(line) for line in page.items], page.next)
