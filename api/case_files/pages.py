"""A case file on one page: all that is known of it and all that is done with it, one form at a time.

`?do=` names the form that is open; each form has the name of the command that it gives.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from api.case_files.forms import FORMS, offered_forms
from api.case_files.plans import ITEM, ITEMS_AT_ONCE, month_later, plan_rows
from api.case_files.timeline import timeline
from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.list_address import LONGEST
from api.pages.rows import as_typed
from api.payments.timeline import decider
from api.payments.views import ShownRefund, may_decide, on_refund, recorded_by, shown_refund
from api.queue.views import QUEUE, onward
from domain.case_file import CaseFile
from domain.case_file.debt import CreditMoved, CreditReceived, Part
from domain.case_file.proposals import State as ProposalState
from domain.client import Client
from domain.errors import NotFound
from domain.events import Recorded
from domain.message import Kind as MessageKind
from domain.message import Matter
from domain.money import Money, total
from domain.payments import Ledger
from domain.people import Role
from projections.clients.detail import ContactLine, contacts_of, shown
from projections.clients.keys import key_of, keys_of
from projections.clients.listing import Filters, list_clients
from projections.covering import held_back
from projections.days import next_working_day
from projections.desk.case_files import CaseFileLine, find_case_file, list_case_files
from projections.desk.case_files import Filters as CaseFileFilters
from projections.desk.clients import find_by_reference
from projections.desk.detail import (
    CaseFileDetail,
    PaymentLine,
    case_file_detail,
    case_file_references,
    client_names,
    telling_actions,
)
from projections.desk.history_details import (
    KINDS_WITH_DETAILS,
    Contact,
    HistoryDetails,
    PaymentDetails,
    ProposalDetails,
    history_details,
)
from projections.desk.proposals import ProposalLine
from projections.expenses.lists import Filters as ExpenseFilters
from projections.expenses.lists import claimers, list_expenses
from projections.invoices.listing import payable_invoices

router = APIRouter(prefix="/case-files")

EVENTS_SHOWN = 20
CLIENTS_SHOWN, EXPENSES_SHOWN = 20, 20

ACTIONS_TOLD = 200
"""Of so many of the last actions that tell of contacts, these are shown."""


@dataclass(frozen=True, slots=True)
class Decision:
    by: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """`offered` are the decisions that this person may take on it as things stand."""

    line: PaymentLine
    details: PaymentDetails
    decided: Decision | None
    offered: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """`offered` are the decisions that this person may take on it."""

    line: ProposalLine
    details: ProposalDetails
    offered: Sequence[str]


@router.get("/by-reference/{reference:path}")
def show_held(reference: str, context: Page) -> Response:
    """For whoever takes a call: who works on the case file of that exact reference, and a note for them."""
    return held_page(context, reference)


def held_page(context: PageContext, reference: str, *, sent: Form | None = None) -> Response:
    with context.snapshot() as db:
        held = find_by_reference(db, reference)
        if held is None:
            raise NotFound(reference=reference)
        visible = find_case_file(db, context.viewer, context.as_of, held.id) is not None
    return context.page("case_file_held.html", held=held, visible=visible, sent=sent)


@router.get("/{case_file_id}")
def show_case_file(case_file_id: UUID, context: Page, do: str = "", about: UUID | None = None) -> Response:
    return case_file_page(context, case_file_id, do=do, about=about)


def line_of(context: PageContext, case_file_id: UUID) -> CaseFileLine:
    with context.snapshot() as db:
        line = find_case_file(db, context.viewer, context.as_of, case_file_id)
    if line is None:
        raise NotFound(id=case_file_id)
    return line


def currency_of(context: PageContext, case_file_id: UUID) -> str:
    return line_of(context, case_file_id).principal.currency


def page_with_form(context: PageContext, case_file_id: UUID, sent: Form, *, about: UUID | None = None) -> Response:
    """The page with the form that was refused, and what was typed into it."""
    return case_file_page(context, case_file_id, do=sent.name, about=about, sent=sent)


def case_file_page(
    context: PageContext, case_file_id: UUID, *, do: str, about: UUID | None = None, sent: Form | None = None
) -> Response:
    """`about` is the payment or promise that the form is about. What was refused is shown though it is not offered."""
    with context.snapshot() as db:
        detail = case_file_detail(db, context.viewer, context.as_of, case_file_id)
        if detail is None:
            raise NotFound(id=case_file_id)
        context.store.load(Client(), detail.line.debtor_id)[0].restrictions.check_seen(context.viewer)
        known = history_details(_telling(context, db, case_file_id))
        names = client_names(db, known.clients)
        references = case_file_references(db, context.viewer, known.case_files)
        offered = offered_forms(context, detail)
        proposals = [_proposal(context, detail, line, known.proposals[line.id]) for line in reversed(detail.proposals)]
        file, in_all = context.store.load(CaseFile(), case_file_id)
        payments = [
            _payment(context, detail, line, known.payments[line.id], file.ledger) for line in reversed(detail.payments)
        ]
        refunds = [shown_refund(context, one) for one in detail.refunds]
        on_row = _on_row(do, about, detail, [*payments, *proposals], refunds)
        open_form = do if do in FORMS and (sent or do in offered or on_row) else ""
        chosen = _chosen(context, db, open_form, detail, sent)
        people = {detail.line.debtor_id, *(one.client_id for one in detail.parties)}
        reached = contacts_of(db, people)
        numbers = shown(db, context.viewer, people | ({detail.line.client_id} if detail.line.client_id else set()))
        of_expenses = claimers(db, case_file_id)
        expenses = list_expenses(
            db, context.viewer, ExpenseFilters(case_file_id=case_file_id), "-position", None, EXPENSES_SHOWN
        )
        owes_several = "payment" in offered and _owes_several(context, db, detail.line.debtor_id)
        held = held_back(db, Matter.CASE_FILE, MessageKind.DEMAND, case_file_id)
    until = _until(context, in_all)
    limit = in_all if _shows_all(context) else EVENTS_SHOWN
    history = context.store.part_of_history(case_file_id, before=until + 1, limit=limit)
    amounts = {one.id: one.amount for one in detail.promises}
    amounts |= {id_: one.recorded.amount for id_, one in known.payments.items()}
    amounts |= {id_: one.amount for id_, one in known.refunds.items()}
    amounts |= {one.id: one.amount for one in detail.proposals}
    events = timeline(context, history, names, references, of_expenses, amounts)
    from_queue = _from_queue(context, sent)
    return context.page(
        "case_file.html",
        sent=sent,
        from_queue=from_queue,
        onward=onward(case_file_id, from_queue),
        address=f"/case-files/{case_file_id}",
        file=detail.line,
        detail=detail,
        details=known,
        balance=_balance(context, detail, known),
        reached=reached,
        learned={one: _learned(known, None if one == detail.line.debtor_id else one, reached) for one in people},
        numbers=numbers,
        owes_several=owes_several,
        payments=payments,
        refunds=refunds,
        free_credit=detail.free_credit,
        collected=file.collected,
        fitting_reason=file.fitting_reason,
        proposals=proposals,
        expenses=expenses.items,
        held=held,
        offered=offered,
        do=open_form,
        form_template=FORMS[open_form].template if open_form else None,
        titles={name: context._(form.title) for name, form in FORMS.items()},
        about=about,
        chosen=chosen,
        days_ahead=_days_ahead(context),
        latest=events[0],
        events=events,
        events_in_all=in_all,
        until=until,
        events_shown=EVENTS_SHOWN,
    )


def _from_queue(context: PageContext, sent: Form | None) -> Mapping[str, str]:
    """By what the queue is asked for that one came from: from the address, or with the form that was refused."""
    asked = context.request.query_params
    said = {name: (sent.value(name) if sent else asked.get(name, ""))[:LONGEST] for name in QUEUE}
    return {name: text for name, text in said.items() if text} if said["queue"] else {}


def _balance(context: PageContext, detail: CaseFileDetail, known: HistoryDetails) -> Sequence[tuple[str, Money]]:
    """What makes up what is outstanding, or credit, in words: figures of nothing are left out."""
    line, owed = detail.line, {one.part: one.owed for one in detail.debt}
    moved = [one for one in known.credits if isinstance(one, CreditMoved)]
    received = [one for one in known.credits if isinstance(one, CreditReceived)]
    zero = Money.zero(line.principal.currency)

    def came_to(moves: Iterable[CreditMoved | CreditReceived]) -> Money:
        return total((one.amount for one in moves), zero.currency)

    beside = {
        context._("Adjustments of the principal"): owed[Part.PRINCIPAL] - line.principal,
        context._("Costs"): owed[Part.COSTS],
        context._("Interest"): owed[Part.INTEREST],
    }
    later = {
        context._("Moved here"): came_to(received),
        context._("Moved elsewhere"): came_to(one for one in moved if one.to is not None),
        context._("Paid back"): came_to(one for one in moved if one.to is None),
        context._("Waiting for approval"): line.waiting or zero,
    }
    return [
        (context._("Principal"), line.principal),
        *((text, amount) for text, amount in beside.items() if amount),
        (context._("Collected"), line.collected),
        *((text, amount) for text, amount in later.items() if amount),
        (context._("Outstanding"), line.outstanding),
        *([(context._("Credit"), detail.credit)] if detail.credit else []),
        *([(context._("Reserved for refunds"), reserved)] if (reserved := detail.credit - detail.free_credit) else []),
    ]


def _owes_several(context: PageContext, db: Connection, debtor_id: UUID) -> bool:
    """Whether money of this debtor may pay more than one debt."""
    of_debtor = CaseFileFilters(debtor_id=debtor_id)
    files = list_case_files(db, context.viewer, context.as_of, of_debtor, "-outstanding", None, 2).items
    owed = [one for one in files if one.outstanding.amount > 0]
    return len(owed) + len(payable_invoices(db, context.viewer, debtor_id, 2)) > 1


def _telling(context: PageContext, db: Connection, case_file_id: UUID) -> Sequence[Recorded]:
    """What of the history tells more than the read models do, in order."""
    found = context.store.part_of_history(case_file_id, kinds=KINDS_WITH_DETAILS)
    actions = context.store.at(telling_actions(db, case_file_id, ACTIONS_TOLD))
    return sorted((*found, *actions), key=lambda recorded: recorded.position)


def _learned(
    known: HistoryDetails, person_id: UUID | None, reached: Mapping[UUID, Sequence[ContactLine]]
) -> Sequence[Contact]:
    """What was learned on this case file of how somebody is reached, and is in nobody's account here."""
    there = {key for all_ in reached.values() for one in all_ for key in keys_of(one.medium, one.value)}
    return [one for one in known.contacts_of(person_id) if key_of(one.value) not in there]


