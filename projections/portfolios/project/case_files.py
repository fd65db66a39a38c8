"""What is owed and collected on case files, who works them, and what is to be done on them.

Their events name the case file alone, so `debts` tells whose it is; its figures lie in the debtor's partition, where
they are added up: see `accounts`.
"""

from uuid import UUID

from domain import case_file
from domain import payments as payment
from domain.case_file import activity, debt, progress
from projections.holding import hold
from projections.portfolios.project.accounts import settle_later
from projections.portfolios.tables import (
    CaseFile,
    CaseFileHolding,
    Debt,
    Payment,
    case_file_holdings,
    case_files,
    clients,
    debts,
    payments,
)
from projections.projection import NEVER, NOT_YET
from projections.rows import Row, Rows


def project(rows: Rows, case_file_id: UUID, event: case_file.Event) -> None:
    if isinstance(event, progress.CaseFileOpened):
        _opened(rows, case_file_id, event)
    else:
        _worked(rows, case_file_id, event)


def _opened(rows: Rows, case_file_id: UUID, event: progress.CaseFileOpened) -> None:
    if event.creditor_id is not None:
        creditor = rows.one(clients, event.creditor_id)
        if not creditor["is_creditor"]:
            creditor["is_creditor"] = True
            settle_later(rows, event.creditor_id)
    rows.add(debts, Debt(debt_id=case_file_id, client_id=event.debtor_id))
    rows.add(
        case_files,
        CaseFile(
            client_id=event.debtor_id,
            case_file_id=case_file_id,
            currency=event.currency,
            collector=rows.one(clients, event.debtor_id)["collector"],
            is_open=True,
            owed_again=False,
            outstanding=sum(item.amount.minor for item in event.items),
            owed=0,
            collected=0,
            waiting=0,
            last_action_on=NOT_YET,
            next_action_on=NEVER,
        ),
    )
    settle_later(rows, event.debtor_id)


def _worked(rows: Rows, case_file_id: UUID, event: case_file.Event) -> None:
    debtor_id = rows.one(debts, case_file_id)["client_id"]
    rows.fetch([("client", debtor_id)])
    file = rows.all(case_files, debtor_id)[(case_file_id,)]
    match event:
        case progress.CaseFileAssignedToCollector():
            _held(rows, file, event, event.collector)
        case progress.CaseFileUnassigned():
            _held(rows, file, event, None)
        case progress.CaseFileClosed():
            file["is_open"] = False
        case progress.CaseFileReopened():
            file["is_open"], file["owed_again"] = True, False
        case debt.ItemsAdded():
            file["outstanding"] += sum(item.amount.minor for item in event.items)
            file["owed_again"] = not file["is_open"]
        case debt.CostCharged() | debt.InterestCharged() | debt.DebtAdjusted() | debt.CreditMoved():
            file["outstanding"] += event.amount.minor
        case debt.CreditReceived():
            file["outstanding"] -= event.amount.minor
        case activity.ActionLogged():
            file["last_action_on"] = max(file["last_action_on"], event.done_on)
            if event.settles_next_action:
                file["next_action"], file["next_action_on"] = event.next_action, event.next_action_on or NEVER
        case payment.PaymentRecorded():
            rows.add(
                payments,
                Payment(
                    debt_id=case_file_id,
                    payment_id=event.payment_id,
                    amount=event.amount.minor,
                    counted=False,
                    waits=True,
                ),
            )
            file["waiting"] += event.amount.minor
        case payment.PaymentApproved():
            _counts(rows, file, event.payment_id, counted=True)
        case payment.PaymentRejected() | payment.PaymentWithdrawn():
            _counts(rows, file, event.payment_id, counted=False)
        case payment.PaymentReturned():
            _counts(rows, file, event.payment_id, counted=False)
            file["owed_again"] = not file["is_open"]
        case payment.PaymentReopened():
            _counts(rows, file, event.payment_id, counted=False, waits=True)
        case _:
            return
    settle_later(rows, debtor_id)


def _held(
    rows: Rows,
    file: Row,
    event: progress.CaseFileAssignedToCollector | progress.CaseFileUnassigned,
    collector: str | None,
) -> None:
    case_file_id = file["case_file_id"]
    holding = CaseFileHolding(case_file_id=case_file_id, from_on=event.from_on, collector=collector)
    held = hold(rows, case_file_holdings, case_file_id, holding)
    file["own_collector"] = held[-1]["collector"] if held else None


def _counts(rows: Rows, file: Row, payment_id: UUID, *, counted: bool, waits: bool = False) -> None:
    known = rows.all(payments, file["case_file_id"])[(payment_id,)]
    came = known["amount"] * (counted - known["counted"])
    file["waiting"] += known["amount"] * (waits - known["waits"])
    known["counted"], known["waits"] = counted, waits
    file["collected"] += came
    file["outstanding"] -= came
