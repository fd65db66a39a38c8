"""What a line says was paid: of a case file, or of an invoice."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from application import payments
from application.imports.draft import BadLine, Draft, Stream
from application.imports.known import Facts, payment_facts
from application.imports.maps import Part
from application.imports.rows import Line, PaymentRow
from application.imports.table import Why
from application.streams import Aggregate
from domain.doubts import Doubt
from domain.errors import Invalid
from domain.events import Event
from domain.money import Money
from domain.payments import Ledger, Method, NewPayment
from domain.people import Actor

TOWARDS = {Part.PAYMENTS: "case_file_reference", Part.INVOICE_PAYMENTS: "invoice_number"}
"""Our column that tells what was paid."""


MORE_THAN_OUTSTANDING = Why("more than is outstanding, with what waits counted")


FURTHER = Why("what was paid since belongs in a file of payments")


class UnknownDebt(Invalid):
    title = "No case file has this reference, nor a debt of this number"


class UnknownInvoice(Invalid):
    title = "No invoice has this number"


class PaidElsewhere(Invalid):
    title = "In a file of receivables the payment of a row is for the case file or invoice of that row"


class Payable(Aggregate, Protocol):
    @property
    def ledger(self) -> Ledger: ...

    @property
    def outstanding(self) -> Money: ...

    def record_payment(self, payment_id: UUID, payment: NewPayment, *, today: date, by: Actor) -> Sequence[Event]: ...

    def approve_imported_payment(self, payment_id: UUID, approved_by: str, *, by: Actor) -> Sequence[Event]: ...


P = TypeVar("P", bound=Payable)


def with_payment(
    draft: Draft,
    line: Line,
    part: Part,
    said: PaymentRow,
    known_as: str | None,
    find: Callable[[], Stream[P] | None],
) -> Stream[P]:
    """What is owed, and paid with that. `known_as` is how the line tells of it, `find` how it is by then.

    Where it is more than is outstanding, somebody may yet approve it as an overpayment: it is warned of.
    """
    by, today, towards = draft.command.actor, draft.command.today, TOWARDS[part]
    with draft.about(line, part, towards):
        if known_as not in {None, said.towards}:
            raise PaidElsewhere(field=towards)
        if (owed := find()) is None:
            raise (UnknownDebt if part is Part.PAYMENTS else UnknownInvoice)(field=towards)
        if _is_the_debts_own(draft, said, towards, owed):
            return owed
        if known := draft.ids[payments.REFERENCE].get(said.reference):
            in_file: Facts = {
                towards: owed.id,
                "amount": said.amount,
                "received_on": said.received_on,
                "method": None if said.method is Method.OTHER else said.method,  # which is what is not told
                "recorded_by": said.recorded_by,
                "approved_by": said.approved_by,
            }
            there = _with_log_ins(payment_facts(towards, owed.id, owed.events, known), draft)
            if differences := draft.differences(line, part, in_file, there, known):
                if known_as is None or not _tells_of_other_money(said, there):
                    raise BadLine(differences)
                if not _is_all_that_was_paid(said, owed.state.ledger):
                    raise BadLine([*differences, draft.finding(line, part, "amount", FURTHER)])
            return owed
        payment_id = draft.new_id(line, part)
        draft.first[payment_id] = line
        new = NewPayment(
            said.amount, said.received_on, said.method, reference=said.reference, recorded_by=said.recorded_by
        )
        paid = owed.then(owed.state.record_payment(payment_id, new, today=today, by=by))
        if said.approved_by:
            paid = paid.then(paid.state.approve_imported_payment(payment_id, said.approved_by, by=by))
        if Doubt.MORE_THAN_OUTSTANDING in owed.state.ledger.doubts(new, owed=owed.state.outstanding):
            draft.warnings.append(draft.finding(line, part, "amount", MORE_THAN_OUTSTANDING))
        return paid


def _with_log_ins(there: Facts, draft: Draft) -> Facts:
    """A name that a file told before its user had an account here, or a full name, is that user's by now."""
    called = {who: draft.users.log_in(name) for who in _WHO if isinstance(name := there.get(who), str)}
    return {**there, **called}


_WHO = ("recorded_by", "approved_by")


def _tells_of_other_money(said: PaymentRow, there: Facts) -> bool:
    return (said.amount, said.received_on) != (there.get("amount"), there.get("received_on"))


def _is_all_that_was_paid(said: PaymentRow, ledger: Ledger) -> bool:
    """Up to now, in several payments."""
    return ledger.holds_several and said.amount == ledger.approved + ledger.undecided


def _is_the_debts_own(draft: Draft, said: PaymentRow, towards: str, owed: Stream[P]) -> bool:
    """Whether it has no reference, and is the payment that came with the debt, which is known as that is."""
    own = draft.ids[payments.REFERENCE].get(said.towards)
    if own is None or said.reference != said.made_reference() or said.reference in draft.ids[payments.REFERENCE]:
        return False
    return not _tells_of_other_money(said, payment_facts(towards, owed.id, owed.events, own))
