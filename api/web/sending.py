"""Sending something to a client: which way, to which contact, in which words; and many things at once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from api.sending import formats_of, known_credit, waiting_notice
from api.web.estimate_list import filtered_estimates
from api.web.forms import Form
from api.web.invoice_list import filtered_invoices
from api.web.visit import Page, Visit, new_id
from application import notices, sending
from application.invoices import load_invoice
from application.recipients import ways
from application.sending import AT_ONCE, Addressed, Draft, Words, region_of, send_many
from application.streams import Command, Outcome, Streams
from domain.case_file import CaseFile
from domain.correspondence import CORRESPONDENCE, Correspondence
from domain.correspondence.templates import NOTICES, REMINDERS, TemplateKind
from domain.errors import Conflict, NotFound, Refusal
from domain.estimate import Estimate
from domain.invoice import Invoice
from domain.people import WORKS
from domain.sending import Channel, Language

router = APIRouter()

CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.POST)

Sends = Callable[[Command, UUID, UUID, Addressed], Outcome]
Filtered = Callable[[Visit, int], Sequence[UUID]]


class NothingTicked(Conflict):
    title = "Nothing is ticked"


@dataclass(frozen=True)
class Sending:
    """One kind of message about one thing: how it is drafted, how it is sent, and the page that it belongs to.

    `templates` are the texts to choose from, where there are several; there is nothing that those that are `unfit` say.
    """

    draft: Callable[[Streams, Command], Draft]
    send: Callable[[Command, UUID, Addressed], Outcome]
    here: str
    back: str
    template: TemplateKind
    templates: tuple[TemplateKind, ...] = ()
    unfit: Collection[TemplateKind] = ()


# Invoices


@router.get("/invoices/{invoice_id}/sending")
def show_invoice_sending(invoice_id: UUID, visit: Page, channel: str = "") -> Response:
    return _form(visit, _invoice(visit, invoice_id), channel)


@router.post("/invoices/{invoice_id}/sending")
def send_invoice(invoice_id: UUID, visit: Page) -> Response:
    return _send(visit, _invoice(visit, invoice_id))


@router.get("/invoices/{invoice_id}/reminder")
def show_reminder(invoice_id: UUID, visit: Page, channel: str = "", template: str = "") -> Response:
    return _form(visit, _reminder(visit, invoice_id, template), channel)


@router.post("/invoices/{invoice_id}/reminder")
def remind(invoice_id: UUID, visit: Page) -> Response:
    return _send(visit, _reminder(visit, invoice_id, visit.form.value("template")))


@router.post("/invoices/sending")
def send_invoices(visit: Page) -> Response:
    send = partial(_send_invoice, visit)
    return _send_many(visit, "invoice", "/invoices", send, partial(_number_of, visit), filtered_invoices)


@router.post("/invoices/reminders")
def remind_of_invoices(visit: Page) -> Response:
    remind = partial(_send_reminder, visit, TemplateKind.FIRST_REMINDER)
    return _send_many(visit, "invoice", "/invoices", remind, partial(_number_of, visit), filtered_invoices)


# Estimates


@router.get("/estimates/{estimate_id}/sending")
def show_estimate_sending(estimate_id: UUID, visit: Page, channel: str = "") -> Response:
    return _form(visit, _estimate(visit, estimate_id), channel)


@router.post("/estimates/{estimate_id}/sending")
def send_estimate(estimate_id: UUID, visit: Page) -> Response:
    return _send(visit, _estimate(visit, estimate_id))


@router.post("/estimates/sending")
def send_estimates(visit: Page) -> Response:
    def number_of(estimate_id: UUID) -> str:
        return visit.store.load(Estimate(), estimate_id)[0].number

    return _send_many(visit, "estimate", "/estimates", partial(_send_estimate, visit), number_of, filtered_estimates)


# Case files


@router.get("/case-files/{case_file_id}/notice")
def show_notice(case_file_id: UUID, visit: Page, channel: str = "", template: str = "") -> Response:
    return _form(visit, _notice(visit, case_file_id, template), channel)


@router.post("/case-files/{case_file_id}/notice")
def send_notice(case_file_id: UUID, visit: Page) -> Response:
    return _send(visit, _notice(visit, case_file_id, visit.form.value("template")))


@router.post("/case-files/notices")
def send_notices(visit: Page) -> Response:
    kind = visit.form.optional_choice("template", TemplateKind) or TemplateKind.DEMAND

    def reference_of(case_file_id: UUID) -> str:
        return visit.store.load(CaseFile(), case_file_id)[0].reference

    return _send_many(visit, "case_file", "/escritorio", partial(_send_notice, visit, kind, None), reference_of)


# What each of them is


def _invoice(visit: Visit, invoice_id: UUID) -> Sending:
    return Sending(
        lambda log, command: sending.draft_invoice(log, command, invoice_id, formats_of(visit.business)),
        lambda command, message_id, addressed: _send_invoice(visit, command, invoice_id, message_id, addressed),
        f"/invoices/{invoice_id}/sending",
        f"/invoices/{invoice_id}",
        TemplateKind.INVOICE,
    )


def _reminder(visit: Visit, invoice_id: UUID, template: str) -> Sending:
    kind = TemplateKind(template) if template in REMINDERS else TemplateKind.FIRST_REMINDER

    def draft(log: Streams, command: Command) -> Draft:
        invoice = load_invoice(log, invoice_id, command)
        return sending.draft_reminder(
            log, command, invoice_id, invoice, kind, formats_of(visit.business), known_credit(visit.service, invoice_id)
        )

    return Sending(
        draft,
        lambda command, message_id, addressed: _send_reminder(visit, kind, command, invoice_id, message_id, addressed),
        f"/invoices/{invoice_id}/reminder",
        f"/invoices/{invoice_id}",
        kind,
        REMINDERS,
    )


def _estimate(visit: Visit, estimate_id: UUID) -> Sending:
    return Sending(
        lambda log, command: sending.draft_estimate(
            log, command, estimate_id, formats_of(visit.business), visit.service.estimate_link(estimate_id)
        ),
        lambda command, message_id, addressed: _send_estimate(visit, command, estimate_id, message_id, addressed),
        f"/estimates/{estimate_id}/sending",
        f"/estimates/{estimate_id}",
        TemplateKind.ESTIMATE,
    )


def _notice(visit: Visit, case_file_id: UUID, template: str) -> Sending:
    kind = TemplateKind(template) if template in NOTICES else TemplateKind.DEMAND
    return Sending(
        lambda log, command: notices.draft_notice(
            log,
            command,
            case_file_id,
            kind,
            None,
            None,
            formats_of(visit.business),
            known_credit(visit.service, case_file_id),
        ),
        lambda command, message_id, addressed: _send_notice(
            visit, kind, None, command, case_file_id, message_id, addressed
        ),
        f"/case-files/{case_file_id}/notice",
        f"/case-files/{case_file_id}",
        kind,
        NOTICES,
        notices.nothing_expected(visit.store, case_file_id, visit.today),
    )


def _send_invoice(visit: Visit, command: Command, invoice_id: UUID, message_id: UUID, addressed: Addressed) -> Outcome:
    return sending.send_invoice(
        visit.store,
        command,
        invoice_id,
        message_id=message_id,
        addressed=addressed,
        formats=formats_of(visit.business),
    )


def _send_reminder(
    visit: Visit, template: TemplateKind, command: Command, invoice_id: UUID, message_id: UUID, addressed: Addressed
) -> Outcome:
    return sending.remind_of_invoice(
        visit.store,
        command,
        invoice_id,
        message_id=message_id,
        addressed=addressed,
        template=template,
        formats=formats_of(visit.business),
        credit=known_credit(visit.service, invoice_id),
    )


def _send_estimate(
    visit: Visit, command: Command, estimate_id: UUID, message_id: UUID, addressed: Addressed
) -> Outcome:
    return sending.send_estimate(
        visit.store,
        command,
        estimate_id,
        message_id=message_id,
        addressed=addressed,
        formats=formats_of(visit.business),
        link=visit.service.estimate_link(estimate_id),
        seen=visit.form.seen,
    )


def _send_notice(
    visit: Visit,
    notice: TemplateKind,
    language: Language | None,
    command: Command,
    case_file_id: UUID,
    message_id: UUID,
    addressed: Addressed,
) -> Outcome:
    return notices.send_notice(
        visit.store,
        command,
        case_file_id,
        message_id=message_id,
        notice=notice,
        addressed=addressed,
        language=language,
        formats=formats_of(visit.business),
        credit=known_credit(visit.service, case_file_id),
        waits=waiting_notice(visit.service, case_file_id, notice) if visit.form.asks_first else None,
    )


# The form, and what becomes of it


def _form(visit: Visit, asked: Sending, channel: str, *, sent: Form | None = None) -> Response:
    """What can't be sent at all says why, on the page that it belongs to."""
    visit.viewer.require(*WORKS)
    log = Streams(visit.store)
    try:
        draft = asked.draft(log, visit.command())
    except Conflict as refusal:
        return visit.refused(refusal, asked.back)
    correspondence, _ = visit.store.load(Correspondence(), CORRESPONDENCE)
    set_up = {Channel.EMAIL: correspondence.mail, Channel.SMS: correspondence.sms, Channel.POST: True}
    known = {one: ways(draft.client, one, region=region_of(log), abroad=draft.abroad) for one in CHANNELS}
    works = (one for one in CHANNELS if set_up[one] and known[one])
    chosen = Channel(channel) if channel in CHANNELS else next(works, Channel.EMAIL)
    return visit.page(
        "sending.html",
        asked=asked,
        draft=draft,
        version=log.versions[draft.matter_id],
        channel=chosen,
        set_up=bool(set_up[chosen]),
        ways=known[chosen],
        sent=sent,
    )


