"""The trail of payments: who did what, when and why; and whether the log is still what was written."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.audit import read_amount
from api.catalogues import marked as _
from api.documents import Cell, SheetKind
from api.web.forms import Form
from api.web.invoice_sheets import AT_ONCE, sheet_of, streamed
from api.web.jobs import Progress, look
from api.web.labels import PAYMENT_STATES
from api.web.timeline import told_reason
from api.web.visit import Page, Visit
from domain.days import check_days
from domain.errors import Refusal
from domain.people import Role
from projections.escritorio.clients import found_by_name
from projections.pages import Page as Listed
from projections.payment_audit import Filters, PaymentChange, list_payment_changes

router = APIRouter(prefix="/audit")

FILTERS = ("case_file", "person", "debtor", "amount", "reference", "from", "to", "payment")

LINES = 40
"""A page, so that it stays light."""


CHANGES: Mapping[str, str] = {
    "PaymentRecorded": _("Recorded"),
    "PaymentApproved": _("Approved"),
    "PaymentRejected": _("Rejected"),
    "PaymentReturned": _("Returned afterwards"),
    "PaymentReopened": _("Reopened"),
    "PaymentWithdrawn": _("Withdrawn"),
    "CollectionMoved": _("Moved to another collector"),
}


@router.get("")
def show_audit(visit: Page, cursor: str | None = None) -> Response:
    _may_audit(visit)
    asked = _asked(visit)
    found: Listed[PaymentChange] = Listed([], None)
    try:
        found = _found(visit, asked, cursor)
    except Refusal as refusal:
        asked = asked.refused(refusal)
    position, head = visit.store.head()

    def address(path: str = "/audit", **more: str) -> str:
        query = {name: asked.value(name) for name in FILTERS} | more
        told = urlencode({name: value for name, value in query.items() if value})
        return f"{path}?{told}" if told else path

    return visit.page(
        "audit.html",
        sent=asked,
        found=found,
        changes=CHANGES,
        told_reason=told_reason,
        address=address,
        cursor=cursor,
        filtered=any(asked.value(name) for name in FILTERS),
        position=position,
        hash=head.hex(),
        job=_check_of(visit),
    )


def _filters(visit: Visit, asked: Form) -> Filters:
    from_day, to_day = asked.optional_day("from"), asked.optional_day("to")
    check_days(from_day, to_day)
    debtor, person = asked.optional_text("debtor"), asked.optional_text("person")
    return Filters(
        case_file=asked.optional_text("case_file"),
        payment_id=asked.optional_id("payment"),
        people=visit.users_called(person) if person else None,
        from_day=from_day,
        to_day=to_day,
        debtors=found_by_name(debtor) if debtor else None,
        amount=read_amount(asked.optional_text("amount"), visit.formats.decimal_mark),
        reference=asked.optional_text("reference"),
    )


def _found(visit: Visit, asked: Form, cursor: str | None, limit: int = LINES) -> Listed[PaymentChange]:
    with visit.snapshot() as db:
        return list_payment_changes(db, visit.business.zone, _filters(visit, asked), cursor, limit)


def _asked(visit: Visit) -> Form:
    return Form({name: [visit.request.query_params.get(name, "")] for name in FILTERS} | {"form_name": ["filter"]})


COLUMNS = (
    *(
        _("When"),
        _("Who"),
        _("Imported by"),
        _("What"),
        _("Case file"),
        _("Invoice"),
        _("Reference"),
        _("Before"),
        _("After"),
    ),
    *(_("Amount"), _("Currency"), _("Day"), _("Reason"), _("Position"), _("Hash")),
)


@router.get(".{kind}")
def download_audit(visit: Page, kind: SheetKind) -> Response:
    """All that the filters let through, in the order of the page."""
    _may_audit(visit)
    filters = _filters(visit, _asked(visit))
    moment = visit.formats.moment

    def rows() -> Iterator[Sequence[Cell]]:
        for one in streamed(
            visit, lambda db, after: list_payment_changes(db, visit.business.zone, filters, after, AT_ONCE)
        ):
            yield (
                moment(one.at), visit.person(one.person),
                visit.person(one.actor) if one.actor != one.person else None, visit._(CHANGES[one.what]),
                one.case_file, one.invoice, one.reference,
                one.before and visit._(PAYMENT_STATES[one.before]), visit._(PAYMENT_STATES[one.after]),
                one.amount.amount, one.amount.currency, one.effective_on,
                one.reason and told_reason(visit, one.reason), one.position, one.hash,
            )  # fmt: skip

    return sheet_of(visit, visit._("Audit"), COLUMNS, rows(), kind)


# The chain of hashes


@router.get("/chain")
def show_chain(visit: Page) -> Response:
    _may_audit(visit)
    position, head = visit.store.head()
    return visit.page("chain.html", position=position, hash=head.hex(), job=_check_of(visit))


@router.post("/chain")
def check_chain(visit: Page) -> Response:
    _may_audit(visit)
    service = visit.service

    def check(progress: Progress) -> Mapping[str, Any]:
        chain = service.verify_chain(progress)
        return {
            "position": chain.position, "hash": chain.hash, "whole": chain.whole, "at": service.clock().isoformat(),
        }  # fmt: skip

    service.jobs.start(service.work_folder / "chain.json", check)
    return RedirectResponse("/audit/chain", 303)


def _check_of(visit: Visit) -> Mapping[str, Any] | None:
    """The last check of the chain, or the one that is going on."""
    job = look(visit.service.work_folder / "chain.json")
    if job is None:
        return None
    told = dict(job.told)
    if "at" in told:
        told["at"] = datetime.fromisoformat(told["at"])
    return {"state": job.state, "done": job.done, "of": job.of, **told}


def _may_audit(visit: Visit) -> None:
    visit.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)
