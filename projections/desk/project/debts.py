"""The debt by day: what is charged, adjusted and credited, and when it is due."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never
from uuid import UUID

from domain.case_file import debt, schedule
from domain.case_file.schedule import Instalment, taken_off
from domain.folding import endings
from domain.money import Money
from projections.desk import tables
from projections.desk.project.spans import begin_span, end_spans
from projections.projection import NEVER
from projections.rows import Row, Rows


def project(rows: Rows, file: Row, event: debt.Event | schedule.Event) -> None:
    stream = file["case_file_id"]
    match event:
        case debt.ItemsAdded():
            owed_again(rows, file, event.added_on)
            added = sum(item.amount.minor for item in event.items)
            known_by_number(rows, stream, *(item.number for item in event.items))
            charge(rows, stream, event.added_on, "principal", added)
            due = tuple(Instalment(item.due_on, item.amount) for item in event.items)
            add_instalments(rows, stream, due, event.added_on, None, [item.invoice_id for item in event.items])
            _owes(file, "principal", added)
        case debt.CostCharged():
            charge(rows, stream, event.charged_on, "costs", event.amount.minor)
            _owes(file, "costs", event.amount.minor)
        case debt.InterestCharged():
            charge(rows, stream, event.charged_on, "interest", event.amount.minor)
            _owes(file, "interest", event.amount.minor)
        case debt.DebtAdjusted():
            charge(
                rows,
                stream,
                event.adjusted_on,
                event.part.value,
                event.amount.minor,
                adjustment=True,
                plan_id=file["plan_id"],
                invoice_id=event.invoice_id,
            )
            _owes(file, "adjustments", event.amount.minor)
        case debt.CreditReceived():
            _credit(rows, file, event.received_on, event.amount)
        case debt.CreditMoved():
            _credit(rows, file, event.moved_on, -event.amount)
        case debt.AllocationOrderChanged():
            file["allocation"] = " ".join(event.order)
        case schedule.PaymentPlanAgreed():
            file["plan_id"] = event.plan_id
            begin_span(rows, stream, "plan", event.agreed_on, str(event.plan_id))
            _replace_schedule(rows, stream, event)
        case schedule.PaymentPlanEnded():
            file["plan_id"] = None
            end_spans(rows, stream, "plan", event.ended_on)
            _restore_schedule(rows, stream, event)
        case _:
            assert_never(event)


def known_by_number(rows: Rows, case_file_id: UUID, *numbers: str) -> None:
    """The case file is found by these too."""
    there = rows.all(tables.numbers, case_file_id)
    for ending in dict.fromkeys(ending for number in numbers for ending in endings(number)):
        if (ending,) not in there:
            rows.add(tables.numbers, tables.Number(case_file_id=case_file_id, ending=ending))


def _owes(file: Row, part: str, amount: int) -> None:
    file[part] += amount
    file["outstanding"] += amount


def owed_again(rows: Rows, file: Row, on: date) -> None:
    """Money was returned. After the case file was closed that is for somebody to see to, until it is reopened."""
    if not file["is_open"] and file["returned_since"] == NEVER:
        file["returned_since"] = max(on, file["closed_on"])
        begin_span(rows, file["case_file_id"], "returned_after_closing", file["returned_since"])


def _credit(rows: Rows, file: Row, day: date, amount: Money) -> None:
    charge(rows, file["case_file_id"], day, "credits", amount.minor)
    file["credits"] += amount.minor
    file["outstanding"] -= amount.minor


def charge(
    rows: Rows,
    case_file_id: UUID,
    day: date,
    part: str,
    amount: int,
    *,
    adjustment: bool = False,
    plan_id: UUID | None = None,
    invoice_id: UUID | None = None,
) -> None:
    rows.settle_later(case_file_id)
    number = len(rows.all(tables.charges, case_file_id))
    rows.add(
        tables.charges,
        tables.Charge(
            case_file_id=case_file_id,
            number=number,
            charged_on=day,
            part=part,
            adjustment=adjustment,
            amount=amount,
            plan_id=plan_id,
            invoice_id=invoice_id,
        ),
    )


def add_instalments(
    rows: Rows,
    case_file_id: UUID,
    due: Sequence[Instalment],
    from_on: date,
    plan_id: UUID | None,
    invoices: Sequence[UUID | None] = (),
) -> None:
    """`invoices` are those of ours that fall due so, one of each instalment, if any are."""
    number = len(rows.all(tables.instalments, case_file_id))
    each = zip(due, invoices or [None] * len(due), strict=True)
    for count, (instalment, invoice_id) in enumerate(each, start=number):
        rows.add(
            tables.instalments,
            tables.Instalment(
                case_file_id=case_file_id,
                number=count,
                plan_id=plan_id,
                due_on=instalment.due_on,
                amount=instalment.amount.minor,
                from_on=from_on,
                to_on=NEVER,
                invoice_id=invoice_id,
                taken_off=0,
            ),
        )


def _replace_schedule(rows: Rows, case_file_id: UUID, event: schedule.PaymentPlanAgreed) -> None:
    for row in rows.all(tables.instalments, case_file_id).values():
        if row["to_on"] == NEVER:
            row["to_on"], row["replaced_by"] = event.agreed_on, event.plan_id
    add_instalments(rows, case_file_id, event.instalments, event.agreed_on, event.plan_id)


def _restore_schedule(rows: Rows, case_file_id: UUID, event: schedule.PaymentPlanEnded) -> None:
    """The plan's instalments end; those it took the place of are due again, as rows of a new time in force."""
    for row in rows.all(tables.instalments, case_file_id).values():
        if row["plan_id"] == event.plan_id:
            row["to_on"] = event.ended_on
    currency = rows.one(tables.case_files, case_file_id)["currency"]
    replaced = [
        row for row in rows.all(tables.instalments, case_file_id).values() if row["replaced_by"] == event.plan_id
    ]
    again = [Instalment(row["due_on"], Money.of_minor(row["amount"], currency)) for row in replaced]
    add_instalments(rows, case_file_id, again, event.ended_on, None, [row["invoice_id"] for row in replaced])


def settle_arrears(rows: Rows, case_file_id: UUID) -> None:
    """What is outstanding is owed on the last instalments, of each as much as no adjustment of the principal took off:
    the first of those is the oldest that is not paid. A payment plan was made of what was adjusted before it."""
    file = rows.one(tables.case_files, case_file_id)
    in_force = sorted(
        (row for row in rows.all(tables.instalments, case_file_id).values() if row["to_on"] == NEVER),
        key=lambda row: (row["due_on"], row["number"]),
    )
    adjusted: dict[UUID | None, int] = {}
    for row in rows.all(tables.charges, case_file_id).values():
        if row["adjustment"] and row["part"] == "principal" and file["plan_id"] in {None, row["plan_id"]}:
            adjusted[row["invoice_id"]] = adjusted.get(row["invoice_id"], 0) + row["amount"]
    for row, off in zip(
        in_force, taken_off([(row["invoice_id"], row["amount"]) for row in in_force], adjusted), strict=True
    ):
        row["taken_off"] = off
    left, since = max(file["outstanding"], 0), NEVER
    for row in reversed(in_force):
        if left > 0 and row["amount"] > row["taken_off"]:
            since, left = row["due_on"], left - row["amount"] + row["taken_off"]
    file["unpaid_since"] = since
