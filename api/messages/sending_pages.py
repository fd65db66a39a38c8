"""Sending something to a client: which way, to which contact, in which words; and many things at once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from api.estimates.listing import filtered_estimates
from api.invoices.listing import filtered_invoices
from api.messages.inputs import DemandBody
from api.messages.sending_routes import formats_of, known_credit, waiting_notice
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from application import notices, sending
from application.invoices import load_invoice
from application.recipients import ways
from application.sending import AT_ONCE, Addressed, Draft, region_of, send_many
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
Filtered = Callable[[PageContext, int], Sequence[UUID]]


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
def show_invoice_sending(invoice_id: UUID, context: Page, channel: str = "") -> Response:
    return _form(context, _invoice(context, invoice_id), channel)


@router.post("/invoices/{invoice_id}/sending")
def send_invoice(invoice_id: UUID, context: Page) -> Response:
    return _send(context, _invoice(context, invoice_id))


@router.get("/invoices/{invoice_id}/reminder")
def show_reminder(invoice_id: UUID, context: Page, channel: str = "", template: str = "") -> Response:
    return _form(context, _reminder(context, invoice_id, template), channel)


@router.post("/invoices/{invoice_id}/reminder")
def remind(invoice_id: UUID, context: Page) -> Response:
    return _send(context, _reminder(context, invoice_id, context.form.value("template")))


@router.post("/invoices/sending")
def send_invoices(context: Page) -> Response:
    send = partial(_send_invoice, context)
    return _send_many(context, "invoice", "/invoices", send, partial(_number_of, context), filtered_invoices)


@router.post("/invoices/reminders")
def remind_of_invoices(context: Page) -> Response:
    remind = partial(_send_reminder, context, TemplateKind.FIRST_REMINDER)
    return _send_many(context, "invoice", "/invoices", remind, partial(_number_of, context), filtered_invoices)


# Estimates


@router.get("/estimates/{estimate_id}/sending")
def show_estimate_sending(estimate_id: UUID, context: Page, channel: str = "") -> Response:
    return _form(context, _estimate(context, estimate_id), channel)


@router.post("/estimates/{estimate_id}/sending")
def send_estimate(estimate_id: UUID, context: Page) -> Response:
    return _send(context, _estimate(context, estimate_id))


@router.post("/estimates/sending")
def send_estimates(context: Page) -> Response:
    def number_of(estimate_id: UUID) -> str:
        return context.store.load(Estimate(), estimate_id)[0].number

    return _send_many(
        context, "estimate", "/estimates", partial(_send_estimate, context), number_of, filtered_estimates
    )


# Case files


@router.get("/case-files/{case_file_id}/notice")
def show_notice(case_file_id: UUID, context: Page, channel: str = "", template: str = "") -> Response:
    return _form(context, _notice(context, case_file_id, template), channel)


@router.post("/case-files/{case_file_id}/notice")
def send_notice(case_file_id: UUID, context: Page) -> Response:
    return _send(context, _notice(context, case_file_id, context.form.value("template")))


@router.post("/case-files/notices")
def send_notices(context: Page) -> Response:
    kind = context.form.optional_choice("template", TemplateKind) or TemplateKind.DEMAND

    def reference_of(case_file_id: UUID) -> str:
        return context.store.load(CaseFile(), case_file_id)[0].reference

    return _send_many(context, "case_file", "/escritorio", partial(_send_notice, context, kind, None), reference_of)


# What each of them is


def _invoice(context: PageContext, invoice_id: UUID) -> Sending:
    return Sending(
        lambda log, command: sending.draft_invoice(log, command, invoice_id, formats_of(context.business)),
        lambda command, message_id, addressed: _send_invoice(context, command, invoice_id, message_id, addressed),
        f"/invoices/{invoice_id}/sending",
        f"/invoices/{invoice_id}",
        TemplateKind.INVOICE,
    )


def _reminder(context: PageContext, invoice_id: UUID, template: str) -> Sending:
    kind = TemplateKind(template) if template in REMINDERS else TemplateKind.FIRST_REMINDER

    def draft(log: Streams, command: Command) -> Draft:
        invoice = load_invoice(log, invoice_id, command)
        return sending.draft_reminder(
            log,
            command,
            invoice_id,
            invoice,
            kind,
            formats_of(context.business),
            known_credit(context.service, invoice_id),
        )

    return Sending(
        draft=draft,
        send=lambda command, message_id, addressed: _send_reminder(
            context, kind, command, invoice_id, message_id, addressed
        ),
        here=f"/invoices/{invoice_id}/reminder",
        back=f"/invoices/{invoice_id}",
        template=kind,
        templates=REMINDERS,
    )


def _estimate(context: PageContext, estimate_id: UUID) -> Sending:
    return Sending(
        lambda log, command: sending.draft_estimate(
            log, command, estimate_id, formats_of(context.business), context.service.estimate_link(estimate_id)
        ),
        lambda command, message_id, addressed: _send_estimate(context, command, estimate_id, message_id, addressed),
        f"/estimates/{estimate_id}/sending",
        f"/estimates/{estimate_id}",
        TemplateKind.ESTIMATE,
    )


def _notice(context: PageContext, case_file_id: UUID, template: str) -> Sending:
    kind = TemplateKind(template) if template in NOTICES else TemplateKind.DEMAND
    return Sending(
        draft=lambda log, command: notices.draft_notice(
            log,
            command,
            case_file_id,
            kind,
            None,
            None,
            formats_of(context.business),
            known_credit(context.service, case_file_id),
        ),
        send=lambda command, message_id, addressed: _send_notice(
            context, kind, None, command, case_file_id, message_id, addressed
        ),
        here=f"/case-files/{case_file_id}/notice",
        back=f"/case-files/{case_file_id}",
        template=kind,
        templates=NOTICES,
        unfit=notices.nothing_expected(context.store, case_file_id, context.today),
    )


def _send_invoice(
    context: PageContext, command: Command, invoice_id: UUID, message_id: UUID, addressed: Addressed
) -> Outcome:
    return sending.send_invoice(
        context.store,
        command,
        invoice_id,
        message_id=message_id,
        addressed=addressed,
        formats=formats_of(context.business),
    )


def _send_reminder(
    context: PageContext,
    template: TemplateKind,
    command: Command,
    invoice_id: UUID,
    message_id: UUID,
    addressed: Addressed,
) -> Outcome:
    return sending.remind_of_invoice(
        context.store,
        command,
        invoice_id,
        message_id=message_id,
        addressed=addressed,
        template=template,
        formats=formats_of(context.business),
        credit=known_credit(context.service, invoice_id),
    )


def _send_estimate(
    context: PageContext, command: Command, estimate_id: UUID, message_id: UUID, addressed: Addressed
) -> Outcome:
    return sending.send_estimate(
        context.store,
        command,
        estimate_id,
        message_id=message_id,
        addressed=addressed,
        formats=formats_of(context.business),
        link=context.service.estimate_link(estimate_id),
        seen=context.form.seen,
    )


def _send_notice(
    context: PageContext,
    notice: TemplateKind,
    language: Language | None,
    command: Command,
    case_file_id: UUID,
    message_id: UUID,
    addressed: Addressed,
) -> Outcome:
    return notices.send_notice(
        context.store,
        command,
        case_file_id,
        message_id=message_id,
        notice=notice,
        addressed=addressed,
        language=language,
        formats=formats_of(context.business),
        credit=known_credit(context.service, case_file_id),
        waits=waiting_notice(context.service, case_file_id, notice) if context.form.asks_first else None,
    )


# The form, and what becomes of it


def _form(context: PageContext, asked: Sending, channel: str, *, sent: Form | None = None) -> Response:
    """What can't be sent at all says why, on the page that it belongs to."""
    context.viewer.require(*WORKS)
    log = Streams(context.store)
    try:
        draft = asked.draft(log, context.command())
    except Conflict as refusal:
        return context.refused(refusal, asked.back)
    correspondence, _ = context.store.load(Correspondence(), CORRESPONDENCE)
    set_up = {Channel.EMAIL: correspondence.mail, Channel.SMS: correspondence.sms, Channel.POST: True}
    known = {one: ways(draft.client, one, region=region_of(log), abroad=draft.abroad) for one in CHANNELS}
    works = (one for one in CHANNELS if set_up[one] and known[one])
    chosen = Channel(channel) if channel in CHANNELS else next(works, Channel.EMAIL)
    return context.page(
        "sending.html",
        asked=asked,
        draft=draft,
        version=log.versions[draft.matter_id],
        channel=chosen,
        set_up=bool(set_up[chosen]),
        ways=known[chosen],
        sent=sent,
    )


