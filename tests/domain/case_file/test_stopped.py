"""While a case file is disputed or in insolvency nothing is charged, unless a supervisor says why."""

from dataclasses import replace
from uuid import UUID

import pytest
from scenario import ANA, CARL, DORA, OPENED, TODAY, euros, given

from domain.case_file import CaseFile
from domain.case_file.activity import ActionLogged, Channel, Direction, NewAction, Outcome
from domain.case_file.debt import CostCharged, InterestCharged, Item, ItemsAdded
from domain.case_file.progress import (
    ChargesStopped,
    DemandsStopped,
    DisputeEnded,
    DisputeOpenAlready,
    DisputeOpened,
    Stage,
    StageChanged,
    Stop,
)
from domain.despite import why_despite
from domain.people import RoleRequired

C1, D1, A1 = UUID(int=301), UUID(int=302), UUID(int=303)
DISPUTED = DisputeOpened(D1, TODAY, "ya pagó")
INSOLVENT = StageChanged(Stage.INSOLVENCY, TODAY)
ITEM = Item("F-9", TODAY, TODAY, euros(10))


def verbs(by, despite=None):
    said = {"despite": despite, "today": TODAY, "by": by}
    return [
        lambda c: c.charge_cost(C1, euros(10), TODAY, None, **said),
        lambda c: c.charge_interest(C1, euros(10), TODAY, None, **said),
        lambda c: c.add_items(C1, [ITEM], **said),
    ]


CHARGED = [CostCharged(C1, euros(10), TODAY), InterestCharged(C1, euros(10), TODAY), ItemsAdded((ITEM,), TODAY)]


@pytest.mark.parametrize(("stop", "because"), [(DISPUTED, Stop.DISPUTE), (INSOLVENT, Stop.INSOLVENCY)])
def test_nothing_is_charged_while_disputed_or_in_insolvency(stop, because):
    for by in (CARL, ANA):
        for verb in verbs(by):
            given(CaseFile(), OPENED, stop).when(verb).then_refused(ChargesStopped, field="despite", stopped_by=because)


@pytest.mark.parametrize("stop", [DISPUTED, INSOLVENT])
def test_a_supervisor_says_why_it_is_charged_all_the_same_and_the_event_keeps_it(stop):
    for verb, charged in zip(verbs(ANA, " tasa judicial "), CHARGED, strict=True):
        given(CaseFile(), OPENED, stop).when(verb).then(replace(charged, despite="tasa judicial"))
    for by in (CARL, DORA):
        for verb in verbs(by, "tasa judicial"):
            given(CaseFile(), OPENED, stop).when(verb).then_refused(RoleRequired)


@pytest.mark.parametrize("past", [[], [DISPUTED, DisputeEnded(D1, TODAY, "la debe")]])
def test_once_nothing_stops_them_charges_need_no_why(past):
    for verb, charged in zip(verbs(ANA, "de más"), CHARGED, strict=True):
        given(CaseFile(), OPENED, *past).when(verb).then(charged)


DISPUTES = NewAction(TODAY, Channel.CALL, Direction.INCOMING, Outcome.DISPUTES)


def test_an_action_opens_the_dispute_in_the_same_step():
    def act(case_file):
        return case_file.log_action(A1, DISPUTES, None, (D1, "ya pagó"), today=TODAY, by=CARL)

    logged = ActionLogged(A1, TODAY, Channel.CALL, Direction.INCOMING, Outcome.DISPUTES)
    given(CaseFile(), OPENED).when(act).then(logged, DISPUTED)
    given(CaseFile(), OPENED, DISPUTED).when(act).then_refused(DisputeOpenAlready)


@pytest.mark.parametrize(("stop", "because"), [(DISPUTED, Stop.DISPUTE), (INSOLVENT, Stop.INSOLVENCY)])
def test_nothing_is_demanded_then_unless_a_supervisor_says_why(stop, because):
    file = CaseFile().evolve(OPENED)
    assert file.stops_demands is None
    stopped = file.evolve(stop).stops_demands
    with pytest.raises(DemandsStopped) as refused:
        why_despite(" ", stopped, by=ANA)
    assert refused.value.details == {"field": "despite", "stopped_by": because}
    with pytest.raises(RoleRequired):
        why_despite("lo pide el juzgado", stopped, by=CARL)
    assert why_despite(" lo pide el juzgado ", stopped, by=ANA) == "lo pide el juzgado"
