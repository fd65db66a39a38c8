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

from api.web.forms import Form
from api.web.plans import ITEM, ITEMS_AT_ONCE, as_typed, month_later, plan_rows
from api.web.timeline import decider, timeline
from api.web.visit import Page, Visit
from domain.case_file import CaseFile
from domain.case_file.debt import CreditMoved, CreditReceived, Part
from domain.case_file.proposals import State as ProposalState
from domain.client import Client
from domain.errors import NotFound, Refusal
from domain.events import Recorded
from domain.message import Kind as MessageKind
from domain.message import Matter
from domain.money import Money, total
from domain.payments import PaymentRecorded
from domain.people import Role
from projections.clients.detail import ContactLine, contacts_of, shown
from projections.clients.keys import key_of, keys_of
from projections.clients.listing import Filters, list_clients
from projections.covering import held_back
from projections.days import next_working_day
from projections.escritorio.case_files import CaseFileLine, find_case_file
from projections.escritorio.clients import find_by_reference
from projections.escritorio.detail import (
    CaseFileDetail,
    PaymentLine,
    case_file_detail,
    case_file_references,
    client_names,
    telling_actions,
)
from projections.escritorio.proposals import ProposalLine
from projections.escritorio.told import TELLING, Contact, Told, ToldPayment, ToldProposal, told
from projections.expenses.lists import Filters as ExpenseFilters
from projections.expenses.lists import claimers, list_expenses
from projections.refunding import RefundLine

router = APIRouter(prefix="/case-files")

EVENTS_SHOWN = 20
CLIENTS_SHOWN, EXPENSES_SHOWN = 20, 20

ACTIONS_TOLD = 200
"""Of so many of the last actions that tell of contacts, these are shown."""

WORK = "case_file_work.html"
DEBT = "case_file_debt.html"
PAYMENT = "case_file_payment.html"
PROGRESS = "case_file_progress.html"
REFUND = "refund_forms.html"
FORMS = {
    "action": WORK, "promise": WORK, "cancellation": WORK, "party": WORK, "registry-entry": WORK,
    "payment": PAYMENT, "rejection": PAYMENT, "withdrawal": PAYMENT, "return": PAYMENT, "payment-reopening": PAYMENT,
    "collection-move": PAYMENT,
    "items": DEBT, "cost": DEBT, "interest": DEBT, "adjustment": DEBT, "allocation-order": DEBT, "plan": DEBT,
    "plan-end": DEBT, "credit-move": DEBT, "refund": REFUND, "refund-rejection": REFUND, "refund-withdrawal": REFUND,
    "proposal-approval": DEBT, "proposal-rejection": DEBT,
    "stage": PROGRESS, "dispute": PROGRESS, "dispute-end": PROGRESS, "assignment": PROGRESS, "closing": PROGRESS,
    "reopening": PROGRESS,
}  # fmt: skip
"""Where each form is written."""


@dataclass(frozen=True, slots=True)
class Decided:
    by: str
    at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class ShownPayment:
    """`offered` are the decisions that this person may take on it as things stand."""

    line: PaymentLine
    told: ToldPayment
    decided: Decided | None
    offered: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownRefund:
    """`offered` are the decisions that this person may take on it."""

    line: RefundLine
    offered: Sequence[str]


def shown_refund(visit: Visit, line: RefundLine) -> ShownRefund:
    own = line.proposed_by == visit.viewer.name
    decides = visit.may(Role.SUPERVISOR) and not (own and visit.business.four_eyes)
    return ShownRefund(
        line, [*(["approval", "rejection"] if decides else []), *(["withdrawal"] if own and visit.works else [])]
    )


def on_refund(do: str, about: UUID | None, refunds: Sequence[ShownRefund]) -> bool:
    """Whether that form is about one of these refunds, and may be opened."""
    return any(one.line.id == about and do.removeprefix("refund-") in one.offered for one in refunds)


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """`offered` are the decisions that this person may take on it."""

    line: ProposalLine
    told: ToldProposal
    offered: Sequence[str]


@router.get("/by-reference/{reference:path}")
def show_held(reference: str, visit: Page) -> Response:
    """For whoever takes a call: who works on the case file of that exact reference, and a note for them."""
    return held_page(visit, reference)


