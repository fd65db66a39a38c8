"""Where a case file stands: opened, who holds it, its stage, disputes, closed and reopened."""

from datetime import date
from typing import assert_never

from domain.case_file import debt, progress
from domain.case_file.schedule import Instalment, of_invoices
from domain.events import Recorded
from domain.payment_reference import payment_reference
from projections.desk import tables
from projections.desk.project.debts import add_instalments, charge, known_by_number
from projections.desk.project.spans import begin_span, end_spans
from projections.holding import hold
from projections.projection import NEVER, NOT_YET
from projections.rows import Row, Rows


def project(rows: Rows, recorded: Recorded, event: progress.Event) -> None:
    stream = recorded.stream
    if isinstance(event, progress.CaseFileOpened):
        _opened(rows, recorded, event)
        return
    file = rows.one(tables.case_files, stream)
    match event:
        case progress.CaseFileAssignedToCollector():
            _held(rows, file, event.from_on, event.collector)
        case progress.CaseFileUnassigned():
            _held(rows, file, event.from_on, None)
        case progress.StageChanged():
            file["stage"] = event.stage.value
            end_spans(rows, stream, "stage", event.changed_on)
            begin_span(rows, stream, "stage", event.changed_on, event.stage.value)
        case progress.DisputeOpened():
            file["dispute_since"] = event.opened_on
            begin_span(rows, stream, "dispute", event.opened_on)
            rows.settle_later(stream)
        case progress.DisputeEnded():
            file["dispute_since"] = NEVER
            end_spans(rows, stream, "dispute", event.ended_on)
            rows.settle_later(stream)
        case progress.CaseFileClosed():
            file["is_open"], file["closed_on"], file["closed_for"] = False, event.closed_on, event.closed_for.value
            begin_span(rows, stream, "closed", event.closed_on, event.closed_for.value)
        case progress.CaseFileReopened():
            file["is_open"], file["closed_on"], file["closed_for"] = True, NEVER, None
            file["returned_since"] = NEVER
            end_spans(rows, stream, "closed", event.reopened_on)
            end_spans(rows, stream, "returned_after_closing", event.reopened_on)
        case _:
            assert_never(event)


def _opened(rows: Rows, recorded: Recorded, event: progress.CaseFileOpened) -> None:
    case_file_id = recorded.stream
    debtor = rows.one(tables.clients, event.debtor_id)
    creditor = rows.one(tables.clients, event.creditor_id) if event.creditor_id else None
    debtor["owes"] += 1
    if creditor:
        creditor["is_owed"] += 1
    principal = sum(item.amount.minor for item in event.items)
    rows.add(
        tables.case_files,
        tables.CaseFile(
            case_file_id=case_file_id,
            reference=event.reference,
            payment_reference=payment_reference(case_file_id),
            creditor_id=event.creditor_id,
            debtor_id=event.debtor_id,
            debtor_key=debtor["name_key"],
            collector=debtor["collector"],
            currency=event.currency,
            opened_on=event.opened_on,
            is_open=True,
            closed_on=NEVER,
            returned_since=NEVER,
            stage=progress.Stage.AMICABLE.value,
            principal=principal,
            costs=0,
            interest=0,
            adjustments=0,
            credits=0,
            collected=0,
            outstanding=principal,
            unapproved=0,
            waiting=0,
            refunding=0,
            allocation=" ".join(debt.LEGAL_ORDER),
            dispute_since=NEVER,
            last_action_on=NOT_YET,
            next_action_on=NEVER,
            promise_due_on=NEVER,
            promised_until=NOT_YET,
            unpaid_since=NEVER,
            worked_on=event.opened_on,
            skipped_until=NOT_YET,
            answered_on=NOT_YET,
            answers_at=-1,
            promises_kept=0,
            correlation_id=recorded.correlation_id,
        ),
    )
    rows.add(tables.case_files_of, tables.CaseFileOfDebtor(client_id=event.debtor_id, case_file_id=case_file_id))
    known_by_number(rows, case_file_id, event.reference, *(item.number for item in event.items))
    ending = f"{tables.BACKWARDS}{payment_reference(case_file_id)[::-1]}"
    rows.add(tables.numbers, tables.Number(case_file_id=case_file_id, ending=ending))
    charge(rows, case_file_id, event.opened_on, "principal", principal)
    owed = [(Instalment(item.due_on, item.amount), item.invoice_id) for item in event.items]
    add_instalments(rows, case_file_id, event.schedule, NOT_YET, None, of_invoices(event.schedule, owed))


def _held(rows: Rows, file: Row, from_on: date, collector: str | None) -> None:
    holding = tables.CaseFileHolding(case_file_id=file["case_file_id"], from_on=from_on, collector=collector)
    held = hold(rows, tables.case_file_holdings, file["case_file_id"], holding)
    file["own_collector"] = held[-1]["collector"] if held else None
    rows.fetch([("client", file["debtor_id"])])
    file["collector"] = file["own_collector"] or rows.one(tables.clients, file["debtor_id"])["collector"]
