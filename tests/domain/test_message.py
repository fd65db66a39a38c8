"""A message in the outbox: attempted before it is handed over, never sent twice by itself, and no state loses it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from scenario import CARL, EMIL, given

from domain.errors import Refusal, TextNotAllowed
from domain.message import (
    BACK_OFF,
    Cancellation,
    Failure,
    Kind,
    Matter,
    Message,
    MessageAccepted,
    MessageAttempted,
    MessageCancelled,
    MessageExists,
    MessageFailed,
    MessageLost,
    MessageNotDue,
    MessageNotRetryable,
    MessageNotWaiting,
    MessageQueued,
    MessageRequeued,
    NewMessage,
    NotPrintable,
    OutcomeKnown,
    OutcomeUnknown,
    Refused,
    SmsTooLong,
    State,
    Taken,
    as_kept,
)
from domain.people import RoleRequired
from domain.printable import NotPrintable as NotDrawable
from domain.sending import Channel, Language

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
INVOICE, CLIENT = UUID(int=1), UUID(int=2)
TOLD = (Kind.DOCUMENT, Matter.INVOICE, INVOICE, CLIENT, Language.SPANISH)
NEW = NewMessage(Channel.EMAIL, *TOLD, "a@b.es", "Deudora", "Factura 1", "Adjunta.", attached=True)
QUEUED = MessageQueued(Channel.EMAIL, *TOLD, NOW, "a@b.es", "Deudora", "Factura 1", "Adjunta.", attached=True)
LETTER = MessageQueued(Channel.POST, *TOLD, NOW, "Deudora\nSol 1\nMadrid", "Deudora", "Factura 1", "Va.", attached=True)
ATTEMPTED = MessageAttempted(1)
REFUSED_NOW, REFUSED = Refused(Failure.NOT_NOW, "451 later"), Refused(Failure.REFUSED, "550 no", for_good=True)


def report(attempt, what):
    return lambda message: message.report(attempt, what, at=NOW)


def test_a_message_is_queued_by_whoever_works_here():
    given(Message()).when(lambda m: m.queue(NEW, at=NOW, by=CARL)).then(QUEUED)
    given(Message()).when(lambda m: m.queue(NEW, at=NOW, by=EMIL)).then_refused(RoleRequired)
    given(Message(), QUEUED).when(queueing(NEW)).then_refused(MessageExists, field="id")


def queueing(new):
    return lambda message: message.queue(new, at=NOW, by=CARL)


def test_a_reminder_names_its_step_what_it_is_sent_instead_of_and_why_despite_all():
    more = {"step": 3, "instead_of": CLIENT, "despite": "Lo pide el acreedor"}
    given(Message()).when(lambda m: m.queue_by_policy(replace(NEW, **more), at=NOW)).then(replace(QUEUED, **more))


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.POST])
@pytest.mark.parametrize("field", ["to", "name", "subject", "body"])
def test_a_text_that_cannot_be_kept_is_refused_at_its_field(field, channel):
    told = replace(NEW, channel=channel, **{field: " "})
    given(Message()).when(queueing(told)).then_refused(TextNotAllowed, field=field)


@pytest.mark.parametrize("field", ["to", "subject", "body"])
def test_a_letter_holds_nothing_that_cannot_be_printed_and_an_e_mail_may(field):
    told = replace(NEW, **{field: "Gracias 🎉"})
    given(Message()).when(queueing(replace(told, channel=Channel.POST))).then_refused(NotDrawable, field=field)
    given(Message()).when(queueing(told)).then(replace(QUEUED, **{field: "Gracias 🎉"}))


def test_an_sms_has_room_for_four_parts_and_an_e_mail_for_more():
    longest, longer = (replace(NEW, channel=Channel.SMS, body="x" * size) for size in (612, 613))
    given(Message()).when(queueing(longest)).then(replace(QUEUED, channel=Channel.SMS, body="x" * 612))
    given(Message()).when(queueing(longer)).then_refused(SmsTooLong, field="body", at_most=612)
    by_mail = replace(longer, channel=Channel.EMAIL)
    given(Message()).when(queueing(by_mail)).then(replace(QUEUED, body="x" * 613))


def test_it_is_attempted_once_it_is_due_and_a_letter_never():
    given(Message(), QUEUED).when(lambda m: m.attempt_it(at=NOW)).then(ATTEMPTED)
    early = NOW - timedelta(seconds=1)
    given(Message(), QUEUED).when(lambda m: m.attempt_it(at=early)).then_refused(MessageNotDue, state=State.QUEUED)
    given(Message(), QUEUED, ATTEMPTED).when(lambda m: m.attempt_it(at=NOW)).then_refused(
        MessageNotDue, state=State.HANDED_OVER
    )
    given(Message(), LETTER).when(lambda m: m.attempt_it(at=NOW)).then_refused(MessageNotDue)


@pytest.mark.parametrize("failures", range(len(BACK_OFF)))
def test_what_failed_for_now_waits_longer_each_time(failures):
    past = [event for n in range(1, failures + 1) for event in (MessageAttempted(n), failed(n, NOW))]
    number = failures + 1
    given(Message(), QUEUED, *past, MessageAttempted(number)).when(report(number, REFUSED_NOW)).then(
        failed(number, NOW + BACK_OFF[failures])
    )


def test_what_failed_for_now_is_attempted_when_its_wait_is_over_or_at_once_if_somebody_wants_it():
    later = NOW + BACK_OFF[0]
    waits = given(Message(), QUEUED, ATTEMPTED, failed(1, later))
    waits.when(lambda m: m.attempt_it(at=NOW)).then_refused(MessageNotDue)
    waits.when(lambda m: m.attempt_it(at=later)).then(MessageAttempted(2))
    waits.when(lambda m: m.send_again(at=NOW, by=CARL)).then(MessageRequeued(NOW))
    again = given(Message(), QUEUED, ATTEMPTED, failed(1, later), MessageRequeued(NOW))
    again.when(lambda m: m.attempt_it(at=NOW)).then(MessageAttempted(2))
    again.when(lambda m: m.send_again(at=NOW, by=CARL)).then_refused(MessageNotRetryable, state=State.QUEUED)
    given(Message(), QUEUED).when(lambda m: m.send_again(at=NOW, by=CARL)).then_refused(
        MessageNotRetryable, state=State.QUEUED
    )


def test_queued_again_it_is_tried_as_often_as_at_first():
    past = (QUEUED, ATTEMPTED, failed(1, NOW), MessageRequeued(NOW), MessageAttempted(2))
    given(Message(), *past).when(report(2, REFUSED_NOW)).then(failed(2, NOW + BACK_OFF[0]))


@pytest.mark.parametrize(
    "decide",
    [
        lambda m: m.send_again(at=NOW, by=EMIL),
        lambda m: m.resolve(by=EMIL),
        lambda m: m.print_it(by=EMIL),
        lambda m: m.cancel(by=EMIL),
    ],
)
def test_who_only_reads_decides_nothing(decide):
    given(Message(), QUEUED, ATTEMPTED, MessageLost(1)).when(decide).then_refused(RoleRequired)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (None, None),
        (" \r\n ", None),
        ("550 no\r\n such\x00user", "550 no such user"),
        ("x" * 501, "x" * 500),
    ],
)
def test_of_what_a_carrier_says_a_line_is_kept_that_can_be_shown(said, kept):
    assert as_kept(said) == kept
    given(Message(), QUEUED, ATTEMPTED).when(report(1, OutcomeUnknown(said))).then(MessageLost(1, kept))


def failed(number, retry_at):
    return MessageFailed(number, Failure.NOT_NOW, retry_at, "451 later")


def test_after_the_last_wait_and_where_it_was_refused_for_good_it_has_failed():
    past = [event for n in range(1, len(BACK_OFF) + 1) for event in (MessageAttempted(n), failed(n, NOW))]
    last = len(BACK_OFF) + 1
    given(Message(), QUEUED, *past, MessageAttempted(last)).when(report(last, REFUSED_NOW)).then(failed(last, None))
    for_good = MessageFailed(1, Failure.REFUSED, None, "550 no")
    given(Message(), QUEUED, ATTEMPTED).when(report(1, REFUSED)).then(for_good)
    given(Message(), QUEUED, ATTEMPTED, for_good).when(lambda m: m.send_again(at=NOW, by=CARL)).then(
        MessageRequeued(NOW)
    )


def test_what_got_lost_is_settled_by_a_person_or_by_an_answer_that_comes_late():
    lost = (QUEUED, ATTEMPTED, MessageLost(1))
    given(Message(), *lost).when(lambda m: m.attempt_it(at=NOW)).then_refused(MessageNotDue)
    given(Message(), *lost).when(lambda m: m.resolve(by=CARL)).then(MessageAccepted(1, by_hand=True))
    given(Message(), *lost).when(lambda m: m.send_again(at=NOW, by=CARL)).then(MessageRequeued(NOW))
    given(Message(), *lost).when(report(1, Taken("250 OK"))).then(MessageAccepted(1, answer="250 OK"))
    given(Message(), *lost, MessageRequeued(NOW)).when(report(1, Taken())).then(MessageAccepted(1))
    given(Message(), *lost, MessageCancelled(Cancellation.BY_HAND)).when(report(1, Taken())).then_refused(
        OutcomeKnown, state=State.CANCELLED
    )
    given(Message(), QUEUED).when(lambda m: m.resolve(by=CARL)).then_refused(OutcomeKnown, state=State.QUEUED)


def test_what_arrived_is_neither_sent_again_nor_cancelled():
    arrived = (QUEUED, ATTEMPTED, MessageAccepted(1))
    given(Message(), *arrived).when(lambda m: m.send_again(at=NOW, by=CARL)).then_refused(
        MessageNotRetryable, state=State.ACCEPTED
    )
    given(Message(), *arrived).when(lambda m: m.cancel(by=CARL)).then_refused(MessageNotWaiting, state=State.ACCEPTED)
    given(Message(), *arrived).when(report(1, OutcomeUnknown())).then_refused(OutcomeKnown)


def test_a_letter_is_sent_once_it_is_printed():
    given(Message(), LETTER).when(lambda m: m.print_it(by=CARL)).then(MessageAccepted(0, by_hand=True))
    given(Message(), QUEUED).when(lambda m: m.print_it(by=CARL)).then_refused(NotPrintable, state=State.QUEUED)


STEPS = ("attempt", "taken", "refused", "for now", "lost", "again", "resolve", "cancel", "drop", "print")


def taken(steps, first):
    """Which steps were carried out, each with how many attempts ago the one is that it is about.

    A model beside it: after an attempt whose outcome is not a refusal, only somebody's word lets it go again.
    """
    carried_out = []
    message = Message().evolve(first)
    open_attempt = False
    for step, ago in steps:
        at, number = max(NOW, message.due_at), message.attempt - ago
        decide = {
            "attempt": lambda m=message, at=at: m.attempt_it(at=at),
            "taken": lambda m=message, n=number: m.report(n, Taken(), at=NOW),
            "refused": lambda m=message, n=number: m.report(n, REFUSED, at=NOW),
            "for now": lambda m=message, n=number: m.report(n, REFUSED_NOW, at=NOW),
            "lost": lambda m=message, n=number: m.report(n, OutcomeUnknown(), at=NOW),
            "again": lambda m=message: m.send_again(at=NOW, by=CARL),
            "resolve": lambda m=message: m.resolve(by=CARL),
            "cancel": lambda m=message: m.cancel(by=CARL),
            "drop": lambda m=message: m.drop(Cancellation.CLIENT),
            "print": lambda m=message: m.print_it(by=CARL),
        }[step]
        before = message
        try:
            events = decide()
        except Refusal:
            continue
        carried_out += [(step, ago)] if events else []
        for event in events:
            message = message.evolve(event)
            match event:
                case MessageAttempted():
                    assert not open_attempt
                    assert event.attempt == before.attempt + 1
                    open_attempt = True
                case MessageFailed() | MessageRequeued():
                    open_attempt = False
                case _:
                    pass
        if before.state is State.ACCEPTED:
            assert message.state is State.ACCEPTED
    return carried_out


@drawn(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), max_size=30), st.sampled_from([QUEUED, LETTER]))
def test_whatever_happens_it_is_handed_over_again_only_after_a_refusal_or_by_a_person(steps, first):
    taken(steps, first)


def test_every_step_is_taken_where_nothing_is_in_its_way():
    stories = [
        (QUEUED, ["attempt", "for now", "attempt", "lost", "again", "attempt", "refused", "again", "attempt", "taken"]),
        (QUEUED, ["attempt", "lost", "resolve"]),
        (QUEUED, ["cancel"]),
        (QUEUED, ["drop"]),
        (LETTER, ["print"]),
    ]
    for first, story in stories:
        steps = [(step, 0) for step in story]
        assert taken(steps, first) == steps
    assert {step for _, story in stories for step in story} == set(STEPS)