def held_page(visit: Visit, reference: str, *, sent: Form | None = None) -> Response:
    with visit.snapshot() as db:
        held = find_by_reference(db, reference)
        if held is None:
            raise NotFound(reference=reference)
        visible = find_case_file(db, visit.viewer, visit.as_of, held.id) is not None
    return visit.page("case_file_held.html", held=held, visible=visible, sent=sent)


@router.get("/{case_file_id}")
def show_case_file(case_file_id: UUID, visit: Page, do: str = "", about: UUID | None = None) -> Response:
    return case_file_page(visit, case_file_id, do=do, about=about)


def line_of(visit: Visit, case_file_id: UUID) -> CaseFileLine:
    with visit.snapshot() as db:
        line = find_case_file(db, visit.viewer, visit.as_of, case_file_id)
    if line is None:
        raise NotFound(id=case_file_id)
    return line


def currency_of(visit: Visit, case_file_id: UUID) -> str:
    return line_of(visit, case_file_id).principal.currency


def shown_again(visit: Visit, case_file_id: UUID, refusal: Refusal, *, about: UUID | None = None) -> Response:
    """The page with the form that was refused, and what was typed into it."""
    sent = visit.form.refused(refusal)
    return case_file_page(visit, case_file_id, do=sent.name, about=about, sent=sent)


def case_file_page(
    visit: Visit, case_file_id: UUID, *, do: str, about: UUID | None = None, sent: Form | None = None
) -> Response:
    """`about` is the payment or promise that the form is about. What was refused is shown though it is not offered."""
    with visit.snapshot() as db:
        detail = case_file_detail(db, visit.viewer, visit.as_of, case_file_id)
        if detail is None:
            raise NotFound(id=case_file_id)
        visit.store.load(Client(), detail.line.debtor_id)[0].standing.check_seen(visit.viewer)
        known = told(_telling(visit, db, case_file_id))
        names = client_names(db, known.clients)
        references = case_file_references(db, visit.viewer, known.case_files)
        offered = _offered(visit, detail)
        proposals = [_proposal(visit, detail, line, known.proposals[line.id]) for line in reversed(detail.proposals)]
        payments = [_payment(visit, detail, line, known.payments[line.id]) for line in reversed(detail.payments)]
        refunds = [shown_refund(visit, one) for one in detail.refunds]
        on_row = _on_row(do, about, detail, [*payments, *proposals], refunds)
        open_form = do if do in FORMS and (sent or do in offered or on_row) else ""
        chosen = _chosen(visit, db, open_form, detail, sent)
        people = {detail.line.debtor_id, *(one.client_id for one in detail.parties)}
        reached = contacts_of(db, people)
        numbers = shown(db, visit.viewer, people | ({detail.line.client_id} if detail.line.client_id else set()))
        of_expenses = claimers(db, case_file_id)
        expenses = list_expenses(
            db, visit.viewer, ExpenseFilters(case_file_id=case_file_id), "-position", None, EXPENSES_SHOWN
        )
        held = held_back(db, Matter.CASE_FILE, MessageKind.DEMAND, case_file_id)
    in_all = visit.store.load(CaseFile(), case_file_id)[1]
    until = _until(visit, in_all)
    limit = in_all if _shows_all(visit) else EVENTS_SHOWN
    history = visit.store.part_of_history(case_file_id, before=until + 1, limit=limit)
    amounts = {one.id: one.amount for one in detail.promises}
    amounts |= {id_: one.recorded.amount for id_, one in known.payments.items()}
    amounts |= {id_: one.amount for id_, one in known.refunds.items()}
    amounts |= {one.id: one.amount for one in detail.proposals}
    events = timeline(visit, history, names, references, of_expenses, amounts)
    return visit.page(
        "case_file.html",
        sent=sent,
        address=f"/case-files/{case_file_id}",
        file=detail.line,
        detail=detail,
        told=known,
        balance=_balance(visit, detail, known),
        reached=reached,
        learned={one: _learned(known, None if one == detail.line.debtor_id else one, reached) for one in people},
        numbers=numbers,
        payments=payments,
        refunds=refunds,
        free_credit=detail.free_credit,
        proposals=proposals,
        expenses=expenses.items,
        held=held,
        offered=offered,
        do=open_form,
        form_template=FORMS.get(open_form),
        about=about,
        chosen=chosen,
        days_ahead=_days_ahead(visit),
        latest=events[0],
        events=events,
        events_in_all=in_all,
        until=until,
        events_shown=EVENTS_SHOWN,
    )


