"""However clients are merged, parted, blocked and erased, each answers for whom a simple model says."""

import pytest
from agency import ANA, BEA, CARL, Agency, shown
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from scenario import TODAY, euros

from application import assignments, restrictions
from domain.client import Client
from domain.client.restrictions import ErasureGround
from domain.errors import Refusal
from domain.people import OPERATOR
from infrastructure.read_models.served import rebuild
from projections.clients.detail import client_detail
from projections.portfolios.clients import Asked, every_line

FOUR = range(4)
anyone = st.sampled_from(FOUR)
OWED = [1, 10, 0, 0]
"""On the one open case file of each; those who have none may be erased."""


@pytest.fixture
def agency(store):
    return Agency(store)


class FourClients(RuleBasedStateMachine):
    """`into` has whom each was merged into, `holds` who holds it."""

    agency: Agency
    told: list["FourClients"]

    def __init__(self):
        super().__init__()
        self.log = self.agency.log
        self.ids = [self.agency.client(f"Cliente {number}") for number in FOUR]
        self.files = {one: self.agency.case_file(self.ids[one], amount) for one, amount in enumerate(OWED) if amount}
        self.into, self.blocked, self.erased = {}, set(), set()
        self.holds = dict.fromkeys(FOUR)
        self.told.append(self)

    def survivor(self, one):
        return self.survivor(self.into[one]) if one in self.into else one

    def account(self, one):
        """All who are the same person."""
        return {other for other in FOUR if self.survivor(other) == self.survivor(one)}

    def usable(self, one):
        return one not in self.erased | self.blocked and one not in self.into

    def does(self, possible, use_case, one, **said):
        """Carried out just where the model says that it can be."""
        try:
            use_case(self.log, self.agency.command(OPERATOR), self.ids[one], **said)
        except Refusal:
            assert not possible
            return False
        assert possible
        return True

    @rule(one=anyone, into=anyone)
    def merge(self, one, into):
        possible = one != into and self.usable(one) and self.usable(into) and self.holds[one] == self.holds[into]
        if self.does(possible, restrictions.merge_client, one, into=self.ids[into], reason="el mismo"):
            self.into[one] = into

    @rule(one=anyone)
    def unmerge(self, one):
        if self.does(one in self.into and one not in self.erased, restrictions.unmerge_client, one, reason="undo"):
            del self.into[one]

    @rule(one=anyone, blocks=st.booleans())
    def block_or_unblock(self, one, blocks):
        use_case = restrictions.block_client if blocks else restrictions.unblock_client
        if self.does(one not in self.erased and one not in self.into, use_case, one, reason="lo pide"):
            self.blocked = self.blocked | {one} if blocks else self.blocked - {one}

    @rule(one=anyone, collector=st.sampled_from([ANA.name, CARL.name, None]))
    def assign(self, one, collector):
        together = self.account(one)
        said = {"collector": collector, "from_on": TODAY}
        if self.does(not together & self.erased, assignments.assign_client, one, **said):
            self.holds |= dict.fromkeys(together, collector)

    @rule(one=st.sampled_from([2, 3]))
    def erase(self, one):
        together = self.account(one)
        possible = one in self.erased or (one not in self.into and not together & self.files.keys())
        files = [self.files[other] for other in together & self.files.keys()]
        said = {"ground": ErasureGround.ASKED_FOR, "case_files": lambda _: (files, self.log.head()[0])}
        if self.does(possible, restrictions.erase_client, one, **said):
            self.erased |= together
            self.blocked -= together
            self.agency.store.events.forget_erased()

    @invariant()
    def the_log_says_what_the_model_says(self):
        for one, id_ in enumerate(self.ids):
            client, _ = self.log.load(Client(), id_)
            into = self.ids[self.into[one]] if one in self.into else None
            stands = (client.restrictions.blocked, client.restrictions.erased, client.restrictions.merged_into)
            assert stands == (one in self.blocked, one in self.erased, into)
            assert client.held_by(TODAY) == self.holds[one]
            absorbed = {self.ids[other] for other in self.account(one) - {one}} if one not in self.into else None
            assert absorbed is None or {*restrictions.absorbed_by(self.log, id_)} == absorbed

    def listed(self):
        """Who is in a portfolio apart, whose, and what is owed there."""
        answering = [one for one in FOUR if one not in self.into and one not in self.erased]
        owed = {one: sum(OWED[other] for other in self.account(one)) for one in answering}
        return {self.ids[one]: (self.holds[one], [euros(owed[one])] if owed[one] else []) for one in answering}


def test_each_client_answers_for_those_merged_into_it_and_for_itself_once_that_is_undone(agency):
    class OfThisAgency(FourClients):
        pass

    OfThisAgency.agency, OfThisAgency.told = agency, []
    run_state_machine_as_test(
        OfThisAgency,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            phases=[Phase.generate],  # each step is on disk, so shrinking would take minutes
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    rebuild(agency.store)
    with shown(agency.store) as read_models, read_models.snapshot() as snapshot:
        db, lines = snapshot.db, {}
        for collector in (ANA.name, CARL.name, ""):
            for some in every_line(db, Asked(collector), "name"):
                lines |= {line.id: (line.collector, line.owed) for line in some}
        for clients in OfThisAgency.told:
            assert {id_: lines[id_] for id_ in clients.ids if id_ in lines} == clients.listed()
            for one in FOUR:
                detail = client_detail(db, BEA, clients.ids[one])
                assert detail.line.id == clients.ids[clients.survivor(one)]
