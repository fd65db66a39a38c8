"""What the business writes to its clients and who carries it: texts, the reminder policy, mail server, SMS gateway.

What lets in there, a password or a token, is kept beside the log and never shown again: see `Secrets`.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

from application.streams import Change, Command, Decision, EventStore, Outcome, Streams, change
from domain.correspondence import CORRESPONDENCE, Correspondence, Event, ReminderStep
from domain.correspondence.carriers import MailServer, SmsGateway
from domain.correspondence.templates import Template, TemplateKind
from domain.errors import Invalid
from domain.people import Actor, Role
from domain.sending import Language

SECRET_AT_MOST = 1000


class SecretNotAllowed(Invalid):
    title = "A password or token has 1 to 1000 characters"


class Secret(StrEnum):
    MAIL_PASSWORD = "mail_password"  # noqa: S105 - its name
    SMS_TOKEN = "sms_token"  # noqa: S105 - its name


class Secrets(Protocol):
    """Encrypted, beside the log."""

    def keep(self, secret: Secret, value: str) -> None:
        """In place of the one before."""
        ...

    def read(self, secret: Secret) -> str | None: ...

    def remove(self, secret: Secret) -> None: ...


def load_correspondence(log: Streams) -> Correspondence:
    return log.load_or_new(Correspondence(), CORRESPONDENCE)


def write_template(
    store: EventStore, command: Command, *, kind: TemplateKind, language: Language, template: Template
) -> Outcome:
    return _change(store, command, lambda c: c.write_template(kind, language, template, by=command.actor))


def reset_template(store: EventStore, command: Command, *, kind: TemplateKind, language: Language) -> Outcome:
    return _change(store, command, lambda c: c.reset_template(kind, language, by=command.actor))


def set_reminder_policy(
    store: EventStore, command: Command, *, on: bool, from_hour: int, steps: Sequence[ReminderStep]
) -> Outcome:
    return _change(store, command, lambda c: c.set_policy(on=on, from_hour=from_hour, steps=steps, by=command.actor))


def set_mail_server(store: EventStore, command: Command, *, server: MailServer) -> Outcome:
    return _change(store, command, lambda c: c.set_mail_server(server, by=command.actor))


def set_sms_gateway(store: EventStore, command: Command, *, gateway: SmsGateway) -> Outcome:
    return _change(store, command, lambda c: c.set_sms_gateway(gateway, by=command.actor))


def suspend_sending(store: EventStore, command: Command) -> Outcome:
    return _change(store, command, lambda c: c.suspend_sending(by=command.actor))


def resume_sending(store: EventStore, command: Command) -> Outcome:
    return _change(store, command, lambda c: c.resume_sending(by=command.actor))


def keep_secret(secrets: Secrets, actor: Actor, secret: Secret, value: str | None, *, field: str = "value") -> None:
    """None takes it away."""
    actor.require(Role.ADMINISTRATOR)
    if value is None:
        secrets.remove(secret)
        return
    if not 1 <= len(value) <= SECRET_AT_MOST or not value.isprintable():
        raise SecretNotAllowed(field=field)
    secrets.keep(secret, value)


def _change(store: EventStore, command: Command, decide: Callable[[Correspondence], Sequence[Event]]) -> Outcome:
    def decided(log: Streams) -> Decision:
        return Decision([Change(CORRESPONDENCE, decide(load_correspondence(log)))])

    return change(store, command, decided)
