"""A message to a client in the outbox: queued, attempted, and what came of it.

An attempt is recorded before the message is handed over, its outcome after. What failed is tried again by itself, a
few times; where nobody can tell whether it was taken, it is shown as unknown and never sent again by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self, assert_never
from uuid import UUID

from domain.errors import Conflict, Invalid
from domain.people import WORKS, Actor
from domain.personal import About, Personal, long_text, text
from domain.printable import check_printable
from domain.sending import SMS_AT_MOST, Channel, Language

BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
"""How long after each failure the next attempt is made; after that many more, it has failed for good."""

ANSWER_AT_MOST = 500
NEVER = datetime.max.replace(tzinfo=UTC)


class Kind(StrEnum):
    DOCUMENT = "document"
    REMINDER = "reminder"
    DEMAND = "demand"
    PROMISE_REMINDER = "promise_reminder"
    INSTALMENT_REMINDER = "instalment_reminder"


class Matter(StrEnum):
    """What a message is about."""

    INVOICE = "invoice"
    ESTIMATE = "estimate"
    CASE_FILE = "case_file"


class State(StrEnum):
    """`QUEUED` also while it waits to be tried again; `HANDED_OVER` from an attempt until its outcome."""

    NOTHING = "nothing"
    QUEUED = "queued"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Failure(StrEnum):
    """`REFUSED`: whoever carries messages does not take this one; `NO_SUCH_ADDRESS`: nor any other that goes there."""

    REFUSED = "refused"
    NO_SUCH_ADDRESS = "no_such_address"
    NOT_NOW = "not_now"
    UNREACHABLE = "unreachable"
    NOT_SET_UP = "not_set_up"
    NO_PAPER = "no_paper"


ABOUT_THE_ADDRESS = frozenset({Failure.REFUSED, Failure.NO_SUCH_ADDRESS, Failure.NOT_NOW})
"""What may come out otherwise at another address."""


class Cancellation(StrEnum):
    """Why it is not sent: somebody said so, or since it was queued something has come in the way."""

    BY_HAND = "by_hand"
    CLIENT = "client"
    CONTACT = "contact"
    MATTER = "matter"


# What can happen


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """With its words as they are sent. `step` is the reminder policy's: so many days after the invoice was due.

    `instead_of` is the same message to another contact, which failed; `despite`: why a supervisor demands something
    though the case file is disputed or in insolvency, or money that is there already covers it.
    """

    channel: Channel
    kind: Kind
    matter: Matter
    matter_id: UUID
    client_id: UUID
    language: Language
    due_at: datetime
    to: Personal
    name: Personal
    subject: Personal
    body: Personal
    attached: bool
    step: int | None = None
    instead_of: UUID | None = None
    despite: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class MessageAttempted:
    """About to be handed over, for the so-manieth time."""

    attempt: int


@dataclass(frozen=True, slots=True)
class MessageAccepted:
    """By whoever carries it, under an id of theirs. `by_hand`: somebody says so; of a letter, that it is printed."""

    attempt: int
    by_hand: bool = False
    answer: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """`retry_at` is when it is tried again by itself, None where it is not. `answer` may name the addressee."""

    attempt: int
    failure: Failure
    retry_at: datetime | None
    answer: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class MessageLost:
    """It was handed over, and what came of it was not heard."""

    attempt: int
    answer: Annotated[str | None, About()] = None


@dataclass(frozen=True, slots=True)
class MessageRequeued:
    """Somebody wants it sent, whatever came of it before."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class MessageCancelled:
    why: Cancellation


Event = (
    MessageQueued
    | MessageAttempted
    | MessageAccepted
    | MessageFailed
    | MessageLost
    | MessageRequeued
    | MessageCancelled
)


# What is refused


class MessageExists(Conflict):
    title = "This message is in the outbox already"


class SmsTooLong(Invalid):
    title = "This is too long for an SMS"


class MessageNotDue(Conflict):
    title = "This message is not to be sent now"


class MessageNotWaiting(Conflict):
    title = "Only a message that waits, or of which nobody knows whether it arrived, can be cancelled"


class MessageNotRetryable(Conflict):
    title = "Only a message that failed, or of which nobody knows whether it arrived, can be sent again"


class OutcomeKnown(Conflict):
    title = "What came of this message is known already"


class NoLongerSent(Conflict):
    title = (
        "This letter is not to be sent any more: what it asks for was paid, disputed or closed since, or its client "
        "is not to be written to there. Cancel it"
    )


class NotPrintable(Conflict):
    title = "Only a letter that waits to be printed can be marked as printed"


# What came of an attempt