def _send(context: PageContext, asked: Sending) -> Response:
    form, command = context.form, context.command()
    channel = form.value("channel")
    try:
        addressed = form.read(DemandBody, body=form.text("body")).addressed()
        outcome = asked.send(command, new_id(command, "message"), addressed)
    except NotFound:
        raise
    except Refusal as refusal:
        return _form(context, asked, channel, sent=form.refused(refusal))
    said = context._("To be printed and posted") if channel == Channel.POST else context._("On its way")
    return context.done(outcome, f"/messages/{outcome.id}", said)


def _number_of(context: PageContext, invoice_id: UUID) -> str:
    return context.store.load(Invoice(), invoice_id)[0].number


NAMED = 20
"""Of those that are not sent, in all: what is said on the next page has little room."""


def _send_many(
    context: PageContext,
    field: str,
    otherwise: str,
    send: Sends,
    called: Callable[[UUID], str],
    filtered: Filtered | None = None,
) -> Response:
    """What was ticked, or all that the address filters, each on its own.

    The next page says how many are on their way, and which are not, and why. `called`: what each is called.
    """
    form, back = context.form, context.back(otherwise)
    try:
        channel = form.optional_choice("goes_by", Channel) or Channel.EMAIL
        if not (chosen := filtered(context, AT_ONCE + 1) if filtered and form.ticked("all") else form.ids(field)):
            raise NothingTicked
        sent, position = send_many(
            context.command(),
            chosen,
            lambda command, one, message_id: send(
                command, one, message_id, Addressed(channel, again=not form.asks_first)
            ),
        )
    except Refusal as refusal:
        return context.refused(refusal, back)
    refused = [(one.id, one.refused) for one in sent if one.refused is not None]
    done = len(sent) - len(refused)
    if channel is Channel.POST:
        said = context.words.ngettext("%(num)s letter to print", "%(num)s letters to print", done) % {"num": done}
    else:
        said = context.words.ngettext("%(num)s message on its way", "%(num)s messages on their way", done) % {
            "num": done
        }
    if refused:
        by_reason: dict[str, list[str]] = {}
        for one, why_not in refused[:NAMED]:
            there = [] if isinstance(why_not, NotFound) else [called(one)]
            by_reason.setdefault(context.said(why_not), []).extend(there)
        reasons = [f"{reason} ({', '.join(names)})" if names else reason for reason, names in by_reason.items()]
        why = "; ".join([*reasons, *(["…"] if len(refused) > NAMED else [])])
        said += ". " + context._("Not sent: %(count)s. %(why)s", count=len(refused), why=why)
    return context.done(Outcome(None, position) if position else None, back, said)
