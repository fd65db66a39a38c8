"""Nothing that a person can click fails: each kind of page and form, as each role, in a full and in an empty store."""

import pytest


@pytest.mark.parametrize("store", ["demo", "empty"])
@pytest.mark.parametrize("name", ["ana", "sofia", "elena", "hugo", "olga"])
def test_every_link_leads_somewhere_and_every_form_is_done_or_refused_in_one_piece(crawler, store, name):
    crawl = crawler(store, name)
    crawl.crawl()
    assert not crawl.wrong, "\n".join(map(str, crawl.wrong))
