"""Nothing that a person can click fails: each kind of page and form, in a full and in an empty store.

As who sees least of it, most of it and all of it; what each role may is for `tests/api/test_roles.py` to say.
"""

import pytest
from crawler import ROUTES
from office import Clock, Office
from states import logged_in, reachable

UNREACHED = {
    # what was sent before has left no thing in the state that this needs: it wants things of its own in `states.py`
    ("POST", "/case-files/{case_file_id}/credit-moves"),
    ("POST", "/case-files/{case_file_id}/notice"),
    ("POST", "/case-files/{case_file_id}/parties"),
    ("POST", "/case-files/{case_file_id}/parties/{client_id}/{role}/removal"),
    ("POST", "/case-files/{case_file_id}/payments/{payment_id}/collection-move"),
    ("POST", "/case-files/{case_file_id}/payments/{payment_id}/return"),
    ("POST", "/case-files/{case_file_id}/plan"),
    ("POST", "/case-files/{case_file_id}/refunds"),
    ("POST", "/case-files/{case_file_id}/refunds/{refund_id}/approval"),
    ("POST", "/case-files/{case_file_id}/refunds/{refund_id}/rejection"),
    ("POST", "/case-files/{case_file_id}/refunds/{refund_id}/withdrawal"),
    ("POST", "/case-files/{case_file_id}/registry-entries"),
    ("POST", "/clients/{client_id}/cards/{card_id}/removal"),
    ("POST", "/escritorio/calendar/actions"),
    ("POST", "/estimates/{estimate_id}/acceptance"),
    ("POST", "/estimates/{estimate_id}/decline"),
    ("POST", "/estimates/{estimate_id}/sending"),
    ("POST", "/expenses/{expense_id}/attachment"),
    ("POST", "/invoices/{invoice_id}/credit-moves/{transfer_id}/taking-back"),
    ("POST", "/invoices/{invoice_id}/edit"),
    ("POST", "/invoices/{invoice_id}/payments/{payment_id}/withdrawal"),
    ("POST", "/invoices/{invoice_id}/reminder"),
    ("POST", "/invoices/{invoice_id}/void"),
    ("POST", "/portfolios/of-clients/{client_id}/assignment-plans/{plan_id}/cancellation"),
    # needs a letter that waits, or mail that is set up and failed
    ("POST", "/messages/printing"),
    ("POST", "/messages/{message_id}/resolution"),
    ("POST", "/messages/{message_id}/retry"),
    ("POST", "/settings/mail/test"),
    ("POST", "/settings/mail/texts/{kind}/{language}/reset"),
    # needs mail that is set up: the link comes by mail
    ("GET", "/new-password/{token}"),
    ("POST", "/forgotten-password"),
    ("POST", "/new-password/{token}"),
}
"""Routes that the crawl does not come to yet: others test them. Nothing is to be added here."""


@pytest.mark.parametrize(("store", "name"), [("demo", "ana"), ("demo", "sofia"), ("empty", "elena"), ("empty", "olga")])
def test_every_link_leads_somewhere_and_every_form_is_done_or_refused_in_one_piece(crawler, store, name):
    crawl = crawler(store, name)
    crawl.crawl()
    assert not crawl.wrong, "\n".join(map(str, crawl.wrong))


def test_whoever_may_do_all_of_it_comes_to_every_route_of_the_pages(crawler):
    crawl = crawler("demo", "olga")
    crawl.crawl(*reachable(logged_in(Office(crawl.http, crawl.store, {}, Clock()), "ana", "sofia", "olga")))
    assert not crawl.wrong, "\n".join(map(str, crawl.wrong))
    routes = {(method, route.path) for route in ROUTES for method in route.methods - {"HEAD"}}
    assert routes - set(crawl.asked) - UNREACHED == set()
