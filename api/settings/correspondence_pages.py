"""Settings of what is written to clients: mail server, SMS gateway, the reminder policy, and the texts."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response

from api.pages.context import Page, PageContext
from api.pages.forms import Form, NotANumber
from api.pages.refusals import shown_again_by
from api.settings.correspondence_routes import Tried, tried
from api.settings.inputs import MailServerBody, TemplateBody
from application import correspondence
from application.correspondence import Secret, keep_secret
from domain.addresses import email, phone
from domain.correspondence import CORRESPONDENCE, STEPS_AT_MOST, Correspondence, ReminderStep
from domain.correspondence.carriers import Format, HeaderNotValid, SmsGateway
from domain.correspondence.templates import TemplateKind, named
from domain.people import Role
from domain.sending import Channel, Language

router = APIRouter(prefix="/settings/mail")

HERE = "/settings/mail"
EMPTY_STEPS = 2
"""Rows for further reminders that a form offers."""


def _settings(context: PageContext, *, tried: Mapping[str, Tried] | None = None, **shown: Any) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    known = _known(context)
    secrets = context.service.secrets
    steps = [*known.policy.steps, *[None] * min(EMPTY_STEPS, STEPS_AT_MOST - len(known.policy.steps))]
    needed = {step.channel for step in known.policy.steps} if known.policy.on else set[Channel]()
    return context.page(
        "mail_settings.html",
        suspended=known.suspended,
        mail=known.mail,
        sms=known.sms,
        policy=known.policy,
        steps=steps,
        lacking=[
            one
            for one, carrier in ((Channel.EMAIL, known.mail), (Channel.SMS, known.sms))
            if one in needed and carrier is None
        ],
        has_password=secrets.read(Secret.MAIL_PASSWORD) is not None,
        has_token=secrets.read(Secret.SMS_TOKEN) is not None,
        own=known.written,
        tried=tried or {},
        **shown,
    )


@router.get("")
def show_settings(context: Page) -> Response:
    return _settings(context)


@router.post("/server")
@shown_again_by(_settings)
def set_mail_server(context: Page) -> Response:
    """A password that is left empty stays as it is."""
    server = context.form.read(MailServerBody).server()
    outcome = correspondence.set_mail_server(context.store, context.command(), server=server)
    _keep(context, Secret.MAIL_PASSWORD, "password")
    return context.done(outcome, HERE, context._("Settings saved"))


@router.post("/gateway")
@shown_again_by(_settings)
def set_sms_gateway(context: Page) -> Response:
    form = context.form
    gateway = SmsGateway(
        url=form.text("url"),
        method=form.text("method"),
        format=form.choice("format", Format),
        headers=_headers(form),
        body=form.optional_text("body") or "",
        accepted_if=form.optional_text("accepted_if"),
        unknown_if=form.optional_text("unknown_if"),
    )
    outcome = correspondence.set_sms_gateway(context.store, context.command(), gateway=gateway)
    _keep(context, Secret.SMS_TOKEN, "token")
    return context.done(outcome, HERE, context._("Settings saved"))


@router.post("/policy")
@shown_again_by(_settings)
def set_reminder_policy(context: Page) -> Response:
    form = context.form
    outcome = correspondence.set_reminder_policy(
        context.store,
        context.command(),
        on=form.ticked("on"),
        from_hour=form.number("from_hour"),
        steps=[*_steps(form)],
    )
    return context.done(outcome, HERE, context._("Settings saved"))


@router.post("/suspension")
def suspend_sending(context: Page) -> Response:
    outcome = correspondence.suspend_sending(context.store, context.command())
    return context.done(outcome, HERE, context._("Sending is suspended"))


@router.post("/resumption")
def resume_sending(context: Page) -> Response:
    outcome = correspondence.resume_sending(context.store, context.command())
    return context.done(outcome, HERE, context._("Sending goes on"))


@router.post("/test")
@shown_again_by(_settings)
def try_out(context: Page) -> Response:
    """At once: the page says what came of it."""
    context.viewer.require(Role.ADMINISTRATOR)
    form = context.form
    channel = Channel.SMS if form.value("form_name") == "try-sms" else Channel.EMAIL
    typed = form.text("to")
    to = email(typed, "to") if channel is Channel.EMAIL else phone(typed, context.business.country, "to")
    subject = context._("Test of %(name)s", name=context.business.name)
    body = context._("This is a test: what %(name)s sends arrives here.", name=context.business.name)
    return _settings(context, tried={channel.value: tried(context.service.try_out(channel, to, subject, body))})


def _template(context: PageContext, kind: TemplateKind, language: Language, *, sent: Form | None = None) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    known = _known(context)
    return context.page(
        "mail_template.html",
        kind=kind,
        language=language,
        text=known.template(kind, language),
        own=(kind, language) in known.written,
        placeholders=named(kind, language),
        sent=sent,
    )


@router.get("/texts/{kind}/{language}")
def show_template(kind: TemplateKind, language: Language, context: Page) -> Response:
    return _template(context, kind, language)


@router.post("/texts/{kind}/{language}")
@shown_again_by(_template)
def write_template(kind: TemplateKind, language: Language, context: Page) -> Response:
    template = context.form.read(TemplateBody, kind=kind, language=language).template()
    outcome = correspondence.write_template(
        context.store, context.command(), kind=kind, language=language, template=template
    )
    return context.done(outcome, HERE, context._("Text saved"))


@router.post("/texts/{kind}/{language}/reset")
def reset_template(kind: TemplateKind, language: Language, context: Page) -> Response:
    outcome = correspondence.reset_template(context.store, context.command(), kind=kind, language=language)
    return context.done(outcome, HERE, context._("Back to the usual text"))


# The pages


def _known(context: PageContext) -> Correspondence:
    return context.store.load(Correspondence(), CORRESPONDENCE)[0]


def _keep(context: PageContext, secret: Secret, field: str) -> None:
    value = context.form.value(field)
    if context.form.ticked(f"no_{field}"):
        keep_secret(context.service.secrets, context.viewer, secret, None)
    elif value:
        keep_secret(context.service.secrets, context.viewer, secret, value, field=field)


def _steps(form: Form) -> list[ReminderStep]:
    """A row without days is none."""
    steps: list[ReminderStep] = []
    for number in range(STEPS_AT_MOST):
        if form.optional_text(f"days_{number}") is None:
            continue
        try:
            days = form.number(f"days_{number}")
        except NotANumber:
            raise NotANumber(field="steps") from None
        steps.append(
            ReminderStep(
                days, form.choice(f"channel_{number}", Channel), form.choice(f"template_{number}", TemplateKind)
            )
        )
    return steps


def _headers(form: Form) -> tuple[tuple[str, str], ...]:
    """One a line, name and value with a colon between."""
    headers: list[tuple[str, str]] = []
    for line in (form.optional_text("headers") or "").splitlines():
        name, colon, value = line.partition(":")
        if not colon:
            raise HeaderNotValid(field="headers")
        headers.append((name.strip(), value.strip()))
    return tuple(headers)