def _send(visit: Visit, asked: Sending) -> Response:
    form, command = visit.form, visit.command()
    channel = form.value("channel")
    try:
        words = Words(form.optional_text("subject"), form.text("body"))
        addressed = Addressed(
            form.choice("channel", Channel), form.optional_id("contact_id"), words, form.optional_text("despite")
        )
        outcome = asked.send(command, new_id(command, "message"), addressed)
    except NotFound:
        raise
    except Refusal as refusal:
        return _form(visit, asked, channel, sent=form.refused(refusal))
    said = visit._("To be printed and posted") if channel == Channel.POST else visit._("On its way")
    return visit.done(outcome, f"/messages/{outcome.id}", said)


def _number_of(visit: Visit, invoice_id: UUID) -> str:
    return visit.store.load(Invoice(), invoice_id)[0].number


NAMED = 20
"""Of those that are not sent, in all: what is said on the next page has little room."""


def _send_many(
    visit: Visit,
    field: str,
    otherwise: str,
    send: Sends,
    called: Callable[[UUID], str],
    filtered: Filtered | None = None,
) -> Response:
    """What was ticked, or all that the address filters, each on its own.

    The next page says how many are on their way, and which are not, and why. `called`: what each is called.
    """
    form, back = visit.form, visit.back(otherwise)
    try:
        channel = form.optional_choice("goes_by", Channel) or Channel.EMAIL
        if not (chosen := filtered(visit, AT_ONCE + 1) if filtered and form.ticked("all") else form.ids(field)):
            raise NothingTicked
        sent, position = send_many(
            visit.command(),
            chosen,
            lambda command, one, message_id: send(command, one, message_id, Addressed(channel)),
        )
    except Refusal as refusal:
        return visit.refused(refusal, back)
    refused = [(one.id, one.refused) for one in sent if one.refused is not None]
    done = len(sent) - len(refused)
    if channel is Channel.POST:
        said = visit.words.ngettext("%(num)s letter to print", "%(num)s letters to print", done) % {"num": done}
    else:
        said = visit.words.ngettext("%(num)s message on its way", "%(num)s messages on their way", done) % {"num": done}
    if refused:
        by_reason: dict[str, list[str]] = {}
        for one, why_not in refused[:NAMED]:
            there = [] if isinstance(why_not, NotFound) else [called(one)]
            by_reason.setdefault(visit.said(why_not), []).extend(there)
        told = [f"{reason} ({', '.join(names)})" if names else reason for reason, names in by_reason.items()]
        why = "; ".join([*told, *(["…"] if len(refused) > NAMED else [])])
        said += ". " + visit._("Not sent: %(count)s. %(why)s", count=len(refused), why=why)
    return visit.done(Outcome(None, position) if position else None, back, said)
