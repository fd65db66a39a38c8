"""What the business writes to its clients, when it reminds them, and who carries it. One stream.

The texts are in `templates` (those of a new business in `usual`), who carries messages in `carriers`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self, assert_never
from uuid import UUID

from domain.correspondence.carriers import MailServer, SmsGateway
from domain.correspondence.templates import REMINDERS, Template, TemplateKind
from domain.correspondence.usual import USUAL
from domain.errors import Conflict, Invalid
from domain.people import Actor, Role
from domain.sending import Channel, Language

CORRESPONDENCE = UUID("0b7f0a52-6f4e-4d53-8a3a-6b5d3c1d2e03")
"""The stream of the one correspondence of a store."""

STEPS_AT_MOST = 10
DAYS = range(1, 366)


@dataclass(frozen=True, slots=True)
class ReminderStep:
    """So many days after an invoice was due, once for each invoice."""

    days: int
    channel: Channel
    template: TemplateKind


# What can happen


@dataclass(frozen=True, slots=True)
class TemplateWritten:
    kind: TemplateKind
    language: Language
    template: Template


@dataclass(frozen=True, slots=True)
class TemplateReset:
    """Back to the usual text."""

    kind: TemplateKind
    language: Language


@dataclass(frozen=True, slots=True)
class ReminderPolicySet:
    """`from_hour` is the hour of the business's day from which reminders go out."""

    on: bool
    from_hour: int
    steps: tuple[ReminderStep, ...]


@dataclass(frozen=True, slots=True)
class MailServerSet:
    server: MailServer


@dataclass(frozen=True, slots=True)
class SmsGatewaySet:
    gateway: SmsGateway


@dataclass(frozen=True, slots=True)
class SendingSuspended:
    """Nothing leaves the outbox, and the policy reminds nobody, until a person resumes it."""


@dataclass(frozen=True, slots=True)
class SendingResumed:
    pass


Event = (
    TemplateWritten
    | TemplateReset
    | ReminderPolicySet
    | MailServerSet
    | SmsGatewaySet
    | SendingSuspended
    | SendingResumed
)


# What is refused


class StepsOutOfOrder(Invalid):
    title = "Each reminder comes some days after the one before: 1 to 365 days, at most ten reminders"


class StepNotAllowed(Invalid):
    title = "A reminder goes by e-mail, SMS or post, with one of the texts for reminders"


class HourOutOfRange(Invalid):
    title = "An hour of the day is 0 to 23"


class CarrierNotSetUp(Conflict):
    title = "This cannot be sent yet: an administrator sets it up under settings, mail"


class SendingIsSuspended(Conflict):
    title = "Sending is suspended, until an administrator resumes it under settings, mail"


# The correspondence

USUAL_POLICY = ReminderPolicySet(
    on=False,
    from_hour=9,
    steps=(
        ReminderStep(3, Channel.EMAIL, TemplateKind.FIRST_REMINDER),
        ReminderStep(15, Channel.EMAIL, TemplateKind.SECOND_REMINDER),
        ReminderStep(30, Channel.EMAIL, TemplateKind.LAST_REMINDER),
    ),
)


@dataclass(frozen=True)
class Correspondence:
    written: Mapping[tuple[TemplateKind, Language], Template] = field(
        default_factory=dict[tuple[TemplateKind, Language], Template]
    )
    policy: ReminderPolicySet = USUAL_POLICY
    mail: MailServer | None = None
    sms: SmsGateway | None = None
    suspended: bool = False

    def template(self, kind: TemplateKind, language: Language) -> Template:
        return self.written.get((kind, language)) or USUAL[language][kind]

    def check_carries(self, channel: Channel) -> None:
        """Post needs nothing but a printer."""
        carrier = {Channel.EMAIL: self.mail, Channel.SMS: self.sms}
        if channel in carrier and carrier[channel] is None:
            raise CarrierNotSetUp(field="channel", channel=channel)

    def write_template(self, kind: TemplateKind, language: Language, new: Template, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        template = new.checked(kind, language)
        return [] if template == self.template(kind, language) else [TemplateWritten(kind, language, template)]

    def reset_template(self, kind: TemplateKind, language: Language, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        return [TemplateReset(kind, language)] if (kind, language) in self.written else []

    def set_policy(self, *, on: bool, from_hour: int, steps: Sequence[ReminderStep], by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        if from_hour not in range(24):
            raise HourOutOfRange(field="from_hour")
        for step in steps:
            if step.channel is Channel.MARKED or step.template not in REMINDERS:
                raise StepNotAllowed(field="steps")
            if step.channel is Channel.SMS and self.sms is None:
                raise CarrierNotSetUp(field="steps", channel=step.channel)
        days = [step.days for step in steps]
        if len(days) > STEPS_AT_MOST or days != sorted(set(days)) or not all(one in DAYS for one in days):
            raise StepsOutOfOrder(field="steps")
        policy = ReminderPolicySet(on, from_hour, tuple(steps))
        return [] if policy == self.policy else [policy]

    def set_mail_server(self, new: MailServer, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        server = new.checked()
        return [] if server == self.mail else [MailServerSet(server)]

    def set_sms_gateway(self, new: SmsGateway, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        gateway = new.checked()
        return [] if gateway == self.sms else [SmsGatewaySet(gateway)]

    def suspend_sending(self, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        return [] if self.suspended else [SendingSuspended()]

    def resume_sending(self, *, by: Actor) -> list[Event]:
        by.require(Role.ADMINISTRATOR)
        return [SendingResumed()] if self.suspended else []

    def check_sends(self) -> None:
        if self.suspended:
            raise SendingIsSuspended

    def evolve(self, event: Event) -> Self:
        match event:
            case TemplateWritten():
                return replace(self, written={**self.written, (event.kind, event.language): event.template})
            case TemplateReset():
                left = {key: one for key, one in self.written.items() if key != (event.kind, event.language)}
                return replace(self, written=left)
            case ReminderPolicySet():
                return replace(self, policy=event)
            case MailServerSet():
                return replace(self, mail=event.server)
            case SmsGatewaySet():
                return replace(self, sms=event.gateway)
            case SendingSuspended() | SendingResumed():
                return replace(self, suspended=isinstance(event, SendingSuspended))
            case _:
                assert_never(event)
