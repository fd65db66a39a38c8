"""An estimate on paper. Who sends it and to whom it goes are as they are known today; what it says is its own."""

from uuid import UUID

from api.papers.bills import Bill, print_bill
from api.papers.press import Paper, Press, Speech
from application.invoices import recipient_of
from domain.client import Client
from domain.errors import NotFound
from domain.estimate import Estimate, EstimateDrafted, Stage
from domain.lines import totals


def print_estimate(press: Press, estimate_id: UUID) -> Paper:
    """Raises `NotFound` where there is none, or the draft was deleted."""
    says, bill = estimate_bill(press, estimate_id)
    return print_bill(press, bill.title, says, bill)


def estimate_bill(press: Press, estimate_id: UUID) -> tuple[Speech, Bill]:
    estimate = press.store.load(Estimate(), estimate_id)[0]
    if estimate.stage in {Stage.NOTHING, Stage.DELETED}:
        raise NotFound(id=estimate_id)
    issuer = press.issuer.identity
    says = press.speech(estimate.language, issuer)
    if estimate.stage is Stage.DRAFT:
        facts = [(says._("Validity"), says._("%(days)s days after it is sent", days=estimate.valid_days))]
    else:
        facts = [
            (says._("Date"), says.day(estimate.sent_on)),
            (says._("Valid until"), says.day(estimate.expires_on)),
        ]
    if (replaced := _replaced(press, estimate_id)) is not None:
        facts.append((says._("In place of"), replaced))
    bill = Bill(
        title=says._("Estimate %(number)s", number=estimate.number),
        facts=facts,
        sender=issuer,
        recipient=recipient_of(press.store.load(Client(), estimate.client_id)[0]),
        lines=estimate.content.lines,
        descriptions=estimate.content.descriptions or None,
        totals=totals(estimate.content.lines, estimate.currency),
        payable=says._("Total of the estimate"),
        note=estimate.note,
        watermark=says._("DRAFT") if estimate.stage is Stage.DRAFT else "",
    )
    return says, bill


def _replaced(press: Press, estimate_id: UUID) -> str | None:
    """The number of the version whose place this one takes."""
    for known in press.store.history(estimate_id):
        if isinstance(known.event, EstimateDrafted) and known.event.revises is not None:
            return press.store.load(Estimate(), known.event.revises)[0].number
    return None