def _balance(visit: Visit, detail: CaseFileDetail, known: Told) -> Sequence[tuple[str, Money]]:
    """What makes up what is outstanding, or credit, in words: figures of nothing are left out."""
    line, owed = detail.line, {one.part: one.owed for one in detail.debt}
    moved = [one for one in known.credits if isinstance(one, CreditMoved)]
    received = [one for one in known.credits if isinstance(one, CreditReceived)]
    zero = Money.zero(line.principal.currency)

    def came_to(moves: Iterable[CreditMoved | CreditReceived]) -> Money:
        return total((one.amount for one in moves), zero.currency)

    beside = {
        visit._("Adjustments of the principal"): owed[Part.PRINCIPAL] - line.principal,
        visit._("Costs"): owed[Part.COSTS],
        visit._("Interest"): owed[Part.INTEREST],
    }
    later = {
        visit._("Moved here"): came_to(received),
        visit._("Moved elsewhere"): came_to(one for one in moved if one.to is not None),
        visit._("Paid back"): came_to(one for one in moved if one.to is None),
        visit._("Waiting for approval"): line.waiting or zero,
    }
    return [
        (visit._("Principal"), line.principal),
        *((text, amount) for text, amount in beside.items() if amount),
        (visit._("Collected"), line.collected),
        *((text, amount) for text, amount in later.items() if amount),
        (visit._("Outstanding"), max(line.outstanding, zero)),
        *([(visit._("Credit"), detail.credit)] if detail.credit else []),
        *([(visit._("Reserved for refunds"), reserved)] if (reserved := detail.credit - detail.free_credit) else []),
    ]


def _telling(visit: Visit, db: Connection, case_file_id: UUID) -> Sequence[Recorded]:
    """What of the history tells more than the read models do, in order."""
    found = visit.store.part_of_history(case_file_id, kinds=TELLING)
    actions = visit.store.at(telling_actions(db, case_file_id, ACTIONS_TOLD))
    return sorted((*found, *actions), key=lambda recorded: recorded.position)


def _learned(known: Told, person_id: UUID | None, reached: Mapping[UUID, Sequence[ContactLine]]) -> Sequence[Contact]:
    """What was learned on this case file of how somebody is reached, and is in nobody's account here."""
    there = {key for all_ in reached.values() for one in all_ for key in keys_of(one.medium, one.value)}
    return [one for one in known.contacts_of(person_id) if key_of(one.value) not in there]


def _until(visit: Visit, events: int) -> int:
    """The timeline goes back from here: so many events from the first on."""
    asked = visit.request.query_params.get("until", "")
    return min(int(asked), events) if asked.isdecimal() and len(asked) < 9 and int(asked) else events  # noqa: PLR2004


def _shows_all(visit: Visit) -> bool:
    return visit.request.query_params.get("history") == "all"


def _days_ahead(visit: Visit) -> Sequence[tuple[str, str]]:
    """Days that a next action or a promise is likely to be on: working days."""
    today, country = visit.today, visit.business.country
    ahead = {1: visit._("Tomorrow"), 3: visit._("In 3 days"), 7: visit._("In a week"), 14: visit._("In two weeks")}
    days = {next_working_day(today + timedelta(days=number - 1), country): text for number, text in ahead.items()}
    days[next_working_day(month_later(today, 1) - timedelta(days=1), country)] = visit._("In a month")
    return [(day.isoformat(), text) for day, text in days.items()]


# What may be done as things stand