def _until(context: PageContext, events: int) -> int:
    """The timeline goes back from here: so many events from the first on."""
    asked = context.request.query_params.get("until", "")
    return min(int(asked), events) if asked.isdecimal() and len(asked) < 9 and int(asked) else events  # noqa: PLR2004


def _shows_all(context: PageContext) -> bool:
    return context.request.query_params.get("history") == "all"


def _days_ahead(context: PageContext) -> Sequence[tuple[str, str]]:
    """Days that a next action or a promise is likely to be on: working days."""
    today, country = context.today, context.business.country
    ahead = {
        1: context._("Tomorrow"),
        3: context._("In 3 days"),
        7: context._("In a week"),
        14: context._("In two weeks"),
    }
    days = {next_working_day(today + timedelta(days=number - 1), country): text for number, text in ahead.items()}
    days[next_working_day(month_later(today, 1) - timedelta(days=1), country)] = context._("In a month")
    return [(day.isoformat(), text) for day, text in days.items()]


# What may be done as things stand


def _payment(
    context: PageContext, detail: CaseFileDetail, line: PaymentLine, known: PaymentDetails, ledger: Ledger
) -> ShownPayment:
    decision = known.decision
    decided = Decision(decider(decision), decision.recorded_at, decision.reason) if decision else None
    return ShownPayment(line, known, decided, _decisions(context, detail, line, known, ledger))


