"""A statement's balance is what the invoices say is owed, whatever has happened to them, and its days follow on."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

from agency import Agency
from billing import EVERYTHING, BillingOffice, line
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scenario import TODAY, euros

from application.case_files import close_case_file, open_case_file_from_invoices
from application.debts import adjust_debt
from application.invoices import void_invoice
from application.statements import statement
from application.streams import Change, Decision, change
from domain.case_file.debt import AdjustmentKind, Part
from domain.case_file.progress import ClosingReason
from domain.days import FIRST, LAST
from domain.invoice import Invoice, Stage
from domain.invoice.issuing import InvoiceVoided
from domain.people import OPERATOR

DAYS = st.integers(0, 160).map(lambda days: TODAY + timedelta(days=45 - days))


def outstanding(log, invoice_ids):
    """By currency, of those that were issued."""
    found = Counter()
    for invoice_id in invoice_ids:
        invoice, _ = log.load(Invoice(), invoice_id)
        if invoice.stage is Stage.ISSUED:
            found[invoice.currency] += invoice.outstanding.minor
    return found


def by_currency(accounts, which):
    return Counter({one.closing.currency: getattr(one, which).minor for one in accounts})


def test_the_closing_balance_is_what_is_owed_and_each_period_begins_where_the_last_one_ended(sqlite_store):
    agency = Agency(sqlite_store)

    def holds(office, day):
        whole = statement(agency.log, office.invoices, FIRST, LAST)
        assert {one.opening.minor for one in whole} <= {0}
        assert _nonzero(by_currency(whole, "closing")) == _nonzero(outstanding(agency.log, office.invoices))
        before = statement(agency.log, office.invoices, FIRST, day)
        after = statement(agency.log, office.invoices, day + timedelta(days=1), LAST)
        assert _nonzero(by_currency(before, "closing")) == _nonzero(by_currency(after, "opening"))
        for account in (*whole, *before, *after):
            moved = sum(one.owed.minor for one in account.transactions)
            assert account.opening.minor + moved == account.closing.minor

    @settings(max_examples=12, deadline=None, phases=[Phase.generate])  # all share one log, so none can be shrunk
    @given(st.data())
    def law(data):
        office = BillingOffice(agency)
        office.begin(data, "register", "draft")
        for _ in range(data.draw(st.integers(10, 60))):
            office.do_something()
        holds(office, data.draw(DAYS))

    office = BillingOffice(agency)
    office.tell(EVERYTHING)
    for day in (TODAY - timedelta(days=30), TODAY):
        holds(office, day)
    law()


def test_a_void_invoice_leaves_nothing_even_where_part_of_it_was_given_up_before(sqlite_store):
    agency = Agency(sqlite_store)
    client, invoice, file = agency.client(), uuid4(), uuid4()
    told = {"issued_on": TODAY, "due_on": TODAY, "today": TODAY, "by": OPERATOR}
    imported = Invoice().import_("V-1", client, "EUR", [line(100)], **told)

    def give(use_case, *subject, **said):
        use_case(agency.log, agency.command(), *subject, **said)

    give(change, lambda _: Decision([Change(invoice, imported, client)]))
    give(open_case_file_from_invoices, file, reference="EXP-1", invoice_ids=[invoice], opened_on=TODAY)
    waiver = {"kind": AdjustmentKind.WAIVER, "part": Part.PRINCIPAL, "adjusted_on": TODAY, "reason": "quita"}
    give(adjust_debt, file, adjustment_id=uuid4(), amount=-euros(30), **waiver)
    give(close_case_file, file, reason=ClosingReason.WITHDRAWN)
    give(void_invoice, invoice, reason="repetida")
    again = InvoiceVoided(TODAY, "repetida")  # as there may be in the log of whoever voided twice when that was let by
    give(change, lambda log: (log.load(Invoice(), invoice), Decision([Change(invoice, [again], client)]))[1])
    [account] = statement(agency.log, [invoice], FIRST, LAST)
    assert [one.owed for one in account.transactions] == [euros(100), -euros(30), -euros(70)]
    assert not account.closing


def _nonzero(amounts):
    return {currency: amount for currency, amount in amounts.items() if amount}
