"""What an invoice or estimate is day by day, and where it counts: plain functions of what is known of it.

A step lasts from one day until before another. Business days alone matter, as known now: a payment that is recorded
today and was received last week has been there for a week.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Literal

from projections.projection import NEVER

InvoiceState = Literal["draft", "issued", "pending", "partial", "paid", "rectified"]
"""`issued`: not sent, and nothing of it paid. `pending` is sent, without any part of it paid. `rectified`: credit notes
took all of it off, and nothing is left to pay. What another program issued counts as sent: it is there that it was."""

EstimateState = Literal["outstanding", "accepted", "declined"]

OPEN = ("pending", "partial")
"""States in which something is left to pay of what was sent or paid in part; a part may be paid without asking."""

OWED = ("issued", *OPEN)
"""States in which something is left to pay."""


class What(StrEnum):
    """What happens to an invoice beside its payments."""

    SENT = "sent"
    CREDIT_NOTE = "credit_note"
    MOVED = "moved"  # money away from here
    RECEIVED = "received"
    TAKEN_BACK = "taken_back"  # what was moved here or away
    REFUNDED = "refunded"
    TAKEN_OVER = "taken_over"  # by a case file
    COLLECTED = "collected"
    GIVEN_BACK = "given_back"
    DISPUTED = "disputed"
    DISPUTE_ENDED = "dispute_ended"


@dataclass(frozen=True, slots=True)
class Step:
    """`year` is the one that it counts in. `unsent`: what is left to pay was never asked for."""

    from_on: date
    to_on: date
    year: int
    currency: str
    state: InvoiceState | EstimateState
    owed: int
    paid: int = 0
    overdue: bool = False
    in_collection: bool = False
    unsent: bool = False


Counted = Mapping[str, tuple[int, int]]
"""Count and amount by block."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a day brings: `collection` whether it goes in or out of it, None where that stays as it is.

    `credited` is what a credit note takes off, which is in `owed` too.
    """

    on: date
    owed: int = 0
    paid: int = 0
    sent: bool = False
    collection: bool | None = None
    credited: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """An invoice without what came after it was issued. Days that have not come are `NEVER`."""

    currency: str
    payable: int
    drafted_on: date
    issued_on: date
    due_on: date
    voided_on: date
    imported: bool = False


def invoice_steps(terms: Terms, changes: Iterable[Change]) -> list[Step]:
    """`changes` of one day in the order in which they came about."""
    found = [*_until_issued(terms), *_since_issued(terms, changes)]
    return [step for step in _cut(found, terms.voided_on) if step.from_on < step.to_on]


def estimate_steps(
    currency: str,
    total: int,
    drafted_on: date,
    sent: Sequence[tuple[date, date]],
    answered: tuple[EstimateState, date] | None,
    revised_on: date,
) -> list[Step]:
    """`sent` are the days it was sent and expires on, in the order they were recorded: of two, the later one holds."""

    def step(from_on: date, to_on: date, state: EstimateState) -> Step:
        return Step(from_on=from_on, to_on=to_on, year=drafted_on.year, currency=currency, state=state, owed=total)

    ends = answered[1] if answered else NEVER
    starts = sorted({sent_on for sent_on, _ in sent})
    found: list[Step] = []
    for from_on, following in pairwise((*starts, NEVER)):
        [*_, expires_on] = (expires_on for sent_on, expires_on in sent if sent_on <= from_on)
        found.append(step(from_on, min(following, _day_after(expires_on), ends), "outstanding"))
    if answered:
        found.append(step(ends, NEVER, answered[0]))
    return [one for one in _cut(_merged(found), revised_on) if one.from_on < one.to_on]


def counted(step: Step) -> Counted:
    """The blocks in which it counts, each with a count and an amount."""
    if step.state not in OWED:
        return {step.state: (1, step.paid if step.state == "paid" else step.owed)}
    left = (1, step.owed - step.paid)
    blocks = {"pending": left}
    if step.state == "partial":
        blocks["partial"] = (1, step.paid)
    if step.in_collection:
        blocks["in_collection"] = left
    elif step.unsent and step.overdue:
        blocks["overdue_unsent"] = left
    elif step.state == "issued":
        blocks["issued"] = left
    if step.overdue and not step.unsent:
        blocks["overdue"] = left
    return blocks


def _until_issued(terms: Terms) -> Iterator[Step]:
    if terms.drafted_on < terms.issued_on:
        year = terms.drafted_on.year
        yield Step(
            from_on=terms.drafted_on,
            to_on=terms.issued_on,
            year=year,
            currency=terms.currency,
            state="draft",
            owed=terms.payable,
        )


def _since_issued(terms: Terms, changes: Iterable[Change]) -> Iterator[Step]:
    """What came before counts from the day of issue on: until then there was nothing to pay."""
    if terms.issued_on == NEVER:
        return
    overdue_from = _day_after(terms.due_on)
    dated = [replace(change, on=max(change.on, terms.issued_on)) for change in changes]
    dated += [Change(terms.issued_on), Change(max(overdue_from, terms.issued_on))]
    dated.sort(key=attrgetter("on"))
    by_day = [(day, [*some]) for day, some in groupby(dated, attrgetter("on"))]
    ends = [*(day for day, _ in by_day[1:]), NEVER]
    owed, paid, sent, in_collection = terms.payable, 0, terms.imported, False
    left_to_credit: int | None = None
    found: list[Step] = []
    for (day, some), to_on in zip(by_day, ends, strict=True):
        for change in some:
            owed, paid, sent = owed + change.owed, paid + change.paid, sent or change.sent
            in_collection = in_collection if change.collection is None else change.collection
            if change.credited is not None:
                left_to_credit = (terms.payable if left_to_credit is None else left_to_credit) - change.credited
        owes, has = settled(owed, paid)
        rectified = left_to_credit is not None and left_to_credit <= 0 and has >= 0
        state = "rectified" if rectified else _state(owes, has, sent=sent)
        overdue, unsent = state in OWED and day >= overdue_from, state in OWED and not sent
        year = terms.issued_on.year
        found.append(
            Step(
                from_on=day,
                to_on=to_on,
                year=year,
                currency=terms.currency,
                state=state,
                owed=owes,
                paid=has,
                overdue=overdue,
                in_collection=in_collection,
                unsent=unsent,
            )
        )
    yield from _merged(found)


def settled(owed: int, paid: int) -> tuple[int, int]:
    """What is owed, and what of that is paid: all figures come of these two, and what is left to pay between them.

    Paid is below zero where what was paid back had come by a payment that bounced.
    """
    owes = max(owed, 0)
    return owes, min(paid, owes)


def _state(owed: int, paid: int, *, sent: bool) -> InvoiceState:
    if paid == owed:
        return "paid"
    if paid > 0:
        return "partial"
    return "pending" if sent else "issued"


def _merged(found: Iterable[Step]) -> Iterator[Step]:
    """Those that follow one another and say the same, as one."""
    last: Step | None = None
    for step in found:
        if (
            last is not None
            and replace(last, from_on=step.from_on, to_on=step.to_on) == step
            and last.to_on == step.from_on
        ):
            last = replace(last, to_on=step.to_on)
            continue
        if last is not None:
            yield last
        last = step
    if last is not None:
        yield last


def _cut(found: Iterable[Step], at: date) -> Iterator[Step]:
    for step in found:
        yield replace(step, to_on=min(step.to_on, at))


def _day_after(day: date) -> date:
    return day if day == NEVER else day + timedelta(days=1)
