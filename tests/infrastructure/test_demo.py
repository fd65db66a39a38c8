"""The demo agency is as believable as promised, whichever day it is made on."""

from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from originals import copied_folder, original_folder

from application.business import add_user
from application.claims import held_claims
from application.streams import Command
from domain import task
from domain.business import BUSINESS, Business, Kind
from domain.case_file import CaseFile
from domain.case_file.activity import ActionLogged, Outcome, PartyAdded, PartyRole
from domain.case_file.progress import CaseFileClosed, CaseFileOpened, ClosingReason, Stage
from domain.client import ClientRegistered
from domain.expense import BorneBy, ExpenseAttached, ExpenseClaimed, ExpenseRejected, MediaType
from domain.invoice.issuing import InvoiceImported
from domain.payments import (
    PaidTo,
    PaymentApproved,
    PaymentRecorded,
    PaymentRejected,
    PaymentReopened,
    PaymentReturned,
    State,
)
from domain.people import OPERATOR, Role
from infrastructure.demo import USERS, StoreInUse, fill, is_demo
from infrastructure.demo.agency import ANA, BRUNO, CARLA
from infrastructure.demo.collecting import A_DAY, LEFT_OVER
from infrastructure.files.store import StoredFiles
from infrastructure.read_models.served import ReadModels, rebuild
from infrastructure.wiring import credentials
from projections.days import as_of
from projections.desk import case_files
from projections.desk.collections import collections_report
from projections.desk.money import list_unapproved_payments
from projections.desk.summary import summary
from projections.expenses.lists import waiting_expenses
from projections.expenses.report import expenses_report
from projections.invoices.estimates import Filters as EstimateFilters
from projections.invoices.estimates import list_estimates
from projections.invoices.listing import Filters as InvoiceFilters
from projections.invoices.listing import list_invoices
from projections.invoices.status import estimate_status, invoice_status
from projections.messages.outbox import Filters as MessageFilters
from projections.messages.outbox import list_messages
from projections.tasks.lists import Filters as TaskFilters
from projections.tasks.lists import list_tasks

A_SUNDAY, A_LEAP_DAY = date(2026, 11, 22), date(2028, 2, 29)
MADRID = ZoneInfo("Europe/Madrid")


def of_the_day(today):
    def filled(store):
        with closing(credentials(store)) as known:
            fill(store.events, known, StoredFiles(known.engine, store.keys), today=today)
        return {}

    return filled


ANOTHER_DAY = pytest.mark.whole("the demo agency made on another day, or made again")


@pytest.fixture(scope="module", params=[A_SUNDAY, pytest.param(A_LEAP_DAY, marks=ANOTHER_DAY)], ids=str)
def demo(request, tmp_path_factory, shared, session_key):
    original = original_folder(shared, f"demo-{request.param}", session_key, of_the_day(request.param))
    with copied_folder(original, session_key, tmp_path_factory.mktemp("demo") / "data") as store:
        recorded = store.events.since(0, 100_000)
        states = [
            store.events.load(CaseFile(), one.stream)[0] for one in recorded if isinstance(one.event, CaseFileOpened)
        ]
        yield SimpleNamespace(
            today=request.param,
            store=store,
            recorded=recorded,
            events=[one.event for one in recorded],
            case_files=states,
        )


@pytest.fixture(scope="module")
def desk(demo):
    """A snapshot of the desk on the demo's day, and that day."""
    rebuild(demo.store)
    read_models = ReadModels(demo.store)
    business, _ = demo.store.events.load(Business(), BUSINESS)
    day = as_of(demo.today, country="ES", grace_days=business.grace_days, idle_days=business.idle_days)
    with read_models.snapshot() as snapshot:
        yield SimpleNamespace(db=snapshot.db, day=day, health=read_models.health())
    read_models.close()


def of_type(demo, event_type):
    return [event for event in demo.events if isinstance(event, event_type)]


def test_it_is_a_spanish_agency_with_200_clients_and_400_case_files(demo):
    business, _ = demo.store.events.load(Business(), BUSINESS)
    assert (business.kind, business.country, business.time_zone) == (Kind.AGENCY, "ES", "Europe/Madrid")
    assert len(of_type(demo, ClientRegistered)) == 200
    assert len(demo.case_files) == 400
    creditors = {event.creditor_id for event in of_type(demo, CaseFileOpened)}
    debtors = {event.debtor_id for event in of_type(demo, CaseFileOpened)}
    assert len(creditors) == 12
    assert not creditors & debtors


def test_what_its_events_claim_is_what_its_commands_claimed(demo):
    claimed = held_claims(demo.recorded)
    table = demo.store.log._rows("SELECT kind, value, stream FROM claims")
    held = [(one.kind, demo.store.events._hashed(one.kind, one.value), one.stream.bytes) for one in claimed]
    assert sorted(held) == sorted((kind, bytes(value), stream) for kind, value, stream in table)


