"""A message in the outbox: attempted before it is handed over, never sent twice by itself, and no state loses it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from scenario import CARL, EMIL, given

from domain.errors import Refusal
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
)
from domain.people import RoleRequired
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


def test_an_sms_has_room_for_four_parts():
    long = NewMessage(Channel.SMS, *TOLD, "+34600123123", "Deudora", "Factura 1", "x" * 613)
    given(Message()).when(lambda m: m.queue(long, at=NOW, by=CARL)).then_refused(SmsTooLong, field="body")


def test_it_is_attempted_once_it_is_due_and_a_letter_never():
    given(Message(), QUEUED).when(lambda m: m.attempt_it(at=NOW)).then(ATTEMPTED)
    given(Message(), QUEUED).when(lambda m: m.attempt_it(at=NOW - timedelta(seconds=1))).then_refused(MessageNotDue)
    given(Message(), QUEUED, ATTEMPTED).when(lambda m: m.attempt_it(at=NOW)).then_refused(MessageNotDue)
    given(Message(), LETTER).when(lambda m: m.attempt_it(at=NOW)).then_refused(MessageNotDue)


@pytest.mark.parametrize("failures", range(len(BACK_OFF)))
def test_what_failed_for_now_waits_longer_each_time(failures):
    past = [event for n in range(1, failures + 1) for event in (MessageAttempted(n), failed(n, NOW))]
    number = failures + 1
    given(Message(), QUEUED, *past, MessageAttempted(number)).when(report(number, REFUSED_NOW)).then(
        failed(number, NOW + BACK_OFF[failures])
    )


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
    given(Message(), *lost, MessageCancelled(Cancellation.BY_HAND)).when(report(1, Taken())).then_refused(OutcomeKnown)


def test_what_arrived_is_neither_sent_again_nor_cancelled():
    arrived = (QUEUED, ATTEMPTED, MessageAccepted(1))
    given(Message(), *arrived).when(lambda m: m.send_again(at=NOW, by=CARL)).then_refused(MessageNotRetryable)
    given(Message(), *arrived).when(lambda m: m.cancel(by=CARL)).then_refused(MessageNotWaiting)
    given(Message(), *arrived).when(report(1, OutcomeUnknown())).then_refused(OutcomeKnown)


def test_a_letter_is_sent_once_it_is_printed():
    given(Message(), LETTER).when(lambda m: m.print_it(by=CARL)).then(MessageAccepted(0, by_hand=True))
    given(Message(), QUEUED).when(lambda m: m.print_it(by=CARL)).then_refused(NotPrintable)


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