@dataclass(frozen=True, slots=True)
class Taken:
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not taken, for certain. `for_good`: nor will it be."""

    failure: Failure
    answer: str | None = None
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    answer: str | None = None


Report = Taken | Refused | OutcomeUnknown

_OPEN_TO: Mapping[type[Report], frozenset[State]] = {
    Taken: frozenset({State.HANDED_OVER, State.UNKNOWN, State.QUEUED}),
    Refused: frozenset({State.HANDED_OVER, State.UNKNOWN}),
    OutcomeUnknown: frozenset({State.HANDED_OVER}),
}
"""In which states a report still tells something new: one that is to be sent again need not be, if it was taken."""


# The message


@dataclass(frozen=True, slots=True)
class NewMessage:
    """`to` is an e-mail address, a phone, or the lines of a postal address; `attached`: the matter's paper goes along.

    `subject` is a letter's heading; an SMS has it for the outbox alone.
    """

    channel: Channel
    kind: Kind
    matter: Matter
    matter_id: UUID
    client_id: UUID
    language: Language
    to: str
    name: str
    subject: str
    body: str
    attached: bool = False
    step: int | None = None
    instead_of: UUID | None = None
    despite: str | None = None


@dataclass(frozen=True)
class Message:
    """`attempt` counts all there were, `failures` those since it was last queued."""

    state: State = State.NOTHING
    queued: MessageQueued | None = None
    due_at: datetime = NEVER
    attempt: int = 0
    failures: int = 0

    @property
    def details(self) -> MessageQueued:
        assert self.queued is not None  # noqa: S101 - a stream's first event queues its message
        return self.queued

    def queue(self, new: NewMessage, *, at: datetime, by: Actor) -> list[MessageQueued]:
        by.require(*WORKS)
        return self.queue_by_policy(new, at=at)

    def queue_by_policy(self, new: NewMessage, *, at: datetime) -> list[MessageQueued]:
        """As the reminder policy wants it, which an administrator made."""
        if self.state is not State.NOTHING:
            raise MessageExists(field="id")
        body = long_text(new.body, "body")
        if new.channel is Channel.POST:
            check_printable({"subject": new.subject, "body": body, "to": new.to})
        if new.channel is Channel.SMS and len(body) > SMS_AT_MOST:
            raise SmsTooLong(field="body", at_most=SMS_AT_MOST)
        return [
            MessageQueued(
                channel=new.channel,
                kind=new.kind,
                matter=new.matter,
                matter_id=new.matter_id,
                client_id=new.client_id,
                language=new.language,
                due_at=at,
                to=long_text(new.to, "to"),
                name=text(new.name, "name"),
                subject=text(new.subject, "subject"),
                body=body,
                attached=new.attached,
                step=new.step,
                instead_of=new.instead_of,
                despite=new.despite,
            )
        ]

    # Handed over

    def attempt_it(self, *, at: datetime) -> list[Event]:
        if self.state is not State.QUEUED or at < self.due_at or self.details.channel is Channel.POST:
            raise MessageNotDue(state=self.state)
        return [MessageAttempted(self.attempt + 1)]

    def report(self, attempt: int, report: Report, *, at: datetime) -> list[Event]:
        """What came of that attempt. Heard late, it still counts, unless somebody has settled the matter since."""
        if attempt != self.attempt or self.state not in _OPEN_TO[type(report)]:
            raise OutcomeKnown(state=self.state)
        answer = as_kept(report.answer)
        match report:
            case Taken():
                return [MessageAccepted(attempt, answer=answer)]
            case Refused():
                given_up = report.for_good or self.failures >= len(BACK_OFF)
                return [
                    MessageFailed(
                        attempt, report.failure, None if given_up else at + BACK_OFF[self.failures], answer=answer
                    )
                ]
            case OutcomeUnknown():
                return [MessageLost(attempt, answer)]
            case _:
                assert_never(report)

    def drop(self, why: Cancellation) -> list[Event]:
        """It can't be sent any more."""
        return [MessageCancelled(why)] if self.state is State.QUEUED else []

    # What people decide

    def send_again(self, *, at: datetime, by: Actor) -> list[Event]:
        """Now; also what would be tried again by itself later."""
        by.require(*WORKS)
        waits_to_retry = self.state is State.QUEUED and self.failures > 0
        if not (waits_to_retry or self.state in {State.FAILED, State.UNKNOWN}):
            raise MessageNotRetryable(state=self.state)
        return [MessageRequeued(at)]

    def resolve(self, *, by: Actor) -> list[Event]:
        """Somebody knows that it arrived."""
        by.require(*WORKS)
        if self.state is not State.UNKNOWN:
            raise OutcomeKnown(state=self.state)
        return [MessageAccepted(self.attempt, by_hand=True)]

    def print_it(self, *, by: Actor) -> list[Event]:
        by.require(*WORKS)
        if self.state is not State.QUEUED or self.details.channel is not Channel.POST:
            raise NotPrintable(state=self.state)
        return [MessageAccepted(self.attempt, by_hand=True)]

    def cancel(self, *, by: Actor) -> list[Event]:
        by.require(*WORKS)
        if self.state not in {State.QUEUED, State.UNKNOWN}:
            raise MessageNotWaiting(state=self.state)
        return [MessageCancelled(Cancellation.BY_HAND)]

    def evolve(self, event: Event) -> Self:
        match event:
            case MessageQueued():
                return replace(self, state=State.QUEUED, queued=event, due_at=event.due_at)
            case MessageAttempted():
                return replace(self, state=State.HANDED_OVER, attempt=event.attempt)
            case MessageAccepted():
                return replace(self, state=State.ACCEPTED)
            case MessageFailed(retry_at=None):
                return replace(self, state=State.FAILED)
            case MessageFailed(retry_at=datetime() as retry_at):
                return replace(self, state=State.QUEUED, due_at=retry_at, failures=self.failures + 1)
            case MessageFailed():
                return self
            case MessageLost():
                return replace(self, state=State.UNKNOWN)
            case MessageRequeued():
                return replace(self, state=State.QUEUED, due_at=event.due_at, failures=0)
            case MessageCancelled():
                return replace(self, state=State.CANCELLED)
            case _:
                assert_never(event)


def as_kept(answer: str | None) -> str | None:
    """What somebody else's program says, as far as it can be kept and shown: a line, not too long, that can be seen."""
    kept = "".join(one if one.isprintable() else " " for one in answer or "")
    return " ".join(kept.split())[:ANSWER_AT_MOST] or None
