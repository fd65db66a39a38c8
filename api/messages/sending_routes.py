"""Sending over HTTP: invoices, estimates, reminders and a case file's notices, one or many at once.

Each makes a message in the outbox; what becomes of it tells `api/messages/routes.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from fastapi import APIRouter

from api.http.catalogues import language as spoken
from api.http.catalogues import translated
from api.http.dependencies import Done, Giving, NewCommand, Service, Speaks
from api.http.formats import formats
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.messages.inputs import ManyBody, ManyNoticesBody, ManyRemindersBody, NoticeBody, ReminderBody, SendingBody
from application import notices, sending
from application.sending import Addressed, send_many
from application.streams import Command, Outcome
from application.wording import FormatsIn
from domain.business import Business
from domain.correspondence.templates import TemplateKind
from domain.money import Money
from domain.sending import Language
from projections.covering import credit_beside
from projections.messages.outbox import waiting_since

router = APIRouter(
    prefix="/api",
    tags=["sending"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


@dataclass(frozen=True, slots=True)
class SentOne:
    """`refused` is why there is no message."""

    id: UUID
    message_id: UUID | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class SentMany:
    """What became of each, and the position of the log from which on it shows."""

    items: Sequence[SentOne]
    position: int


# Invoices


@router.post("/invoices/sending", status_code=201)
def send_invoices(body: ManyBody, new: NewCommand, accept_language: Speaks = None) -> SentMany:
    """Each on its own: what is refused keeps no other from being sent."""
    return _many(new, body, accept_language, partial(_send_invoice, new, body.addressed()))


@router.post("/invoices/reminders", status_code=201)
def remind_of_invoices(body: ManyRemindersBody, new: NewCommand, accept_language: Speaks = None) -> SentMany:
    return _many(new, body, accept_language, partial(_remind, new, body.addressed(), body.template))


@router.post("/invoices/{invoice_id}/sending", status_code=201)
def send_invoice(invoice_id: UUID, body: SendingBody, new: NewCommand) -> Done:
    """The invoice is sent once whoever carries the message has accepted it. The PDF goes along with e-mail."""
    return new.done(_send_invoice(new, body.addressed(), new.command, invoice_id, new.new_id("message")))


@router.post("/invoices/{invoice_id}/reminders", status_code=201)
def remind_of_invoice(invoice_id: UUID, body: ReminderBody, new: NewCommand) -> Done:
    return new.done(_remind(new, body.addressed(), body.template, new.command, invoice_id, new.new_id("message")))


# Estimates


@router.post("/estimates/sending", status_code=201)
def send_estimates(body: ManyBody, new: NewCommand, accept_language: Speaks = None) -> SentMany:
    return _many(new, body, accept_language, partial(_send_estimate, new, body.addressed()))


@router.post("/estimates/{estimate_id}/sending", status_code=201)
def send_estimate(estimate_id: UUID, body: SendingBody, new: NewCommand) -> Done:
    """With the link by which the client reads and answers it."""
    return new.done(_send_estimate(new, body.addressed(), new.command, estimate_id, new.new_id("message")))


# Case files


@router.post("/case-files/notices", status_code=201)
def send_notices(body: ManyNoticesBody, new: NewCommand, accept_language: Speaks = None) -> SentMany:
    return _many(
        new,
        body,
        accept_language,
        partial(_notify, new, body.addressed(), body.kind, body.language, None, body.ask_first),
    )


@router.post("/case-files/{case_file_id}/notices", status_code=201)
def send_notice(case_file_id: UUID, body: NoticeBody, new: NewCommand) -> Done:
    """To the debtor. It becomes an action on the case file once it is known whether it arrived."""
    return new.done(
        _notify(
            new,
            body.addressed(),
            body.kind,
            body.language,
            body.promise_id,
            body.ask_first,
            new.command,
            case_file_id,
            new.new_id("message"),
        )
    )


# What is called for one, and for each of many


def formats_of(business: Business) -> FormatsIn:
    """Amounts and days in a language, as the business's country writes them."""
    return lambda language: formats(language, business)


def known_credit(service: Service, debt_id: UUID) -> Money | None:
    """What whoever owes this has paid too much elsewhere."""
    with service.read_models.snapshot() as snapshot:
        return credit_beside(snapshot.db, debt_id)


def waiting_notice(service: Service, case_file_id: UUID, notice: TemplateKind) -> datetime | None:
    """Since when a notice of that kind waits to be sent."""
    with service.read_models.snapshot() as snapshot:
        return waiting_since(snapshot.db, case_file_id, notices.KINDS[notice]) if notice in notices.KINDS else None


def _many(
    new: Giving, body: ManyBody, accept_language: str | None, send: Callable[[Command, UUID, UUID], Outcome]
) -> SentMany:
    sent, position = send_many(new.command, body.ids, send)
    position = position or new.store.head()[0]
    new.done(Outcome(None, position))
    speaks = spoken(accept_language)
    why = {one.id: translated(one.refused.title, speaks) for one in sent if one.refused}
    return SentMany([SentOne(one.id, one.message_id, why.get(one.id)) for one in sent], position)


def _send_invoice(new: Giving, addressed: Addressed, command: Command, invoice_id: UUID, message_id: UUID) -> Outcome:
    return sending.send_invoice(
        new.store,
        command,
        invoice_id,
        message_id=message_id,
        addressed=addressed,
        formats=formats_of(new.service.business()),
    )


def _remind(
    new: Giving, addressed: Addressed, template: TemplateKind, command: Command, invoice_id: UUID, message_id: UUID
) -> Outcome:
    return sending.remind_of_invoice(
        new.store,
        command,
        invoice_id,
        message_id=message_id,
        addressed=addressed,
        template=template,
        formats=formats_of(new.service.business()),
        credit=known_credit(new.service, invoice_id),
    )


def _send_estimate(new: Giving, addressed: Addressed, command: Command, estimate_id: UUID, message_id: UUID) -> Outcome:
    return sending.send_estimate(
        new.store,
        command,
        estimate_id,
        message_id=message_id,
        addressed=addressed,
        formats=formats_of(new.service.business()),
        link=new.service.estimate_link(estimate_id),
    )


def _notify(
    new: Giving,
    addressed: Addressed,
    kind: TemplateKind,
    language: Language | None,
    promise_id: UUID | None,
    ask_first: bool,  # noqa: FBT001 - bound by the routes
    command: Command,
    case_file_id: UUID,
    message_id: UUID,
) -> Outcome:
    return notices.send_notice(
        new.store,
        command,
        case_file_id,
        message_id=message_id,
        notice=kind,
        addressed=addressed,
        language=language,
        promise_id=promise_id,
        formats=formats_of(new.service.business()),
        credit=known_credit(new.service, case_file_id),
        waits=waiting_notice(new.service, case_file_id, kind) if ask_first else None,
    )
