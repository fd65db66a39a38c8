"""What people and programs tell of a message that is to be sent."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import Field, StrictBool

from api.http.shapes import Body, Line, Note
from application.sending import AT_ONCE, Addressed, OwnText
from domain.correspondence.templates import TemplateKind
from domain.sending import Channel, Language

Ids = Annotated[Sequence[UUID], Field(min_length=1, max_length=AT_ONCE)]

Again = Annotated[
    StrictBool, Field(description="Also where the same went to the same contact today, or waits to: else it is refused")
]


class SendingBody(Body):
    """To the best contact of that kind, unless one is named; in the template's words, unless others are given."""

    channel: Channel
    contact_id: UUID | None = None
    subject: Line | None = None
    body: Note | None = None
    again: Again = False

    def addressed(self) -> Addressed:
        words = OwnText(self.subject, self.body) if self.body is not None else None
        return Addressed(self.channel, self.contact_id, words, again=self.again)


class DemandBody(SendingBody):
    """`despite`: why a supervisor sends it though the case file is disputed or in insolvency, or it is held back."""

    despite: Line | None = None

    def addressed(self) -> Addressed:
        return replace(super().addressed(), despite=self.despite)


class ReminderBody(DemandBody):
    template: TemplateKind = TemplateKind.FIRST_REMINDER


class NoticeBody(DemandBody):
    """`kind` is demand, promise_reminder or instalment_reminder; of promises the next one, unless one is named.

    `ask_first`: where another of the kind waits to be sent, it is refused (409) and says so.
    """

    kind: TemplateKind
    language: Language | None = None
    promise_id: UUID | None = None
    ask_first: StrictBool = False


class ManyBody(Body):
    channel: Channel
    ids: Ids
    again: Again = False

    def addressed(self) -> Addressed:
        return Addressed(self.channel, again=self.again)


class ManyRemindersBody(ManyBody):
    template: TemplateKind = TemplateKind.FIRST_REMINDER


class ManyNoticesBody(ManyBody):
    """`ask_first`: those of which another of the kind waits to be sent are left out, and say so."""

    kind: TemplateKind
    language: Language | None = None
    ask_first: StrictBool = False
