"""What each event does to the desk's rows: here on which of them it works, then a module a subject."""

from collections.abc import Iterable
from uuid import UUID

from domain import business, case_file, expense, expense_account, people, task
from domain.case_file import debt, progress, schedule, work
from domain.client import ClientRegistered, contacts, details, finances, portfolio
from domain.client.details import ClientCorrected
from domain.events import Recorded
from projections.escritorio import tables
from projections.escritorio.projecting import clients, debts, payments, standing, working
from projections.projection import Projection
from projections.rows import Rows


def touches(recorded: Recorded) -> Iterable[tuple[str, UUID]]:
    event = recorded.event
    if isinstance(event, ClientRegistered):
        return (("client", recorded.stream), ("counter", tables.CLIENTS))
    if isinstance(event, portfolio.Event | ClientCorrected):
        return (("client", recorded.stream),)
    if isinstance(event, progress.CaseFileOpened):
        both = (event.debtor_id, event.creditor_id)
        return (("case_file", recorded.stream), *(("client", one) for one in both if one is not None))
    if not isinstance(event, case_file.Event):
        return ()
    return (("case_file", recorded.stream),)


def project(rows: Rows, recorded: Recorded) -> None:
    match recorded.event:
        case (
            ClientRegistered()
            | ClientCorrected()
            | portfolio.ClientAssignedToCollector()
            | portfolio.ClientUnassigned()
            | portfolio.AssignmentPlanned()
            | portfolio.AssignmentCancelled()
            | portfolio.AssignmentLapsed()
        ) as event:
            clients.project(rows, recorded.stream, event)
        case (
            contacts.ContactAdded()
            | contacts.ContactChanged()
            | contacts.ContactRemoved()
            | details.ClientVerified()
            | details.ClientVerificationWithdrawn()
            | finances.AccountAdded()
            | finances.AccountRemoved()
            | finances.CardAdded()
            | finances.CardRemoved()
            | finances.CreditEntryAdded()
            | finances.CreditEntryRemoved()
        ):
            pass  # the read model `clients` has these
        case (
            business.BusinessDescribed()
            | business.FourEyesSwitchedOff()
            | business.FourEyesSwitchedOn()
            | business.DeadlinesSet()
            | people.UserAdded()
            | people.UserRolesChanged()
            | people.UserDisabled()
            | people.UserEnabled()
            | task.TaskPlanned()
            | task.TaskEdited()
            | task.TaskStarted()
            | task.TaskCompleted()
            | task.TaskMarkedUnattended()
            | task.TaskReopened()
            | expense.ExpenseClaimed()
            | expense.ExpenseAttached()
            | expense.ExpenseApproved()
            | expense.ExpenseRejected()
            | expense.ExpenseReopened()
            | expense.ExpenseWithdrawn()
            | expense.ExpenseSettled()
            | expense.ExpenseUnsettled()
            | expense_account.ExpenseEntered()
            | expense_account.ExpenseTakenOut()
            | expense_account.ExpensesSettled()
            | expense_account.SettlementReopened()
            | people.SubstituteAppointed()
            | people.SubstituteEnded()
        ):
            pass
        case event:
            _case_file(rows, recorded, event)


def _case_file(rows: Rows, recorded: Recorded, event: case_file.Event) -> None:
    if isinstance(event, progress.Event):
        standing.project(rows, recorded.stream, event)
        return
    file = rows.one(tables.case_files, recorded.stream)
    if isinstance(event, debt.Event | schedule.Event):
        debts.project(rows, file, event)
    elif isinstance(event, work.Event):
        working.project(rows, file, recorded, event)
    else:
        payments.project(rows, file, recorded, event)


projection = Projection("escritorio", 3, tables.metadata, touches, project, payments.settle_promises)
