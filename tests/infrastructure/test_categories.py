"""The category of a stream, which the log stores nowhere."""

from agency import Agency
from categories import assert_categories_follow_from_first_events


def test_an_event_is_of_the_category_that_its_stream_began_with(store):
    agency = Agency(store)
    client = agency.client(collector="ana")
    case_file, invoice = agency.case_file(client), agency.imported_invoice(client)
    agency.payment(case_file, 10)
    agency.invoice_payment(invoice, 10)
    assert_categories_follow_from_first_events(store)
