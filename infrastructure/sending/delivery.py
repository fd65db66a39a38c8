"""Delivers what is in the outbox: in the process that leads, a few messages at a time, each in a thread.

The leader asks it to look again and again. An attempt that stands in the log as handed over, and that nobody here has
in hand, was cut short: what came of it is unknown from then on.
"""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from threading import Event, Lock
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Connection

from api.http.failures import failure
from api.papers.messages import print_enclosed
from api.papers.press import Paper, Press
from application.correspondence import Secret, Secrets
from application.outbox import Attempt, attempt_message, drop_of_erased, lose_message, report_on_message
from application.streams import EventStore
from domain.business import BUSINESS, Business
from domain.correspondence import CORRESPONDENCE, Correspondence
from domain.errors import NotFound, Refusal
from domain.message import Failure, Message, MessageQueued, OutcomeUnknown, Refused, Report
from domain.sending import Channel
from infrastructure.sending.mail import Mail, hand_over_mail
from infrastructure.sending.sms import hand_over_sms
from projections.covering import held_messages
from projections.messages.outbox import due_messages, handed_over
from projections.waiting_in_vain import messages_of_erased

AT_ONCE = 4
QUEUED_AT_MOST = 20
"""How many are taken in hand; the rest stays in the outbox meanwhile."""

PATIENCE_SECONDS = 30.0
TRY_AGAIN_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Delivery:
    """`wake` is called when something was recorded."""

    def __init__(
        self,
        store: EventStore,
        press: Press,
        secrets: Secrets,
        *,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._store, self._press, self._secrets = store, press, secrets
        self._clock, self._wake, self._patience = clock, wake, patience
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="delivery")
        self._stopped, self._lock = Event(), Lock()
        self._in_hand: set[UUID] = set()

    def look(self, db: Connection) -> None:
        """Take in hand what is due, as these rows have it. Returns at once."""
        with self._lock:
            in_hand = set(self._in_hand)
        for one in handed_over(db):
            if one.message_id not in in_hand:
                self._give_up(one.message_id, one.attempt)
        for message_id in messages_of_erased(db):
            drop_of_erased(self._store, message_id, at=self._clock(), today=self._today())
            self._wake()
        if self._store.load(Correspondence(), CORRESPONDENCE)[0].suspended:
            return
        for message_id in self._due(db, in_hand):
            with self._lock:
                self._in_hand.add(message_id)
            self._threads.submit(self._deliver, message_id)

    def _due(self, db: Connection, in_hand: Collection[UUID]) -> Sequence[UUID]:
        """Without what is held back: that keeps nothing else from being sent."""
        held = set[UUID]()
        while True:
            due = due_messages(db, self._clock(), QUEUED_AT_MOST - len(in_hand), besides={*in_hand, *held})
            found = held_messages(db, due)
            if not found:
                return due
            held.update(found)

    def stop(self) -> None:
        """What was handed over is waited for, and recorded; the rest stays in the outbox."""
        self._stopped.set()
        self._threads.shutdown(cancel_futures=True)

    def try_out(self, channel: Channel, to: str, subject: str, body: str) -> Report:
        """By the way that is set up, at once and beside the outbox: whoever sets it up waits for the answer."""
        return self._carried(channel, Mail(uuid4(), to, "", subject, body))

    def _give_up(self, message_id: UUID, attempt: int) -> None:
        try:
            lose_message(self._store, message_id, attempt, at=self._clock(), today=self._today())
        except Refusal:  # its outcome is in the log, and not in the rows yet
            return
        self._wake()

    def _deliver(self, message_id: UUID) -> None:
        try:
            if not self._stopped.is_set():
                self._attempt(message_id)
        except Refusal:  # no longer to be sent, or not now
            pass
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are sent
            log.error("a message was not delivered", message=str(message_id), **failure(error))  # noqa: TRY400
        finally:
            with self._lock:
                self._in_hand.discard(message_id)
            self._wake()

    def _attempt(self, message_id: UUID) -> None:
        """Its paper is made first, so that from the attempt to the outcome it is only the carrier that takes time."""
        details = self._store.load(Message(), message_id)[0].details
        enclosed = self._enclosed(details)
        attempt = attempt_message(self._store, message_id, at=self._clock(), today=self._today())
        if attempt is not None:
            report = enclosed if isinstance(enclosed, Refused) else self._handed_over(attempt, enclosed)
            self._record(attempt, report)

    def _enclosed(self, details: MessageQueued) -> Paper | Refused | None:
        if not details.attached:
            return None
        try:
            return print_enclosed(self._press, details)
        except NotFound:
            return Refused(Failure.NO_PAPER, for_good=True)
        except Exception as error:  # noqa: BLE001 - what sets it may be in want of anything
            log.error("a paper was not made", matter=str(details.matter_id), **failure(error))  # noqa: TRY400
            return Refused(Failure.NO_PAPER)

    def _handed_over(self, attempt: Attempt, enclosed: Paper | None) -> Report:
        details = attempt.message
        mail = Mail(attempt.message_id, details.to, details.name, details.subject, details.body)
        if enclosed is not None:
            mail = replace(mail, enclosed=enclosed.content, enclosed_as=enclosed.name)
        return self._carried(details.channel, mail)

    def _carried(self, channel: Channel, mail: Mail) -> Report:
        """An SMS is the body alone."""
        try:
            return self._by_carrier(channel, mail)
        except Exception as error:  # noqa: BLE001 - of what was not foreseen nobody knows what it means
            log.error("a handing over broke off", message=str(mail.id), **failure(error))  # noqa: TRY400
            return OutcomeUnknown(type(error).__name__)

    def _by_carrier(self, channel: Channel, mail: Mail) -> Report:
        correspondence, _ = self._store.load(Correspondence(), CORRESPONDENCE)
        if channel is Channel.EMAIL and correspondence.mail is not None:
            password = self._secrets.read(Secret.MAIL_PASSWORD)
            return hand_over_mail(correspondence.mail, password, mail, at=self._clock(), patience=self._patience)
        if channel is Channel.SMS and correspondence.sms is not None:
            token = self._secrets.read(Secret.SMS_TOKEN)
            return hand_over_sms(correspondence.sms, token, mail.id, mail.to, mail.body, patience=self._patience)
        return Refused(Failure.NOT_SET_UP)

    def _record(self, attempt: Attempt, report: Report) -> None:
        """Again and again, should the log be away just now: what came of it is known here alone."""
        while True:
            try:
                report_on_message(
                    self._store, attempt.message_id, attempt.number, report, at=self._clock(), today=self._today()
                )
            except Refusal:  # somebody has settled the matter
                return
            except Exception as error:
                if self._stopped.wait(TRY_AGAIN_SECONDS):
                    raise
                log.warning("an outcome was not recorded yet", **failure(error))
            else:
                return

    def _today(self) -> date:
        business, _ = self._store.load(Business(), BUSINESS)
        return self._clock().astimezone(business.zone).date()