def _decisions(
    context: PageContext, detail: CaseFileDetail, line: PaymentLine, known: PaymentDetails, ledger: Ledger
) -> Sequence[str]:
    """A closed case file takes only returns; whoever recorded a payment decides on nothing of it, but withdraws it."""
    withdrawable = line.state == "unapproved" and context.works and recorded_by(context, known.recorded)
    withdrawal = ["withdrawal"] if withdrawable else []
    if not context.may(Role.SUPERVISOR):
        return withdrawal
    decisions = {
        "unapproved": ["approval", "rejection"],
        "approved": ["return", "payment-reopening"],
        "rejected": ["payment-reopening"],
        "returned": ["payment-reopening"],
        "withdrawn": [],
    }[line.state]
    allowed = decisions if may_decide(context, ledger, line.id) else []
    if detail.line.state == "closed":
        return [one for one in allowed if one == "return"]
    return [*allowed, *withdrawal, *(["collection-move"] if line.state != "withdrawn" else [])]


def _proposal(
    context: PageContext, detail: CaseFileDetail, line: ProposalLine, known: ProposalDetails
) -> ShownProposal:
    """A supervisor decides on what others proposed, where two people are needed; who proposed it may withdraw it."""
    if line.state != ProposalState.WAITING or detail.line.state == "closed":
        return ShownProposal(line, known, ())
    own = line.proposed_by == context.viewer.name
    decides = context.may(Role.SUPERVISOR) and not (own and context.business.four_eyes)
    decisions = ["proposal-approval", "proposal-rejection"] if decides else []
    return ShownProposal(line, known, [*decisions, *(["withdrawal"] if own and context.works else [])])