def test_its_users_log_in_with_the_printed_passwords(demo):
    assert Counter(role for user in USERS for role in user.actor.roles) == {
        Role.COLLECTOR: 3,
        Role.SUPERVISOR: 2,
        Role.ADMINISTRATOR: 1,
        Role.AUDITOR: 1,
    }
    now = datetime(2028, 2, 29, tzinfo=UTC)
    with closing(credentials(demo.store)) as known:
        for user in USERS:
            assert known.lets_in(user.actor.name, user.password)
            token = known.issue(user.actor.name, now=now)
            assert token is not None
            actor = known.actor(token, now=now)
            assert (actor.name, actor.roles) == (user.actor.name, user.actor.roles)


def test_payments_are_in_every_state_paid_to_either_and_some_were_reopened(demo):
    states = Counter(payment.state for file in demo.case_files for payment in file.ledger.payments.values())
    assert set(states) == set(State)
    assert states[State.APPROVED] > 500
    assert {event.paid_to for event in of_type(demo, PaymentRecorded)} == set(PaidTo)
    assert any(event.overpayment for event in of_type(demo, PaymentRecorded))
    receipts = Counter(event.receipt_id for event in of_type(demo, PaymentRecorded) if event.receipt_id)
    assert set(receipts.values()) == {2}
    assert of_type(demo, PaymentReopened)
    assert all(event.reason for event in of_type(demo, PaymentRejected) + of_type(demo, PaymentReturned))


def test_all_payments_that_wait_for_a_supervisor_are_listed_most_of_the_last_days_a_few_for_weeks(demo, desk):
    waiting = list_unapproved_payments(desk.db, OPERATOR, None, 200).items
    undecided = {
        payment_id
        for file in demo.case_files
        for payment_id, payment in file.ledger.payments.items()
        if payment.state is State.UNAPPROVED
    }
    assert {payment.id for payment in waiting} == undecided
    assert {payment.recorded_by for payment in waiting} >= {"ana", "bruno", "carla"}
    waited = [(demo.today - payment.recorded_at.date()).days for payment in waiting]
    assert sum(days <= 7 for days in waited) >= 2 * A_DAY
    assert LEFT_OVER <= sum(days > 14 for days in waited) < len(waited) / 2


def test_whoever_recorded_a_payment_did_not_decide_on_it(demo):
    recorded_by = {event.payment_id: event.recorded_by for event in of_type(demo, PaymentRecorded)}
    approved = of_type(demo, PaymentApproved)
    assert all(event.approved_by != recorded_by[event.payment_id] and event.second_review for event in approved)


def test_case_files_are_closed_for_every_reason_and_involve_every_kind_of_party_that_pays(demo):
    assert {event.closed_for for event in of_type(demo, CaseFileClosed)} == set(ClosingReason)
    roles = {event.role for event in of_type(demo, PartyAdded)}
    assert roles == set(PartyRole) - {PartyRole.REPRESENTATIVE}
    outcomes = {event.outcome for event in of_type(demo, ActionLogged)}
    assert {Outcome.LOCATED, Outcome.REGISTRY_ENTRY, Outcome.UNLOCATABLE, Outcome.PROMISE} <= outcomes


def test_open_case_files_are_in_every_stage_and_under_every_flag(desk):
    figures = summary(desk.db, OPERATOR, desk.day)
    assert set(figures.stages) == set(Stage)
    assert all(figures.stages.values())
    assert all(figures.flags.values())
    assert figures.overdue.count
    assert figures.open > 100


