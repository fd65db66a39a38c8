"""An estimate: drafted, sent, then accepted or declined by the client, once, before it expires.

It is never changed once it is sent: a new version of it takes its place. An accepted one becomes an invoice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.days import check_day
from domain.errors import Conflict, Invalid, NotFound
from domain.issuer import DAYS_AT_MOST
from domain.lines import Content, Line, NewLine, checked_lines, totals
from domain.money import Money
from domain.people import WORKS, Actor
from domain.personal import NAME, About, optional_long_text, optional_text
from domain.sending import Channel, Language
from domain.series import NumberTaken

NOBODY = UUID(int=0)
NOTHING = Money.zero("EUR")
UNWRITTEN = Content((), ())


class Stage(StrEnum):
    """Expired is not one of them: that a sent one is, its day tells."""

    NOTHING = "nothing"
    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVISED = "revised"
    DELETED = "deleted"


# What can happen


@dataclass(frozen=True, slots=True)
class EstimateDrafted:
    """`revises` is the one whose place this takes."""

    number: str
    client_id: UUID
    currency: str
    lines: tuple[Line, ...]
    total: Money
    valid_days: int
    language: Language
    drafted_on: date
    revises: UUID | None = None
    descriptions: Annotated[tuple[str, ...] | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class EstimateChanged:
    """All of it, as it is from now on."""

    currency: str
    lines: tuple[Line, ...]
    total: Money
    valid_days: int
    language: Language
    descriptions: Annotated[tuple[str, ...] | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class EstimateDeleted:
    pass


@dataclass(frozen=True, slots=True)
class EstimateSent:
    """`expires_on` is the last day on which the client can answer; sent again, it is another."""

    channel: Channel
    sent_on: date
    expires_on: date
    message_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EstimateAccepted:
    """`by_link`: the client itself said so; `answered_by` is the name it gave, or that somebody noted."""

    accepted_on: date
    by_link: bool
    answered_by: Annotated[str | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class EstimateDeclined:
    declined_on: date
    by_link: bool
    answered_by: Annotated[str | None, About()] = None
    note: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class EstimateRevised:
    """Another version takes its place: it can't be answered any more."""

    into: UUID
    revised_on: date


@dataclass(frozen=True, slots=True)
class EstimateReinstated:
    """The draft of the version that was to take its place was deleted: it is again what it was before."""

    instead_of: UUID
    reinstated_on: date


@dataclass(frozen=True, slots=True)
class EstimateInvoiced:
    invoice_id: UUID


@dataclass(frozen=True, slots=True)
class EstimateInvoiceDeleted:
    """The draft of its invoice was deleted: it may be invoiced again."""

    invoice_id: UUID


Event = (
    EstimateDrafted
    | EstimateChanged
    | EstimateDeleted
    | EstimateSent
    | EstimateAccepted
    | EstimateDeclined
    | EstimateRevised
    | EstimateReinstated
    | EstimateInvoiced
    | EstimateInvoiceDeleted
)


# What is refused


class EstimateExists(Conflict):
    title = "This estimate is there already"


class EstimateNotDraft(Conflict):
    title = "Only a draft can be changed or deleted: make a new version of it"


class EstimateNotOpen(Conflict):
    title = "This estimate does not wait for an answer"


class EstimateNotSent(Conflict):
    title = "Nobody can answer a draft: mark it as sent first"


class EstimateExpired(Conflict):
    title = "This estimate has expired: send it again"


class EstimateNotAccepted(Conflict):
    title = "Only an accepted estimate is invoiced, once"


class EstimateNotRevisable(Conflict):
    title = "An accepted estimate has no other version: copy it"


class ValidDaysOutOfRange(Invalid):
    title = "An estimate is valid for 0 to 365 days"


# The estimate


