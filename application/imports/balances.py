"""What a file leaves to pay of what it tells of, held against what is left here once all that it says was paid counts.

Where a file has no column of the whole, the principal is what is left together with what was paid.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TypeVar

from application.imports.balance_columns import APART
from application.imports.draft import BadLine, Draft, Stream
from application.imports.maps import Part
from application.imports.payment_lines import Payable
from application.imports.rows import CaseFileRow, InvoiceRow, Line, PaymentRow
from application.imports.table import Finding, Why
from application.payments import REFERENCE
from domain.errors import Refusal
from domain.money import Money, total
from domain.payments import Method, NewPayment

PAID_BEFORE = "Pagado según el importe pendiente del fichero importado"
"""The note of a payment of which a file tells no more than what it leaves to pay."""

SETTLED = "settled"
"""What the id of such a payment is made of."""

PAYMENTS_OF = {Part.CASE_FILES: Part.PAYMENTS, Part.INVOICES: Part.INVOICE_PAYMENTS}

P = TypeVar("P", bound=Payable)


def whole_principals(lines: Sequence[Line], unreadable: Collection[int]) -> list[Line]:
    """Of a debt with several rows that leave the same to pay, all that they say was paid belongs to the principal."""
    of_debts: dict[tuple[str, Money], dict[str, Money]] = defaultdict(dict)
    for line in lines:
        left = None if line.row.line in unreadable else _left_beside_payment(line)
        if left is not None and line.payment:
            of_debts[left][line.payment.reference] = line.payment.amount

    def whole(line: Line) -> Line:
        left = _left_beside_payment(line)
        if left is None or line.case_file is None or len(paid := of_debts[left]) <= 1:
            return line
        principal = sum(paid.values(), start=left[1])
        return replace(line, case_file=replace(line.case_file, principal=principal))

    return [whole(line) for line in lines]


def _left_beside_payment(line: Line) -> tuple[str, Money] | None:
    """The debt, and what is left of it, where only that tells its principal."""
    debt = line.case_file
    if debt is None or debt.outstanding is None or not debt.reckoned:
        return None
    same = line.payment is None or line.payment.amount.currency == debt.outstanding.currency
    return (debt.known_as, debt.outstanding) if same else None


class Balances:
    def __init__(self, draft: Draft, part: Part) -> None:
        self._draft, self._part = draft, part
        self._to_come: Counter[str] = Counter()
        self._undated: dict[str, list[Money]] = defaultdict(list)
        self.warnings: list[Finding] = []

    def expect(self, rows: Iterable[CaseFileRow | InvoiceRow]) -> None:
        """The rows that are to be decided: the last of a debt or invoice tells what is left of it when all is paid."""
        self._to_come.update(said.known_as for said in rows)

    def settled(
        self,
        line: Line,
        said: CaseFileRow | InvoiceRow,
        owed: Stream[P],
        paid: PaymentRow | None,
        *,
        supposed_on: date | None,
    ) -> Stream[P]:
        """With what was paid of it besides, on no day that is told, where the line leaves less to pay than is here.

        That it was paid on `supposed_on`; where that is None nothing is supposed. Nothing is left owing unsaid: where
        both can't be true, the line of something new is bad, that of something that is here warns.
        """
        self._to_come[said.known_as] -= 1
        if said.paid is not None and not paid:
            self._undated[said.known_as].append(said.paid)
        in_file = said.outstanding
        if in_file is None or self._to_come[said.known_as] > 0:
            return owed
        left = owed.state.outstanding - owed.state.ledger.undecided
        undated = self._undated.pop(said.known_as, []) if not owed.stored else []
        here = left - total(undated, left.currency)
        if left == here == in_file:
            return owed
        if owed.stored:
            differs = Why("here %(here)s would be left to pay, %(in_file)s in the file", here=here, in_file=in_file)
        else:
            whole = said.whole
            differs = Why(APART, here=here, whole=whole, paid=whole - here, in_file=in_file)
        finding = self._draft.finding(line, self._part, "outstanding", differs)
        if not owed.stored and (here < in_file or ((paid or undated) and here != in_file)):
            raise BadLine([finding])
        known = said.settled_as in self._draft.ids[REFERENCE]
        recorded = None
        if supposed_on is not None and in_file < left and not known and (any(undated) or not paid):
            recorded = self._recorded(line, said, owed, left - in_file, supposed_on)
        if recorded is None:
            self.warnings.append(finding)
            return owed
        return self._approved(line, said, recorded)

    def _recorded(
        self, line: Line, said: CaseFileRow | InvoiceRow, owed: Stream[P], amount: Money, day: date
    ) -> Stream[P] | None:
        by, today = self._draft.command.actor, self._draft.command.today
        new = NewPayment(
            amount, day, Method.OTHER, reference=said.settled_as, note=PAID_BEFORE, recorded_by=said.recorded_by
        )
        with suppress(Refusal):  # such as where it is in collection
            return owed.then(owed.state.record_payment(self._draft.new_id(line, SETTLED), new, today=today, by=by))
        return None

    def _approved(self, line: Line, said: CaseFileRow | InvoiceRow, paid: Stream[P]) -> Stream[P]:
        if said.approved_by is None:
            return paid
        payment_id, by = self._draft.new_id(line, SETTLED), self._draft.command.actor
        with self._draft.about(line, PAYMENTS_OF[self._part], "approved_by"):
            return paid.then(paid.state.approve_imported_payment(payment_id, said.approved_by, by=by))
