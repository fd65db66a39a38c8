"""How a refusal reads in a log or on the command line."""

import pytest

from domain.errors import NotFound, ReasonRequired


@pytest.mark.parametrize(
    ("refusal", "read"),
    [
        (ReasonRequired(), "This needs a reason"),
        (ReasonRequired(field="reason"), "This needs a reason (field: reason)"),
        (NotFound(id=7, version=2), "There is no such thing, or it is not yours to see (id: 7, version: 2)"),
    ],
)
def test_a_refusal_reads_as_its_rule_and_what_it_names(refusal, read):
    assert str(refusal) == read
    assert refusal.args == (refusal.title,)
