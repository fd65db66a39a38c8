"""The trail of payments: who did what, when and why; and whether the log is still what was written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api.audit.routes import read_amount
from api.http.catalogues import marked as _
from api.http.dependencies import Service
from api.http.documents import SheetKind
from api.http.jobs import Asker, JobKey, Progress, Work
from api.http.labels import PAYMENT_STATES
from api.pages.context import Page, PageContext
from api.pages.forms import Form
from api.pages.list_address import link
from api.pages.sheets import AT_ONCE, Columns, moment, sheet_of, streamed
from api.pages.timeline import told_reason
from domain.days import check_days
from domain.errors import Refusal
from domain.people import Role
from projections.audit import Filters, PaymentChange, list_payment_changes
from projections.desk.clients import found_by_name
from projections.pages import Page as Listed

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
def show_audit(context: Page, cursor: str | None = None) -> Response:
    _may_audit(context)
    asked = _asked(context)
    found: Listed[PaymentChange] = Listed([], None)
    try:
        found = _found(context, asked, cursor)
    except Refusal as refusal:
        asked = asked.refused(refusal)
    position, head = context.store.head()

    def address(path: str = "/audit", **more: str) -> str:
        return link(path, **{name: asked.value(name) for name in FILTERS} | more)

    return context.page(
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
        job=_check_of(context),
    )


def _filters(context: PageContext, asked: Form) -> Filters:
    from_day, to_day = asked.optional_day("from"), asked.optional_day("to")
    check_days(from_day, to_day)
    debtor, person = asked.optional_text("debtor"), asked.optional_text("person")
    return Filters(
        case_file=asked.optional_text("case_file"),
        payment_id=asked.optional_id("payment"),
        people=context.users_called(person) if person else None,
        from_day=from_day,
        to_day=to_day,
        debtors=found_by_name(debtor) if debtor else None,
        amount=read_amount(asked.optional_text("amount"), context.formats.decimal_mark),
        reference=asked.optional_text("reference"),
    )


def _found(context: PageContext, asked: Form, cursor: str | None, limit: int = LINES) -> Listed[PaymentChange]:
    with context.snapshot() as db:
        return list_payment_changes(db, context.business.zone, _filters(context, asked), cursor, limit)


def _asked(context: PageContext) -> Form:
    return Form({name: [context.request.query_params.get(name, "")] for name in FILTERS} | {"form_name": ["filter"]})


@router.get(".{kind}")
def download_audit(context: Page, kind: SheetKind) -> Response:
    """All that the filters let through, in the order of the page."""
    _may_audit(context)
    filters, zone = _filters(context, _asked(context)), context.business.zone
    lines = streamed(context, lambda db, after: list_payment_changes(db, zone, filters, after, AT_ONCE))
    return sheet_of(context, context._("Audit"), COLUMNS, lines, kind)


def _before_and_after(context: PageContext, one: PaymentChange) -> tuple[str | None, str]:
    """Whose collection it was and is, where it was moved; else the states."""
    if one.counts_for is not None:
        return one.counted_for and context.person(one.counted_for), context.person(one.counts_for)
    return one.before and context._(PAYMENT_STATES[one.before]), context._(PAYMENT_STATES[one.after])


COLUMNS: Columns[PaymentChange] = {
    _("When (%(zone)s)"): lambda one, context: moment(one.at, context),
    _("Who"): lambda one, context: context.person(one.person),
    _("Imported by"): lambda one, context: context.person(one.actor) if one.actor != one.person else None,
    _("What"): lambda one, context: context._(CHANGES[one.what]),
    _("Case file"): lambda one, _: one.case_file,
    _("Invoice"): lambda one, _: one.invoice,
    _("Reference"): lambda one, _: one.reference,
    _("Before"): lambda one, context: _before_and_after(context, one)[0],
    _("After"): lambda one, context: _before_and_after(context, one)[1],
    _("Amount"): lambda one, _: one.amount.amount,
    _("Currency"): lambda one, _: one.amount.currency,
    _("Day"): lambda one, _: one.effective_on,
    _("Note"): lambda one, context: None if one.second_review else context._("without second review"),
    _("Reason"): lambda one, context: one.reason and told_reason(context, one.reason),
    _("Position"): lambda one, _: one.position,
    _("Hash"): lambda one, _: one.hash,
}


# The chain of hashes

CHAIN = JobKey("chain")


@router.get("/chain")
def show_chain(context: Page) -> Response:
    _may_audit(context)
    position, head = context.store.head()
    return context.page("chain.html", position=position, hash=head.hex(), job=_check_of(context))


@router.post("/chain")
def check_chain(context: Page) -> Response:
    _may_audit(context)
    context.service.jobs.start(CHAIN, context.asker)
    return RedirectResponse("/audit/chain", 303)


def works(service: Service) -> Mapping[str, Work]:
    def check(_subject: str, _asker: Asker, progress: Progress) -> Mapping[str, Any]:
        chain = service.verify_chain(progress)
        return {
            "position": chain.position, "hash": chain.hash, "whole": chain.whole, "at": service.clock().isoformat(),
        }  # fmt: skip

    return {CHAIN.kind: Work(check)}


def _check_of(context: PageContext) -> Mapping[str, Any] | None:
    """The last check of the chain, or the one that is going on."""
    job = context.service.jobs.look(CHAIN)
    if job is None:
        return None
    result = dict(job.result)
    if "at" in result:
        result["at"] = datetime.fromisoformat(result["at"])
    return {"state": job.state, "done": job.done, "of": job.of, **result}


def _may_audit(context: PageContext) -> None:
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)
