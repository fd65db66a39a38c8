"""The forms of a case file's page: which there are, where each is written, and which are offered."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.http.catalogues import marked as _
from api.pages.context import PageContext
from domain.people import Role
from projections.desk.detail import CaseFileDetail

WORK = "case_file_work.html"
DEBT = "case_file_debt.html"
PAYMENT = "case_file_payment.html"
PROGRESS = "case_file_progress.html"
REFUND = "refund_forms.html"


class FormOfPage(NamedTuple):
    title: str
    template: str


FORMS: Mapping[str, FormOfPage] = {
    "action": FormOfPage(_("Log an action"), WORK),
    "promise": FormOfPage(_("Note a promise"), WORK),
    "cancellation": FormOfPage(_("Cancel the promise"), WORK),
    "party": FormOfPage(_("Add a party"), WORK),
    "registry-entry": FormOfPage(_("Note a company-registry entry"), WORK),
    "payment": FormOfPage(_("Record a payment"), PAYMENT),
    "rejection": FormOfPage(_("Reject the payment"), PAYMENT),
    "withdrawal": FormOfPage(_("Withdraw the payment"), PAYMENT),
    "return": FormOfPage(_("Record a return"), PAYMENT),
    "payment-reopening": FormOfPage(_("Reopen the payment"), PAYMENT),
    "collection-move": FormOfPage(_("Move the collection"), PAYMENT),
    "items": FormOfPage(_("Add items"), DEBT),
    "cost": FormOfPage(_("Charge a cost"), DEBT),
    "interest": FormOfPage(_("Charge interest"), DEBT),
    "adjustment": FormOfPage(_("Adjust the debt"), DEBT),
    "allocation-order": FormOfPage(_("Change the order of allocation"), DEBT),
    "plan": FormOfPage(_("Agree on a payment plan"), DEBT),
    "plan-end": FormOfPage(_("End the payment plan"), DEBT),
    "credit-move": FormOfPage(_("Move credit"), DEBT),
    "refund": FormOfPage(_("Propose a refund"), REFUND),
    "refund-rejection": FormOfPage(_("Reject the refund"), REFUND),
    "refund-withdrawal": FormOfPage(_("Withdraw the refund"), REFUND),
    "proposal-approval": FormOfPage(_("Approve the proposal"), DEBT),
    "proposal-rejection": FormOfPage(_("Reject the proposal"), DEBT),
    "stage": FormOfPage(_("Change the stage"), PROGRESS),
    "dispute": FormOfPage(_("Open a dispute"), PROGRESS),
    "dispute-end": FormOfPage(_("End the dispute"), PROGRESS),
    "assignment": FormOfPage(_("Assign to a collector"), PROGRESS),
    "closing": FormOfPage(_("Close the case file"), PROGRESS),
    "reopening": FormOfPage(_("Reopen the case file"), PROGRESS),
}
"""By the command that it gives."""


def offered_forms(context: PageContext, detail: CaseFileDetail) -> Sequence[str]:
    """Those that this person may send as things stand, apart from what is decided on a row of its own."""
    supervisor, owing = context.may(Role.SUPERVISOR), detail.line.outstanding.amount > 0
    refund = ["refund"] if context.works and detail.free_credit else []
    if detail.line.state == "closed":
        return [*(["reopening"] if supervisor else []), *refund]
    if not context.works:
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
        "assignment": context.may(Role.SUPERVISOR, Role.ADMINISTRATOR),
        "closing": True,
    }
    return [name for name, can in possible.items() if can]
