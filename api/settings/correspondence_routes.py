"""What the business writes to its clients and who carries it, over HTTP: an administrator's settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from api.http.dependencies import Done, NewCommand, Question
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.settings.inputs import (
    GatewayBody,
    MailServerBody,
    PolicyBody,
    SecretBody,
    TemplateBody,
    TestBody,
    WhichTemplate,
)
from application import correspondence
from application.correspondence import Secret
from domain.addresses import email, phone
from domain.correspondence import (
    CORRESPONDENCE,
    Correspondence,
    ReminderPolicySet,
    ReminderStep,
)
from domain.correspondence.carriers import MailServer, SmsGateway
from domain.correspondence.templates import Template, TemplateKind, named
from domain.message import Refused, Report, Taken, as_kept
from domain.people import Role
from domain.sending import Channel, Language

router = APIRouter(
    prefix="/api/correspondence",
    tags=["correspondence"],
    responses=documented(401, 403, 409, 422, 503),
    route_class=OneThreadRoute,
)


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """`own`: the business's own text, not the usual one."""

    kind: TemplateKind
    language: Language
    template: Template
    own: bool
    placeholders: Sequence[str]


@dataclass(frozen=True, slots=True)
class CorrespondenceShown:
    """Of secrets only whether there are any."""

    templates: Sequence[TemplateShown]
    policy: ReminderPolicySet
    suspended: bool
    mail: MailServer | None
    sms: SmsGateway | None
    has_mail_password: bool
    has_sms_token: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a test: `outcome` is accepted, refused or unknown."""

    outcome: str
    failure: str | None
    answer: str | None


@router.get("")
def show_correspondence(question: Question) -> CorrespondenceShown:
    question.require(Role.ADMINISTRATOR)
    service = question.service
    known, _ = service.store.load(Correspondence(), CORRESPONDENCE)
    return CorrespondenceShown(
        templates=[
            TemplateShown(
                kind, language, known.template(kind, language), (kind, language) in known.written, named(kind, language)
            )
            for kind in TemplateKind
            for language in Language
        ],
        policy=known.policy,
        suspended=known.suspended,
        mail=known.mail,
        sms=known.sms,
        has_mail_password=service.secrets.read(Secret.MAIL_PASSWORD) is not None,
        has_sms_token=service.secrets.read(Secret.SMS_TOKEN) is not None,
    )


@router.post("/templates")
def write_template(body: TemplateBody, new: NewCommand) -> Done:
    kind, language, template = body.kind, body.language, body.template()
    return new.done(
        correspondence.write_template(new.store, new.command, kind=kind, language=language, template=template)
    )


@router.post("/templates/reset")
def reset_template(body: WhichTemplate, new: NewCommand) -> Done:
    """Back to the usual text."""
    return new.done(correspondence.reset_template(new.store, new.command, kind=body.kind, language=body.language))


@router.post("/reminder-policy")
def set_reminder_policy(body: PolicyBody, new: NewCommand) -> Done:
    """Each step once for each overdue invoice; nothing is sent while it is disputed or in collection."""
    steps = [ReminderStep(one.days, one.channel, one.template) for one in body.steps]
    return new.done(
        correspondence.set_reminder_policy(new.store, new.command, on=body.on, from_hour=body.from_hour, steps=steps)
    )


@router.post("/mail-server")
def set_mail_server(body: MailServerBody, new: NewCommand) -> Done:
    return new.done(correspondence.set_mail_server(new.store, new.command, server=body.server()))


@router.post("/sms-gateway")
def set_sms_gateway(body: GatewayBody, new: NewCommand) -> Done:
    headers = tuple((one.name, one.value) for one in body.headers)
    gateway = SmsGateway(
        url=body.url,
        method=body.method,
        format=body.format,
        headers=headers,
        body=body.body,
        accepted_if=body.accepted_if,
        unknown_if=body.unknown_if,
    )
    return new.done(correspondence.set_sms_gateway(new.store, new.command, gateway=gateway))


@router.post("/secrets", status_code=204)
def keep_secret(body: SecretBody, new: NewCommand) -> None:
    """It never reaches the log: it is kept encrypted beside it."""
    correspondence.keep_secret(new.service.secrets, new.command.actor, body.secret, body.value)


@router.post("/suspension")
def suspend_sending(new: NewCommand) -> Done:
    """Nothing leaves the outbox, and the policy reminds nobody, until it is resumed."""
    return new.done(correspondence.suspend_sending(new.store, new.command))


@router.post("/resumption")
def resume_sending(new: NewCommand) -> Done:
    """After a restore too: what was restored may have been sent before."""
    return new.done(correspondence.resume_sending(new.store, new.command))


@router.post("/test")
def try_out(body: TestBody, new: NewCommand) -> Tried:
    """Sends a test at once, beside the outbox, and tells what came of it."""
    new.command.actor.require(Role.ADMINISTRATOR)
    business = new.service.business()
    to = email(body.to, "to") if body.channel is Channel.EMAIL else phone(body.to, business.country, "to")
    return tried(new.service.try_out(body.channel, to, f"Recobro: {business.name}", f"Recobro: {business.name}"))


def tried(report: Report) -> Tried:
    answer = as_kept(report.answer)
    if isinstance(report, Taken):
        return Tried("accepted", None, answer)
    if isinstance(report, Refused):
        return Tried("refused", report.failure.value, answer)
    return Tried("unknown", None, answer)
