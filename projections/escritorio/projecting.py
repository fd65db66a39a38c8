"""What each event does to the desk's rows."""

from collections.abc import Iterable
from datetime import date
from typing import assert_never
from uuid import UUID

from sqlalchemy import Table

from domain import business, case_file, client, people
from domain import payments as payment
from domain.case_file import debt, progress, promises, schedule, work
from domain.case_file.promises import due_after_disputes, settle
from domain.case_file.schedule import Instalment
from domain.client import ClientAssignedToCollector, ClientRegistered
from domain.events import Recorded
from domain.money import Money
from projections.escritorio import tables
from projections.projection import NEVER, NOT_YET, Projection
from projections.rows import Row, Rows
from projections.sorting import sort_key


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    event = recorded.event
    if isinstance(event, ClientRegistered | ClientAssignedToCollector):
        return (("client", recorded.stream),)
    if isinstance(event, progress.CaseFileOpened):
        clients = (event.debtor_id, event.creditor_id)
        return (("case_file", recorded.stream), *(("client", one) for one in clients if one is not None))
    if isinstance(event, business.Event | people.Event):
        return ()
    return (("case_file", recorded.stream),)


def project(rows: Rows, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case ClientRegistered() | ClientAssignedToCollector():
            _client(rows, recorded.stream, event)
        case progress.CaseFileOpened():
            _opened(rows, recorded.stream, event)
        case (
            business.BusinessDescribed()
            | business.FourEyesSwitchedOff()
            | business.FourEyesSwitchedOn()
            | business.DeadlinesSet()
            | people.UserAdded()
            | people.UserRolesChanged()
            | people.UserDisabled()
            | people.UserEnabled()
        ):
            pass
        case _:
            _case_file(rows, recorded, event)


# Clients, and who holds them


def _client(rows: Rows, client_id: UUID, event: client.Event) -> None:
    match event:
        case ClientRegistered():
            rows.add(
                tables.clients,
                client_id,
                reference=event.reference,
                name=event.name,
                name_key=sort_key(event.name),
                client_kind=event.kind.value if event.kind else None,
                zone=event.zone,
                collector="",
            )
        case ClientAssignedToCollector():
            rows.add(tables.client_holdings, client_id, from_on=event.from_on, collector=event.collector)
            holder = _latest(rows, tables.client_holdings, client_id)
            rows.one(tables.clients, client_id)["collector"] = holder or ""
            followers = [row["case_file_id"] for row in rows.all(tables.case_files_of, client_id).values()]
            rows.fetch([("case_file", follower) for follower in followers])
            for follower in followers:
                file = rows.one(tables.case_files, follower)
                file["collector"] = file["own_collector"] or holder or ""
        case _:
            assert_never(event)


def _latest(rows: Rows, holdings: Table, partition: UUID) -> str | None:
    """Assignments begin today or before, so whoever holds from the latest day holds now."""
    held = rows.all(holdings, partition).values()
    return max(held, key=lambda row: row["from_on"])["collector"] if held else None


# Case files


def _opened(rows: Rows, case_file_id: UUID, event: progress.CaseFileOpened) -> None:
    debtor = rows.one(tables.clients, event.debtor_id)
    creditor = rows.one(tables.clients, event.creditor_id) if event.creditor_id else None
    principal = sum(item.amount.minor for item in event.items)
    rows.add(
        tables.case_files,
        case_file_id,
        reference=event.reference,
        creditor_id=event.creditor_id,
        debtor_id=event.debtor_id,
        creditor_key=creditor["name_key"] if creditor else "~",
        debtor_key=debtor["name_key"],
        collector=debtor["collector"],
        currency=event.currency,
        opened_on=event.opened_on,
        is_open=True,
        closed_on=NEVER,
        stage=progress.Stage.AMICABLE.value,
        principal=principal,
        costs=0,
        interest=0,
        adjustments=0,
        credits=0,
        collected=0,
        outstanding=principal,
        unapproved=0,
        allocation=" ".join(debt.LEGAL_ORDER),
        dispute_since=NEVER,
        last_action_on=NOT_YET,
        next_action_on=NEVER,
        promise_due_on=NEVER,
        promised_until=NOT_YET,
        worked_on=event.opened_on,
    )
    rows.add(tables.case_files_of, event.debtor_id, case_file_id=case_file_id)
    _charge(rows, case_file_id, event.opened_on, "principal", principal)
    _schedule(rows, case_file_id, event.schedule, NOT_YET, None)


def _case_file(rows: Rows, recorded: Recorded, event: case_file.Event) -> None:  # noqa: PLR0915 - a case an event
    stream = recorded.stream
    file = rows.one(tables.case_files, stream)
    match event:
        case progress.CaseFileOpened():
            pass
        case progress.CaseFileAssignedToCollector():
            _held(rows, file, event.from_on, event.collector)
        case progress.CaseFileUnassigned():
            _held(rows, file, event.from_on, None)
        case progress.StageChanged():
            file["stage"] = event.stage.value
            _end_spans(rows, stream, "stage", event.changed_on)
            _begin_span(rows, stream, "stage", event.changed_on, event.stage.value)
        case progress.DisputeOpened():
            file["dispute_since"] = event.opened_on
            _begin_span(rows, stream, "dispute", event.opened_on)
            rows.settle_later(stream)
        case progress.DisputeEnded():
            file["dispute_since"] = NEVER
            _end_spans(rows, stream, "dispute", event.ended_on)
            rows.settle_later(stream)
        case progress.CaseFileClosed():
            file["is_open"], file["closed_on"], file["closed_for"] = False, event.closed_on, event.closed_for.value
            _begin_span(rows, stream, "closed", event.closed_on, event.closed_for.value)
        case progress.CaseFileReopened():
            file["is_open"], file["closed_on"], file["closed_for"] = True, NEVER, None
            _end_spans(rows, stream, "closed", event.reopened_on)
        case debt.ItemsAdded():
            added = sum(item.amount.minor for item in event.items)
            _charge(rows, stream, event.added_on, "principal", added)
            due = tuple(Instalment(item.due_on, item.amount) for item in event.items)
            _schedule(rows, stream, due, event.added_on, None)
            _owes(file, "principal", added)
        case debt.CostCharged():
            _charge(rows, stream, event.charged_on, "costs", event.amount.minor)
            _owes(file, "costs", event.amount.minor)
        case debt.InterestCharged():
            _charge(rows, stream, event.charged_on, "interest", event.amount.minor)
            _owes(file, "interest", event.amount.minor)
        case debt.DebtAdjusted():
            _charge(rows, stream, event.adjusted_on, event.part.value, event.amount.minor, adjustment=True)
            _owes(file, "adjustments", event.amount.minor)
        case debt.CreditReceived():
            _credit(rows, file, event.received_on, event.amount)
        case debt.CreditMoved():
            _credit(rows, file, event.moved_on, -event.amount)
        case debt.AllocationOrderChanged():
            file["allocation"] = " ".join(event.order)
        case schedule.PaymentPlanAgreed():
            file["plan_id"] = event.plan_id
            _begin_span(rows, stream, "plan", event.agreed_on, str(event.plan_id))
            _replace_schedule(rows, stream, event)
        case schedule.PaymentPlanEnded():
            file["plan_id"] = None
            _end_spans(rows, stream, "plan", event.ended_on)
            _restore_schedule(rows, stream, event)
        case promises.PromiseMade():
            rows.add(
                tables.promises,
                stream,
                promise_id=event.promise_id,
                position=recorded.position,
                amount=event.amount.minor,
                made_on=event.made_on,
                promised_for=event.due_on,
                due_on=event.due_on,
                kept_on=NEVER,
                covered_on=NEVER,
                cancelled_on=NEVER,
            )
            rows.settle_later(stream)
        case promises.PromiseCancelled():
            rows.all(tables.promises, stream)[(event.promise_id,)]["cancelled_on"] = event.cancelled_on
            rows.settle_later(stream)
        case work.ActionLogged():
            _acted(rows, file, recorded, event)
        case work.PartyAdded():
            rows.add(tables.parties, stream, client_id=event.client_id, role=event.role.value)
        case work.PartyRemoved():
            rows.remove(tables.parties, stream, event.client_id, event.role.value)
        case payment.PaymentRecorded():
            file["unapproved"] += 1
            rows.add(
                tables.payments,
                stream,
                payment_id=event.payment_id,
                position=recorded.position,
                recorded_at=recorded.recorded_at.replace(tzinfo=None),
                recorded_by=event.recorded_by,
                amount=event.amount.minor,
                received_on=event.received_on,
                returned_on=NEVER,
                method=event.method.value,
                paid_to=event.paid_to.value,
                reference=event.reference,
                state=payment.State.UNAPPROVED.value,
                second_review=True,
            )
            rows.settle_later(stream)
        case payment.PaymentApproved():
            _decided(rows, file, event.payment_id, payment.State.APPROVED)["second_review"] = event.second_review
        case payment.PaymentRejected():
            _decided(rows, file, event.payment_id, payment.State.REJECTED)
        case payment.PaymentReturned():
            _decided(rows, file, event.payment_id, payment.State.RETURNED, event.returned_on)
        case payment.PaymentReopened():
            _decided(rows, file, event.payment_id, payment.State.UNAPPROVED)
        case payment.CollectionMoved():
            rows.all(tables.payments, stream)[(event.payment_id,)]["credited_to"] = event.collector
        case _:
            assert_never(event)


def _held(rows: Rows, file: Row, from_on: date, collector: str | None) -> None:
    rows.add(tables.case_file_holdings, file["case_file_id"], from_on=from_on, collector=collector)
    file["own_collector"] = _latest(rows, tables.case_file_holdings, file["case_file_id"])
    rows.fetch([("client", file["debtor_id"])])
    file["collector"] = file["own_collector"] or rows.one(tables.clients, file["debtor_id"])["collector"]


def _acted(rows: Rows, file: Row, recorded: Recorded, event: work.ActionLogged) -> None:
    rows.add(
        tables.actions,
        recorded.stream,
        action_id=event.action_id,
        done_on=event.done_on,
        channel=event.channel.value,
        outcome=event.outcome.value,
        actor=recorded.actor,
    )
    file["last_action_on"] = max(file["last_action_on"], event.done_on)
    file["worked_on"] = max(file["worked_on"], event.done_on)
    if event.settles_next_action:
        file["next_action"], file["next_action_on"] = event.next_action, event.next_action_on or NEVER


# The debt by day


def _owes(file: Row, part: str, amount: int) -> None:
    file[part] += amount
    file["outstanding"] += amount


def _credit(rows: Rows, file: Row, day: date, amount: Money) -> None:
    _charge(rows, file["case_file_id"], day, "credits", amount.minor)
    file["credits"] += amount.minor
    file["outstanding"] -= amount.minor


def _charge(rows: Rows, case_file_id: UUID, day: date, part: str, amount: int, *, adjustment: bool = False) -> None:
    number = len(rows.all(tables.charges, case_file_id))
    charge = {"charged_on": day, "part": part, "adjustment": adjustment, "amount": amount}
    rows.add(tables.charges, case_file_id, number=number, **charge)


def _schedule(rows: Rows, case_file_id: UUID, due: tuple[Instalment, ...], from_on: date, plan_id: UUID | None) -> None:
    number = len(rows.all(tables.instalments, case_file_id))
    for count, instalment in enumerate(due, start=number):
        rows.add(
            tables.instalments,
            case_file_id,
            number=count,
            plan_id=plan_id,
            due_on=instalment.due_on,
            amount=instalment.amount.minor,
            from_on=from_on,
            to_on=NEVER,
        )


def _replace_schedule(rows: Rows, case_file_id: UUID, event: schedule.PaymentPlanAgreed) -> None:
    for row in rows.all(tables.instalments, case_file_id).values():
        if row["to_on"] == NEVER:
            row["to_on"], row["replaced_by"] = event.agreed_on, event.plan_id
    _schedule(rows, case_file_id, event.instalments, event.agreed_on, event.plan_id)


def _restore_schedule(rows: Rows, case_file_id: UUID, event: schedule.PaymentPlanEnded) -> None:
    """The plan's instalments end; those it took the place of are due again, as rows of a new time in force."""
    for row in rows.all(tables.instalments, case_file_id).values():
        if row["plan_id"] == event.plan_id:
            row["to_on"] = event.ended_on
    currency = rows.one(tables.case_files, case_file_id)["currency"]
    again = tuple(
        Instalment(row["due_on"], Money.of_minor(row["amount"], currency))
        for row in rows.all(tables.instalments, case_file_id).values()
        if row["replaced_by"] == event.plan_id
    )
    _schedule(rows, case_file_id, again, event.ended_on, None)


def _begin_span(rows: Rows, case_file_id: UUID, what: str, from_on: date, value: str | None = None) -> None:
    number = len(rows.all(tables.spans, case_file_id))
    rows.add(tables.spans, case_file_id, number=number, what=what, value=value, from_on=from_on, to_on=NEVER)


def _end_spans(rows: Rows, case_file_id: UUID, what: str, to_on: date) -> None:
    for row in rows.all(tables.spans, case_file_id).values():
        if row["what"] == what and row["to_on"] == NEVER:
            row["to_on"] = to_on


# Payments and promises


def _decided(rows: Rows, file: Row, payment_id: UUID, state: payment.State, returned_on: date = NEVER) -> Row:
    row = rows.all(tables.payments, file["case_file_id"])[(payment_id,)]
    was, row["state"], row["returned_on"] = row["state"], state.value, returned_on
    collected = row["amount"] * ((state is payment.State.APPROVED) - (was == payment.State.APPROVED.value))
    file["collected"] += collected
    file["outstanding"] -= collected
    file["unapproved"] += (state is payment.State.UNAPPROVED) - (was == payment.State.UNAPPROVED.value)
    rows.settle_later(file["case_file_id"])
    return row


def settle_promises(rows: Rows, case_file_id: UUID) -> None:
    """Which promises have their money, and which day each is due now."""
    made = rows.all(tables.promises, case_file_id)
    if not made:
        return
    standing = [row for row in made.values() if row["cancelled_on"] == NEVER]
    standing.sort(key=lambda row: (row["made_on"], row["position"]))
    received = rows.all(tables.payments, case_file_id).values()
    approved = [(row["received_on"], row["amount"]) for row in received if row["state"] == "approved"]
    told = [(row["received_on"], row["amount"]) for row in received if row["state"] in {"approved", "unapproved"}]
    asked = [(row["amount"], row["made_on"]) for row in standing]
    disputes = [
        (row["from_on"], None if row["to_on"] == NEVER else row["to_on"])
        for row in rows.all(tables.spans, case_file_id).values()
        if row["what"] == "dispute"
    ]
    for row in made.values():
        if row["cancelled_on"] != NEVER:
            row["kept_on"] = row["covered_on"] = NEVER
        row["due_on"] = due_after_disputes(row["promised_for"], row["made_on"], disputes) or NEVER
    for row, kept_on, covered_on in zip(standing, settle(asked, approved), settle(asked, told), strict=True):
        row["kept_on"], row["covered_on"] = kept_on or NEVER, covered_on or NEVER
    due = [row["due_on"] for row in standing if row["covered_on"] == NEVER]
    file = rows.one(tables.case_files, case_file_id)
    file["promise_due_on"], file["promised_until"] = min(due, default=NEVER), max(due, default=NOT_YET)


projection = Projection("escritorio", 1, tables.metadata, touches, project, settle_promises)
