"""What a rule stops, a supervisor does all the same, saying why."""

import pytest
from scenario import ANA, CARL

from domain.covering import HeldBack
from domain.despite import why_despite
from domain.errors import TextNotAllowed
from domain.people import RoleRequired

STOPPED = HeldBack(field="despite")


def test_a_supervisor_does_it_all_the_same_for_a_reason():
    assert why_despite(" Lo pide  el acreedor ", STOPPED, by=ANA) == "Lo pide el acreedor"
    with pytest.raises(RoleRequired):
        why_despite("Lo pide el acreedor", STOPPED, by=CARL)
    with pytest.raises(TextNotAllowed) as refused:
        why_despite("x" * 501, STOPPED, by=ANA)
    assert refused.value.details["field"] == "despite"


@pytest.mark.parametrize("said", [None, "", " \n"])
@pytest.mark.parametrize("by", [ANA, CARL])
def test_without_a_reason_what_stopped_it_is_told(said, by):
    with pytest.raises(HeldBack) as refused:
        why_despite(said, STOPPED, by=by)
    assert refused.value is STOPPED