@dataclass(frozen=True, slots=True)
class NewEstimate:
    """An estimate as somebody writes it."""

    currency: str
    lines: Sequence[NewLine]
    valid_days: int
    language: Language = Language.SPANISH
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client says: on which day, who said it, and in which words."""

    on: date
    by_link: bool = False
    answered_by: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Estimate:
    """`revises` is the one whose place it took; `revised_into` took its own, which was at stage `before` then."""

    stage: Stage = Stage.NOTHING
    number: str = ""
    client_id: UUID = NOBODY
    currency: str = "EUR"
    content: Content = UNWRITTEN
    total: Money = NOTHING
    valid_days: int = 0
    language: Language = Language.SPANISH
    note: str | None = None
    sent_on: date = date.min
    expires_on: date = date.min
    invoice_id: UUID | None = None
    revises: UUID | None = None
    revised_into: UUID | None = None
    before: Stage = Stage.NOTHING

    def draft(
        self, client_id: UUID, taken: NumberTaken, draft: NewEstimate, *, revises: UUID | None = None, by: Actor
    ) -> list[Event]:
        by.require(*WORKS)
        if self.stage is not Stage.NOTHING:
            raise EstimateExists(field="id")
        content = _checked(draft)
        return [
            EstimateDrafted(
                number=taken.number,
                client_id=client_id,
                currency=draft.currency,
                lines=content.lines,
                total=totals(content.lines, draft.currency).payable,
                valid_days=draft.valid_days,
                language=draft.language,
                drafted_on=taken.taken_on,
                revises=revises,
                descriptions=content.descriptions,
                note=optional_long_text(draft.note, "note"),
            )
        ]

    def change(self, draft: NewEstimate, *, by: Actor) -> list[Event]:
        self._check_draft(by)
        content = _checked(draft)
        changed = EstimateChanged(
            currency=draft.currency,
            lines=content.lines,
            total=totals(content.lines, draft.currency).payable,
            valid_days=draft.valid_days,
            language=draft.language,
            descriptions=content.descriptions,
            note=optional_long_text(draft.note, "note"),
        )
        return [] if self.evolve(changed) == self else [changed]

    def delete(self, *, by: Actor) -> list[Event]:
        self._check_draft(by)
        return [EstimateDeleted()]

    def check_sendable(self) -> None:
        self._check_there()
        if self.stage not in {Stage.DRAFT, Stage.SENT}:
            raise EstimateNotOpen(stage=self.stage)

    def check_answerable(self) -> None:
        self.check_sendable()
        if self.stage is Stage.DRAFT:
            raise EstimateNotSent

    def mark_as_sent(self, channel: Channel, sent_on: date, *, today: date, by: Actor) -> list[Event]:
        """As somebody says who sent it. What we send ourselves says so with `sent_by_message`."""
        self.check_sendable()
        by.require(*WORKS)
        check_day(sent_on, "sent_on", at_most=today)
        return [EstimateSent(channel, sent_on, sent_on + timedelta(days=self.valid_days))]

    def sent_by_message(self, message_id: UUID, channel: Channel, sent_on: date) -> list[Event]:
        return [EstimateSent(channel, sent_on, sent_on + timedelta(days=self.valid_days), message_id)]

    def accept(self, answer: Answer, *, today: date) -> list[Event]:
        answered = self._answer(answer, today)
        return [EstimateAccepted(answered.on, answered.by_link, answered.answered_by, answered.note)]

    def decline(self, answer: Answer, *, today: date) -> list[Event]:
        answered = self._answer(answer, today)
        return [EstimateDeclined(answered.on, answered.by_link, answered.answered_by, answered.note)]

    def revise(self, into: UUID, *, today: date, by: Actor) -> list[Event]:
        self._check_there()
        by.require(*WORKS)
        if self.stage in {Stage.ACCEPTED, Stage.REVISED}:
            raise EstimateNotRevisable(stage=self.stage)
        return [EstimateRevised(into, today)]

    def reinstate(self, instead_of: UUID, *, today: date) -> list[Event]:
        """As that version's draft is deleted. Nothing, where another has taken its place."""
        return [EstimateReinstated(instead_of, today)] if self.revised_into == instead_of else []

    def invoice(self, invoice_id: UUID) -> list[Event]:
        if self.stage is not Stage.ACCEPTED or self.invoice_id is not None:
            raise EstimateNotAccepted(stage=self.stage, invoice_id=self.invoice_id)
        return [EstimateInvoiced(invoice_id)]

    def let_go_of_invoice(self, invoice_id: UUID) -> list[Event]:
        """As that invoice's draft is deleted. Nothing, where another is its invoice."""
        return [EstimateInvoiceDeleted(invoice_id)] if self.invoice_id == invoice_id else []

    @property
    def as_written(self) -> NewEstimate:
        """As somebody would write it again."""
        return NewEstimate(self.currency, self.content.as_written, self.valid_days, self.language, self.note)

    def _answer(self, answer: Answer, today: date) -> Answer:
        self._check_there()
        if self.stage is not Stage.SENT:
            raise EstimateNotOpen(stage=self.stage)
        check_day(answer.on, "answered_on", at_least=self.sent_on, at_most=today)
        if answer.on > self.expires_on:
            raise EstimateExpired(expires_on=self.expires_on)
        name = optional_text(answer.answered_by, "answered_by", at_most=NAME)
        return replace(answer, answered_by=name, note=optional_long_text(answer.note, "note"))

    def _check_draft(self, by: Actor) -> None:
        self._check_there()
        by.require(*WORKS)
        if self.stage is not Stage.DRAFT:
            raise EstimateNotDraft(stage=self.stage)

    def _check_there(self) -> None:
        if self.stage in {Stage.NOTHING, Stage.DELETED}:
            raise NotFound

    def evolve(self, event: Event) -> Self:
        match event:
            case EstimateDrafted():
                drafted = replace(self._written(event), number=event.number, client_id=event.client_id)
                return replace(drafted, stage=Stage.DRAFT, revises=event.revises)
            case EstimateChanged():
                return self._written(event)
            case EstimateDeleted():
                return replace(self, stage=Stage.DELETED)
            case EstimateSent():
                return replace(self, stage=Stage.SENT, sent_on=event.sent_on, expires_on=event.expires_on)
            case EstimateAccepted():
                return replace(self, stage=Stage.ACCEPTED)
            case EstimateDeclined():
                return replace(self, stage=Stage.DECLINED)
            case EstimateRevised():
                return replace(self, stage=Stage.REVISED, before=self.stage, revised_into=event.into)
            case EstimateReinstated():
                return replace(self, stage=self.before, revised_into=None)
            case EstimateInvoiced():
                return replace(self, invoice_id=event.invoice_id)
            case EstimateInvoiceDeleted():
                return replace(self, invoice_id=None)
            case _:
                assert_never(event)

    def _written(self, event: EstimateDrafted | EstimateChanged) -> Self:
        return replace(
            self,
            currency=event.currency,
            content=Content(event.lines, event.descriptions or ()),
            total=event.total,
            valid_days=event.valid_days,
            language=event.language,
            note=event.note,
        )


def _checked(draft: NewEstimate) -> Content:
    if not 0 <= draft.valid_days <= DAYS_AT_MOST:
        raise ValidDaysOutOfRange(field="valid_days", at_most=DAYS_AT_MOST)
    return checked_lines(draft.lines)
