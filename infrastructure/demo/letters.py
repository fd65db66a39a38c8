"""Letters that the demo's collectors send: reminders to creditors who pay late, demands to debtors.

They are printed the next working day by whoever holds the debt then; those of yesterday wait to be printed.
"""

from collections.abc import Sequence
from contextlib import suppress
from random import Random
from uuid import UUID

from api.messages.sending_routes import formats_of
from application.notices import send_notice
from application.outbox import print_message
from application.sending import Addressed, remind_of_invoice
from application.wording import FormatsIn
from domain.business import BUSINESS, Business
from domain.correspondence.templates import TemplateKind
from domain.covering import HeldBack
from domain.invoice import Invoice
from domain.message import NoLongerSent
from domain.people import Actor
from domain.sending import Channel
from infrastructure.demo.agency import Agency, Story
from infrastructure.demo.file import File

BY_POST = Addressed(Channel.POST)
EACH_DAY = 2
"""How many debtors each collector writes to."""


def remind_by_letter(agency: Agency, invoice_id: UUID, by: Actor, chance: Random) -> Story:
    """Of an invoice that is not paid a week after it was due, unless its money waits for approval."""
    invoice, _ = agency.store.load(Invoice(), invoice_id)
    if not invoice.outstanding.amount or invoice.ledger.waiting:
        return
    message_id = agency.new_id("message")
    remind_of_invoice(
        agency.store,
        agency.command(by, chance),
        invoice_id,
        credit=None,
        message_id=message_id,
        addressed=BY_POST,
        formats=_formats(agency),
    )
    yield agency.day_in(1)
    _print(agency, by, chance, message_id)


def write_to_debtors(agency: Agency, files: Sequence[File], collector: Actor, chance: Random) -> Story:
    """On some of the last days the collector demands payment of a few."""
    for next_on in (6, 3, 1, 0):
        owing = [file for file in files if file.collector is collector and _may_demand(file)]
        written_to = chance.sample(owing, min(EACH_DAY, len(owing)))
        queued = [(file, _demand(agency, file, collector, chance)) for file in written_to]
        yield agency.day_in(1)
        for file, message_id in queued:
            if message_id is not None:
                _print(agency, file.collector, chance, message_id)
        yield agency.working_days_before_today(next_on)


def _may_demand(file: File) -> bool:
    return bool(file.is_open and file.unpaid and not file.waiting and file.now.stopped_by is None)


def _demand(agency: Agency, file: File, collector: Actor, chance: Random) -> UUID | None:
    """None where what the client has paid elsewhere, or waits, covers it: nothing is demanded then."""
    message_id = agency.new_id("message")
    with suppress(HeldBack):
        send_notice(
            agency.store,
            agency.command(collector, chance),
            file.id,
            message_id=message_id,
            notice=TemplateKind.DEMAND,
            addressed=BY_POST,
            formats=_formats(agency),
            credit=None,
        )
        return message_id
    return None


def _print(agency: Agency, by: Actor, chance: Random, message_id: UUID) -> None:
    """Unless what it asks for was paid, covered or disputed meanwhile."""
    with suppress(NoLongerSent, HeldBack):
        print_message(agency.store, agency.command(by, chance), message_id)


def _formats(agency: Agency) -> FormatsIn:
    return formats_of(agency.store.load(Business(), BUSINESS)[0])