def test_expenses_are_approved_rejected_and_waiting_their_months_closed_but_carlas_last(demo, desk):
    last = (demo.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    earlier = (last - timedelta(days=1)).replace(day=1)
    months = {one.collector: one for one in expenses_report(desk.db, OPERATOR, last, None).by_collector}
    assert (months["ana"].closed, months["bruno"].closed, months["carla"].closed) == (True, True, False)
    assert all(one.closed and one.count for one in expenses_report(desk.db, OPERATOR, earlier, None).by_collector)
    assert of_type(demo, ExpenseRejected)
    assert {event.borne_by for event in of_type(demo, ExpenseClaimed)} == set(BorneBy)
    assert {event.media_type for event in of_type(demo, ExpenseAttached)} == set(MediaType)
    assert 0 < waiting_expenses(desk.db, OPERATOR).count < 20


def test_creditors_are_invoiced_each_month_and_some_are_offered_more(demo, desk):
    invoiced = invoice_status(desk.db, OPERATOR, demo.today)
    assert invoiced.total.count > 100
    assert all(block.count for block in (invoiced.pending, invoiced.paid, invoiced.overdue, invoiced.partial))
    assert invoiced.draft.count
    offered = estimate_status(desk.db, OPERATOR, demo.today)
    assert all(block.count for block in (offered.outstanding, offered.accepted, offered.declined))


def test_each_collector_has_invoices_of_two_programs_and_letters_some_yet_to_be_printed(demo, desk):
    imported = {one.stream for one in demo.recorded if isinstance(one.event, InvoiceImported)}
    for collector in (ANA, BRUNO, CARLA):
        billed = list_invoices(desk.db, collector, demo.today, InvoiceFilters(), "number", None, 200).items
        assert any(one.id in imported and one.outstanding.amount for one in billed)
        assert {"overdue", "paid"} <= {one.status for one in billed if one.id not in imported}
        assert list_estimates(desk.db, collector, demo.today, EstimateFilters(), "number", None, 10).items
        letters = list_messages(desk.db, collector, MessageFilters(), "position", None, 200).items
        told = {(one.matter, one.state) for one in letters}
        assert {("case_file", "queued"), ("case_file", "accepted"), ("invoice", "accepted")} <= told


def test_some_next_actions_are_due_today_some_are_late_and_some_are_to_come(demo, desk):
    today = case_files.today(desk.db, OPERATOR, desk.day)
    assert today.due.count
    assert today.late.count
    assert today.broken_promises.count
    assert today.unapproved.count
    lines = case_files.list_case_files(
        desk.db, OPERATOR, desk.day, case_files.Filters(), "-next_action_on", None, 50
    ).items
    assert any(line.next_action_on and line.next_action_on > demo.today for line in lines)


def test_each_collector_has_tasks_around_today_of_every_kind_and_in_every_state(demo, desk):
    states, kinds = set(), set()
    for collector in (ANA, BRUNO, CARLA):
        own = TaskFilters(assignee=collector.name)
        listed = list_tasks(desk.db, collector, demo.today, own, "begins", None, 200).items
        assert listed[0].day < demo.today < listed[-1].day
        states |= {one.state for one in listed}
        kinds |= {one.kind for one in listed}
    assert (states, kinds) == (set(task.State), set(task.Kind))


def test_each_collector_collects_in_each_of_the_last_ten_months(demo, desk):
    month = demo.today.replace(day=1)
    for _ in range(10):
        month = (month - timedelta(days=1)).replace(day=1)
        for collector in ("ana", "bruno", "carla"):
            assert collections_report(desk.db, OPERATOR, month, collector).count, (month, collector)


def test_events_come_in_order_in_office_hours_and_never_after_yesterday(demo):
    assert all(earlier.recorded_at <= later.recorded_at for earlier, later in pairwise(demo.recorded))
    moments = [one.recorded_at.astimezone(MADRID) for one in demo.recorded]
    assert all(time(8, 30) <= moment.time() <= time(18, 30) and moment.weekday() < 5 for moment in moments)
    assert max(moment.date() for moment in moments) < demo.today
    assert all(event.received_on < demo.today for event in of_type(demo, PaymentRecorded))
    assert all(event.done_on < demo.today for event in of_type(demo, ActionLogged))


def test_the_read_models_take_all_of_it(demo, desk):
    assert desk.health.ready
    head, _ = demo.store.events.head()
    assert set(desk.health.read_models.values()) == {f"at {head} of {head}"}


@ANOTHER_DAY
def test_the_same_day_makes_the_same_demo(demo, sqlite_store):
    def told(store):
        return [
            (one.stream, one.version, one.recorded_at, one.actor, one.command_id, one.event)
            for one in store.events.since(0, 100_000)
        ]

    of_the_day(demo.today)(sqlite_store)
    assert told(sqlite_store) == told(demo.store)


def test_a_demo_is_known_as_one_and_is_not_filled_twice(demo, sqlite_store):
    assert is_demo(demo.store.events)
    assert not is_demo(sqlite_store.events)
    with closing(credentials(demo.store)) as known, pytest.raises(StoreInUse):
        fill(demo.store.events, known, StoredFiles(known.engine, demo.store.keys), today=demo.today)
    assert demo.store.events.head()[0] == len(demo.recorded)


def test_a_store_in_use_keeps_its_users_passwords(sqlite_store):
    ana, now = USERS[0].actor, datetime(2026, 11, 22, tzinfo=UTC)
    given = Command(uuid4(), OPERATOR, now, now.date(), uuid4())
    add_user(sqlite_store.events, given, name=ana.name, roles=ana.roles)
    with closing(credentials(sqlite_store)) as known:
        known.set_password(ana.name, "a password of her own")
        with pytest.raises(StoreInUse):
            fill(sqlite_store.events, known, StoredFiles(known.engine, sqlite_store.keys), today=now.date())
        assert not known.lets_in(ana.name, USERS[0].password)
        assert known.lets_in(ana.name, "a password of her own")
