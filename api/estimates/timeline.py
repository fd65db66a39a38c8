"""What happened to an estimate, in the reader's words: every event of its history has a sentence."""

from collections.abc import Iterator, Sequence
from typing import assert_never, get_args

from api.http.invoicing_labels import SENT_BY
from api.pages.context import PageContext
from api.pages.timeline import Entry, told_reason
from domain import estimate
from domain.events import Recorded


def estimate_timeline(context: PageContext, history: Sequence[Recorded]) -> list[Entry]:
    """The latest first."""
    return [
        Entry(recorded.recorded_at, recorded.actor, _text(context, recorded.event), [*_more(context, recorded)])
        for recorded in reversed(history)
        if isinstance(recorded.event, get_args(estimate.Event))
    ]


def _text(context: PageContext, event: object) -> str:  # noqa: C901, PLR0911 - a sentence an event
    _, money, day = context._, context.formats.money, context.formats.day
    assert isinstance(event, estimate.Event)  # noqa: S101 - what an estimate's history holds
    match event:
        case estimate.EstimateDrafted():
            return _("Drafted on %(day)s: %(amount)s", day=day(event.drafted_on), amount=money(event.total))
        case estimate.EstimateChanged():
            return _("Draft changed: %(amount)s", amount=money(event.total))
        case estimate.EstimateDeleted():
            return _("Draft deleted")
        case estimate.EstimateSent():
            how = _(SENT_BY[event.channel])
            return _("Sent on %(day)s: %(how)s", day=day(event.sent_on), how=how)
        case estimate.EstimateAccepted():
            return _("Accepted on %(day)s", day=day(event.accepted_on))
        case estimate.EstimateDeclined():
            return _("Declined on %(day)s", day=day(event.declined_on))
        case estimate.EstimateRevised():
            return _("Another version took its place")
        case estimate.EstimateReinstated():
            return _("The draft of the other version was deleted: this one stands again")
        case estimate.EstimateInvoiced():
            return _("Draft of the invoice made")
        case estimate.EstimateInvoiceDeleted():
            return _("The draft of the invoice was deleted: it can be invoiced again")
        case _:
            assert_never(event)


def _more(context: PageContext, recorded: Recorded) -> Iterator[str]:
    _, event = context._, recorded.event
    match event:
        case estimate.EstimateSent():
            yield _("Valid until %(day)s", day=context.formats.day(event.expires_on))
        case estimate.EstimateAccepted() | estimate.EstimateDeclined():
            if event.by_link:
                yield _("By the link that it was sent")
            if event.answered_by:
                yield event.answered_by
            if event.note:
                yield event.note
        case _:
            pass
    if recorded.reason:
        yield told_reason(context, recorded.reason)
