"""A statement's balance is what the invoices say is owed, whatever has happened to them, and its days follow on."""

from collections import Counter
from datetime import timedelta

from agency import Agency
from billing import BillingOffice
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scenario import TODAY

from application.statements import statement
from domain.days import FIRST, LAST
from domain.invoice import Invoice, Stage

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

    @settings(max_examples=25, deadline=None, phases=[Phase.generate])  # all share one log, so none can be shrunk
    @given(st.data())
    def law(data):
        office = BillingOffice(agency, data)
        for _ in range(data.draw(st.integers(10, 60))):
            office.do_something()
        whole = statement(agency.log, office.invoices, FIRST, LAST)
        assert {one.opening.minor for one in whole} <= {0}
        assert _nonzero(by_currency(whole, "closing")) == _nonzero(outstanding(agency.log, office.invoices))
        day = data.draw(DAYS)
        before = statement(agency.log, office.invoices, FIRST, day)
        after = statement(agency.log, office.invoices, day + timedelta(days=1), LAST)
        assert _nonzero(by_currency(before, "closing")) == _nonzero(by_currency(after, "opening"))
        for account in (*whole, *before, *after):
            moved = sum(one.owed.minor for one in account.transactions)
            assert account.opening.minor + moved == account.closing.minor

    law()


def _nonzero(amounts):
    return {currency: amount for currency, amount in amounts.items() if amount}
