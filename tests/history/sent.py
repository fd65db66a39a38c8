"""The part of the story that is sent: texts, who carries them, and what became of some messages."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from application import business, correspondence
from domain.correspondence import ReminderStep
from domain.correspondence.carriers import Format, MailServer, Security, SmsGateway
from domain.correspondence.templates import Template, TemplateKind
from domain.message import Event, Failure, Kind, Matter, Message, NewMessage, OutcomeUnknown, Refused, Taken
from domain.people import OPERATOR, Actor, Period, Role
from domain.sending import Channel, Language

if TYPE_CHECKING:
    from write import Story

ANA = Actor("ana", frozenset({Role.SUPERVISOR}))

SERVER = MailServer("smtp.example.com", 587, Security.STARTTLS, "cobros", "cobros@example.com", "Cobros Ría")
GATEWAY = SmsGateway(
    "https://sms.example.com/send",
    "POST",
    Format.JSON,
    (("Authorization", "Bearer {token}"),),
    '{"to": "{to}", "text": "{text}"}',
)


class Sending:
    def __init__(self, story: "Story", client: UUID, case_file: UUID) -> None:
        self.story, self.does, self.client, self.case_file = story, story.does, client, case_file

    def tell(self) -> None:
        self.does(business.prefer_period, ANA, period=Period.YEAR)
        kind, language = TemplateKind.DEMAND, Language.SPANISH
        template = Template("Reclamación {referencia}", "Hola, {nombre}: debe {pendiente}.", "Debe {pendiente}")
        self.does(correspondence.write_template, OPERATOR, kind=kind, language=language, template=template)
        self.does(correspondence.reset_template, OPERATOR, kind=kind, language=language)
        step = ReminderStep(7, Channel.EMAIL, TemplateKind.FIRST_REMINDER)
        self.does(correspondence.set_reminder_policy, OPERATOR, on=True, from_hour=9, steps=[step])
        self.does(correspondence.set_mail_server, OPERATOR, server=SERVER)
        self.does(correspondence.set_sms_gateway, OPERATOR, gateway=GATEWAY)
        self.does(correspondence.suspend_sending, OPERATOR)
        self.does(correspondence.resume_sending, OPERATOR)

        at = datetime.combine(self.story.day, time(10), UTC)
        busy = Refused(Failure.NOT_NOW, "Núria no, luego")
        self.lived(
            lambda message: message.attempt_it(at=at),
            lambda message: message.report(1, busy, at=at),
            lambda message: message.send_again(at=at, by=ANA),
            lambda message: message.attempt_it(at=at),
            lambda message: message.report(2, OutcomeUnknown("Se cortó"), at=at),
            lambda message: message.send_again(at=at, by=ANA),
            lambda message: message.attempt_it(at=at),
            lambda message: message.report(3, Taken("250 OK"), at=at),
        )
        self.lived(lambda message: message.cancel(by=ANA))

    def lived(self, *decisions: Callable[[Message], Sequence[Event]]) -> None:
        """A demand that is queued, and then all that is decided on it."""
        at = datetime.combine(self.story.day, time(10), UTC)
        new = NewMessage(
            Channel.EMAIL,
            Kind.DEMAND,
            Matter.CASE_FILE,
            self.case_file,
            self.client,
            Language.SPANISH,
            to="nuria@example.com",
            name="Núria Peña",
            subject="Reclamación EXP-1",
            body="Hola, Núria Peña.",
        )
        message, told = Message(), list[Event]()
        for decide in (lambda message: message.queue(new, at=at, by=ANA), *decisions):
            for event in decide(message):
                message = message.evolve(event)
                told.append(event)
        self.story.appended(uuid4(), told, self.client)
