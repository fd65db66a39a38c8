"""Nothing that a person can click fails: each kind of page and form, in a full and in an empty store.

As who sees least of it, most of it and all of it; what each role may is for `tests/api/test_roles.py` to say.
"""

import pytest
from carriers import mail_server
from crawler import ROUTES
from office import Clock, Office
from second_factor import with_phone
from states import logged_in, reachable


@pytest.mark.parametrize(("store", "name"), [("demo", "ana"), ("demo", "sofia"), ("empty", "elena"), ("empty", "olga")])
def test_every_link_leads_somewhere_and_every_form_is_done_or_refused_in_one_piece(crawler, store, name):
    crawl = crawler(store, name)
    crawl.crawl()
    assert not crawl.wrong, "\n".join(map(str, crawl.wrong))


def test_whoever_may_do_all_of_it_comes_to_every_route_of_the_pages(crawler):
    with mail_server() as (port, mail):
        mail.port = port
        crawl = crawler("demo", "olga")
        office = logged_in(Office(crawl.http, crawl.store, {}, Clock()), "ana", "sofia", "olga")
        for _ in range(4):
            logged_in(office, "olga")  # so that there are sessions to end
        crawl.codes += with_phone(crawl.store, "olga", office.clock.now).recovery_codes
        crawl.crawl(*reachable(office, mail))
    routes = {(method, route.path) for route in ROUTES for method in route.methods - {"HEAD"}}
    assert not (unreached := routes - set(crawl.asked)), "\n".join(map(str, sorted(unreached)))
    assert not crawl.wrong, "\n".join(map(str, crawl.wrong))