def _on_row(
    do: str,
    about: UUID | None,
    detail: CaseFileDetail,
    rows: Sequence[ShownPayment | ShownProposal],
    refunds: Sequence[ShownRefund],
) -> bool:
    """Whether the form is about a payment, a proposal, a refund or a promise of this case file, and may be opened."""
    if do.startswith("refund-"):
        return on_refund(do, about, refunds)
    if do == "cancellation":
        return any(one.id == about and one.state in {"open", "broken"} for one in detail.promises)
    return any(one.line.id == about and do in one.offered for one in rows)


def _chosen(
    context: PageContext, db: Connection, do: str, detail: CaseFileDetail, sent: Form | None
) -> Mapping[str, Any]:
    """What the open form lets choose from."""
    match do:
        case "party" | "registry-entry":
            text = sent.value("find") if sent else context.request.query_params.get("find", "")
            chosen = Filters(text=text[:200])
            found = list_clients(db, context.viewer, chosen, "name", None, CLIENTS_SHOWN).items if text else []
            return {"find": text[:200], "found": found}
        case "collection-move":
            own = {context.viewer.name} if context.business.four_eyes else set[str]()
            return {"collectors": [one for one in context.may_hold() if one not in own]}
        case "assignment" | "payment":
            return {"collectors": context.may_hold()}
        case "items":
            return {"rows": as_typed(sent, ITEM) if sent else [("",) * len(ITEM)] * ITEMS_AT_ONCE}
        case "plan":
            return plan_rows(context, detail.line.outstanding, sent)
        case _:
            return {}
