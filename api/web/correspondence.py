"""Settings of what is written to clients: mail server, SMS gateway, the reminder policy, and the texts."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Response

from api.correspondence import Tried, tried
from api.web.forms import Form, NotANumber
from api.web.visit import Page, Visit
from application import correspondence
from application.correspondence import Secret, keep_secret
from application.streams import Outcome
from domain.addresses import email, phone
from domain.correspondence import CORRESPONDENCE, STEPS_AT_MOST, Correspondence, ReminderStep
from domain.correspondence.carriers import Format, HeaderNotValid, MailServer, Security, SmsGateway
from domain.correspondence.templates import Template, TemplateKind, named
from domain.errors import Refusal
from domain.people import Role
from domain.sending import Channel, Language

router = APIRouter(prefix="/settings/mail")

HERE = "/settings/mail"
EMPTY_STEPS = 2
"""Rows for further reminders that a form offers."""


@router.get("")
def show_settings(visit: Page) -> Response:
    return _settings(visit)


@router.post("/server")
def set_mail_server(visit: Page) -> Response:
    """A password that is left empty stays as it is."""
    form = visit.form

    def change() -> Outcome:
        server = MailServer(
            form.text("host"),
            form.number("port"),
            form.choice("security", Security),
            form.optional_text("user"),
            form.text("sender"),
            form.text("sender_name"),
            form.optional_text("reply_to"),
        )
        outcome = correspondence.set_mail_server(visit.store, visit.command(), server=server)
        _keep(visit, Secret.MAIL_PASSWORD, "password")
        return outcome

    return _changed(visit, change, visit._("Settings saved"))


@router.post("/gateway")
def set_sms_gateway(visit: Page) -> Response:
    form = visit.form

    def change() -> Outcome:
        gateway = SmsGateway(
            form.text("url"),
            form.text("method"),
            form.choice("format", Format),
            _headers(form),
            form.optional_text("body") or "",
            form.optional_text("accepted_if"),
            form.optional_text("unknown_if"),
        )
        outcome = correspondence.set_sms_gateway(visit.store, visit.command(), gateway=gateway)
        _keep(visit, Secret.SMS_TOKEN, "token")
        return outcome

    return _changed(visit, change, visit._("Settings saved"))


@router.post("/policy")
def set_reminder_policy(visit: Page) -> Response:
    form = visit.form

    def change() -> Outcome:
        return correspondence.set_reminder_policy(
            visit.store,
            visit.command(),
            on=form.ticked("on"),
            from_hour=form.number("from_hour"),
            steps=[*_steps(form)],
        )

    return _changed(visit, change, visit._("Settings saved"))


@router.post("/suspension")
def suspend_sending(visit: Page) -> Response:
    outcome = correspondence.suspend_sending(visit.store, visit.command())
    return visit.done(outcome, HERE, visit._("Sending is suspended"))


@router.post("/resumption")
def resume_sending(visit: Page) -> Response:
    outcome = correspondence.resume_sending(visit.store, visit.command())
    return visit.done(outcome, HERE, visit._("Sending goes on"))


@router.post("/test")
def try_out(visit: Page) -> Response:
    """At once: the page says what came of it."""
    visit.viewer.require(Role.ADMINISTRATOR)
    form = visit.form
    channel = Channel.SMS if form.value("form_name") == "try-sms" else Channel.EMAIL
    try:
        told = form.text("to")
        to = email(told, "to") if channel is Channel.EMAIL else phone(told, visit.business.country, "to")
    except Refusal as refusal:
        return _settings(visit, sent=form.refused(refusal))
    subject = visit._("Test of %(name)s", name=visit.business.name)
    body = visit._("This is a test: what %(name)s sends arrives here.", name=visit.business.name)
    return _settings(visit, tried={channel.value: tried(visit.service.try_out(channel, to, subject, body))})


@router.get("/texts/{kind}/{language}")
def show_template(kind: TemplateKind, language: Language, visit: Page) -> Response:
    return _template(visit, kind, language)


@router.post("/texts/{kind}/{language}")
def write_template(kind: TemplateKind, language: Language, visit: Page) -> Response:
    form = visit.form
    try:
        template = Template(form.text("subject"), form.text("body"), form.text("short"))
        outcome = correspondence.write_template(
            visit.store, visit.command(), kind=kind, language=language, template=template
        )
    except Refusal as refusal:
        return _template(visit, kind, language, sent=form.refused(refusal))
    return visit.done(outcome, HERE, visit._("Text saved"))


@router.post("/texts/{kind}/{language}/reset")
def reset_template(kind: TemplateKind, language: Language, visit: Page) -> Response:
    outcome = correspondence.reset_template(visit.store, visit.command(), kind=kind, language=language)
    return visit.done(outcome, HERE, visit._("Back to the usual text"))


# The pages


def _settings(visit: Visit, *, tried: Mapping[str, Tried] | None = None, **shown: Any) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    known = _known(visit)
    secrets = visit.service.secrets
    steps = [*known.policy.steps, *[None] * min(EMPTY_STEPS, STEPS_AT_MOST - len(known.policy.steps))]
    needed = {step.channel for step in known.policy.steps} if known.policy.on else set[Channel]()
    return visit.page(
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


def _template(visit: Visit, kind: TemplateKind, language: Language, *, sent: Form | None = None) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    known = _known(visit)
    return visit.page(
        "mail_template.html",
        kind=kind,
        language=language,
        text=known.template(kind, language),
        own=(kind, language) in known.written,
        placeholders=named(kind, language),
        sent=sent,
    )


def _known(visit: Visit) -> Correspondence:
    return visit.store.load(Correspondence(), CORRESPONDENCE)[0]


def _changed(visit: Visit, change: Callable[[], Outcome], said: str) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    try:
        outcome = change()
    except Refusal as refusal:
        return _settings(visit, sent=visit.form.refused(refusal))
    return visit.done(outcome, HERE, said)


def _keep(visit: Visit, secret: Secret, field: str) -> None:
    value = visit.form.value(field)
    if visit.form.ticked(f"no_{field}"):
        keep_secret(visit.service.secrets, visit.viewer, secret, None)
    elif value:
        keep_secret(visit.service.secrets, visit.viewer, secret, value, field=field)


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