def _offered(visit: Visit, detail: CaseFileDetail) -> Sequence[str]:
    supervisor, owing = visit.may(Role.SUPERVISOR), detail.line.outstanding.amount > 0
    refund = ["refund"] if visit.works and detail.free_credit else []
    if detail.line.state == "closed":
        return [*(["reopening"] if supervisor else []), *refund]
    if not visit.works:
        return []
    disputed, planned = "dispute" in detail.line.flags, detail.plan_id is not None
    possible = {
        "action": True,
        "promise": owing,
        "payment": True,
        "plan": owing and not planned,
        "plan-end": planned,
        "stage": True,
        "dispute": not disputed,
        "dispute-end": disputed,
        "party": True,
        "registry-entry": True,
        "items": True,
        "cost": True,
        "interest": True,
        "adjustment": True,
        "allocation-order": supervisor,
        "credit-move": supervisor and bool(detail.free_credit),
        "refund": bool(refund),
        "assignment": visit.may(Role.SUPERVISOR, Role.ADMINISTRATOR),
        "closing": True,
    }
    return [name for name, can in possible.items() if can]


def recorded_by(visit: Visit, payment: PaymentRecorded) -> bool:
    """Whether that was whoever looks, here or by a file that was brought in."""
    return visit.viewer.name in {payment.recorded_by, payment.imported_by}


def is_own(visit: Visit, payment: PaymentRecorded) -> bool:
    """Whether whoever looks recorded it or took the money, and so does not decide on it."""
    return recorded_by(visit, payment) or visit.viewer.name == (payment.collected_by or "").casefold()


def _payment(visit: Visit, detail: CaseFileDetail, line: PaymentLine, known: ToldPayment) -> ShownPayment:
    decision = known.decision
    decided = Decided(decider(decision), decision.recorded_at, decision.reason) if decision else None
    return ShownPayment(line, known, decided, _decisions(visit, detail, line, known))


def _decisions(visit: Visit, detail: CaseFileDetail, line: PaymentLine, known: ToldPayment) -> Sequence[str]:
    """A closed case file takes only returns; whoever recorded a payment decides on nothing of it, but withdraws it."""
    own = is_own(visit, known.recorded)
    withdrawable = line.state == "unapproved" and visit.works and recorded_by(visit, known.recorded)
    withdrawal = ["withdrawal"] if withdrawable else []
    if not visit.may(Role.SUPERVISOR):
        return withdrawal
    decisions = {
        "unapproved": ["approval", "rejection"],
        "approved": ["return", "payment-reopening"],
        "rejected": ["payment-reopening"],
        "returned": ["payment-reopening"],
        "withdrawn": [],
    }[line.state]
    allowed = [] if own and visit.business.four_eyes else decisions
    if detail.line.state == "closed":
        return [one for one in allowed if one == "return"]
    return [*allowed, *withdrawal, *(["collection-move"] if line.state != "withdrawn" else [])]


def _proposal(visit: Visit, detail: CaseFileDetail, line: ProposalLine, known: ToldProposal) -> ShownProposal:
    """A supervisor decides on what others proposed, where two people are needed; who proposed it may withdraw it."""
    if line.state != ProposalState.WAITING or detail.line.state == "closed":
        return ShownProposal(line, known, ())
    own = line.proposed_by == visit.viewer.name
    decides = visit.may(Role.SUPERVISOR) and not (own and visit.business.four_eyes)
    decisions = ["proposal-approval", "proposal-rejection"] if decides else []
    return ShownProposal(line, known, [*decisions, *(["withdrawal"] if own and visit.works else [])])


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


def _chosen(visit: Visit, db: Connection, do: str, detail: CaseFileDetail, sent: Form | None) -> Mapping[str, Any]:
    """What the open form lets choose from."""
    match do:
        case "party" | "registry-entry":
            text = sent.value("find") if sent else visit.request.query_params.get("find", "")
            chosen = Filters(text=text[:200])
            found = list_clients(db, visit.viewer, chosen, "name", None, CLIENTS_SHOWN).items if text else []
            return {"find": text[:200], "found": found}
        case "assignment" | "collection-move" | "payment":
            return {"collectors": visit.service.credentials.names()}
        case "items":
            return {"rows": as_typed(sent, ITEM) if sent else [("",) * len(ITEM)] * ITEMS_AT_ONCE}
        case "plan":
            return plan_rows(visit, detail.line.outstanding, sent)
        case _:
            return {}
