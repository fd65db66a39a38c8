"""How a client stands: blocked, kept by law, erased, merged."""

from datetime import date
from uuid import UUID

import pytest
from scenario import ANA, CARL, DORA, EMIL, TODAY, TOMORROW, given

from domain.client import Client, ClientRegistered
from domain.client.portfolio import ClientAssignedToCollector
from domain.client.restrictions import (
    USABLE,
    ClientBlocked,
    ClientErased,
    ClientHidden,
    ClientIsBlocked,
    ClientIsErased,
    ClientIsMerged,
    ClientMerged,
    ClientUnblocked,
    ClientUnmerged,
    ErasureGround,
    ErasureRefused,
    HeldByTwo,
    MergedIntoItself,
    NotMerged,
    Obstacle,
    Restrictions,
    RetentionGround,
    RetentionSet,
    StillNeeded,
)
from domain.days import DayOutOfRange
from domain.errors import ReasonRequired
from domain.people import RoleRequired

OTHER = UUID(int=7)
REGISTERED = ClientRegistered("C-1", "Ana López")
KEPT = RetentionSet(TOMORROW, RetentionGround.TAX)
ERASED = ClientErased(ErasureGround.ASKED_FOR)
MERGED, UNMERGED = ClientMerged(OTHER, "la misma"), ClientUnmerged("undo")


def client(*past):
    return given(Client(), REGISTERED, *past)


def erase(*, absorbed=(), case_files_open=False, by=DORA, today=TODAY):
    return lambda c: c.restrictions.erase(
        ErasureGround.ASKED_FOR, absorbed, case_files_open=case_files_open, today=today, by=by
    )


def merge(survivor=USABLE, *, itself=False, one_holder=True, why="la misma", by=ANA):
    return lambda c: c.restrictions.merge(OTHER, survivor, why, itself=itself, one_holder=one_holder, by=by)


def test_a_supervisor_blocks_for_a_reason_and_an_administrator_unblocks():
    client().when(lambda c: c.restrictions.block("lo pide", by=ANA)).then(ClientBlocked("lo pide"))
    client().when(lambda c: c.restrictions.block(" ", by=ANA)).then_refused(ReasonRequired)
    client().when(lambda c: c.restrictions.block("lo pide", by=CARL)).then_refused(RoleRequired)
    blocked = ClientBlocked("lo pide")
    client(blocked).when(lambda c: c.restrictions.block("otra vez", by=ANA)).then()
    client(blocked).when(lambda c: c.restrictions.unblock("ya no", by=ANA)).then_refused(RoleRequired)
    client(blocked).when(lambda c: c.restrictions.unblock("ya no", by=DORA)).then(ClientUnblocked("ya no"))
    client().when(lambda c: c.restrictions.unblock("ya no", by=DORA)).then()


def test_while_blocked_only_an_auditor_sees_and_nothing_is_done():
    blocked = client(ClientBlocked("lo pide"))
    blocked.state.restrictions.check_seen(EMIL)
    blocked.when(lambda c: c.restrictions.check_seen(DORA)).then_refused(ClientHidden, field="client_id")
    blocked.when(lambda c: c.restrictions.check_usable()).then_refused(ClientIsBlocked, field="client_id")
    blocked.when(lambda c: c.restrictions.check_may_be_told()).then_refused(ClientIsBlocked, field="client_id")


@pytest.mark.parametrize("undone", [(ClientBlocked("lo pide"), ClientUnblocked("ya no")), (MERGED, UNMERGED)])
def test_once_it_is_unblocked_or_unmerged_all_is_as_before(undone):
    again = client(*undone).state.restrictions
    again.check_seen(DORA)
    again.check_usable()
    assert again == USABLE


def test_whoever_is_merged_may_be_told_of_but_not_whoever_is_erased():
    client(MERGED).state.restrictions.check_may_be_told()
    client(MERGED).when(lambda c: c.restrictions.check_usable()).then_refused(
        ClientIsMerged, field="client_id", into=OTHER
    )
    client(ERASED).when(lambda c: c.restrictions.check_may_be_told()).then_refused(ClientIsErased, field="client_id")


def test_nothing_of_an_erased_client_is_kept_from_anybody_or_still_refused():
    refused = ErasureRefused(TODAY, Obstacle.OPEN_CASE_FILES)
    erased = client(ClientBlocked("lo pide"), refused, ERASED).state.restrictions
    erased.check_seen(CARL)
    erased.check_erased()


def test_the_legal_day_is_an_administrators_and_the_last_one_set_counts():
    client().when(lambda c: c.restrictions.set_retention(TOMORROW, RetentionGround.TAX, by=DORA)).then(KEPT)
    client().when(lambda c: c.restrictions.set_retention(TOMORROW, RetentionGround.TAX, by=ANA)).then_refused(
        RoleRequired
    )
    client(KEPT).when(lambda c: c.restrictions.set_retention(TOMORROW, RetentionGround.TAX, by=DORA)).then()
    client(KEPT, RetentionSet(TODAY, RetentionGround.TAX)).when(erase()).then(ERASED)
    last = date(2999, 12, 31)
    client().when(lambda c: c.restrictions.set_retention(last, RetentionGround.TAX, by=DORA)).then(
        RetentionSet(last, RetentionGround.TAX)
    )
    client().when(lambda c: c.restrictions.set_retention(date(3000, 1, 1), RetentionGround.TAX, by=DORA)).then_refused(
        DayOutOfRange, field="until"
    )


@pytest.mark.parametrize(
    ("kept_until", "longer"),
    [(None, True), (date(2032, 12, 31), True), (date(2033, 1, 1), False), (date(2040, 1, 1), False)],
)
def test_whoever_is_invoiced_is_kept_for_whole_years_after_this_one_unless_longer_anyway(kept_until, longer):
    past = [RetentionSet(kept_until, RetentionGround.TAX)] if kept_until else []
    kept = [RetentionSet(date(2033, 1, 1), RetentionGround.ACCOUNTING)] if longer else []
    client(*past).when(lambda c: c.restrictions.keep_for_accounting(6, today=TODAY)).then(*kept)


def test_an_erasure_before_the_legal_day_is_refused_and_that_is_recorded():
    refused = ErasureRefused(TODAY, Obstacle.RETENTION, TOMORROW)
    client(KEPT).when(erase()).then(refused)
    client(KEPT).when(erase(today=TOMORROW)).then(ERASED)
    client(KEPT, refused).when(lambda c: c.restrictions.check_erased()).then_refused(
        StillNeeded, obstacle=Obstacle.RETENTION, until=TOMORROW
    )


def test_nobody_is_erased_while_a_case_file_is_open():
    client().when(erase(case_files_open=True)).then(ErasureRefused(TODAY, Obstacle.OPEN_CASE_FILES))


def test_whoever_was_absorbed_is_kept_by_law_too():
    other = Restrictions(kept_until=date(2030, 1, 1))
    client().when(erase(absorbed=[other])).then(ErasureRefused(TODAY, Obstacle.RETENTION, date(2030, 1, 1)))


def test_only_an_administrator_erases_and_only_once():
    client().when(erase(by=ANA)).then_refused(RoleRequired)
    client().when(erase()).then(ERASED)
    client(ERASED).when(erase()).then()
    client(MERGED).when(erase()).then_refused(ClientIsMerged, into=OTHER)
    client(ERASED).when(lambda c: c.restrictions.block("x", by=DORA)).then_refused(ClientIsErased)


def test_a_supervisor_merges_two_that_stand_for_themselves_and_have_one_holder():
    client().when(merge()).then(MERGED)
    client().when(merge(by=DORA)).then(MERGED)
    client().when(merge(why="")).then_refused(ReasonRequired)
    client().when(merge(by=CARL)).then_refused(RoleRequired)
    client().when(merge(itself=True)).then_refused(MergedIntoItself, field="into")
    client().when(merge(one_holder=False)).then_refused(HeldByTwo, field="into")
    client().when(merge(Restrictions(merged_into=UUID(int=9)))).then_refused(ClientIsMerged, into=UUID(int=9))
    client().when(merge(Restrictions(erased=True))).then_refused(ClientIsErased)
    client().when(merge(Restrictions(blocked=True))).then_refused(ClientIsBlocked)
    client(MERGED).when(merge()).then_refused(ClientIsMerged, into=OTHER)


def test_a_merge_is_undone_by_one_event():
    for actor in (ANA, DORA):
        client(MERGED).when(lambda c, by=actor: c.restrictions.unmerge("undo", by=by)).then(UNMERGED)
    client(MERGED).when(lambda c: c.restrictions.unmerge("undo", by=CARL)).then_refused(RoleRequired)
    client().when(lambda c: c.restrictions.unmerge("undo", by=ANA)).then_refused(NotMerged, field="client_id")
    client(MERGED, ERASED).when(lambda c: c.restrictions.unmerge("undo", by=ANA)).then_refused(ClientIsErased)


def test_nobody_is_assigned_who_is_erased_but_whoever_is_merged_goes_along_with_the_survivor():
    def assign(c):
        return c.assign_to_collector("carl", TODAY, today=TODAY, by=ANA)

    client(ERASED).when(assign).then_refused(ClientIsErased)
    client(MERGED).when(assign).then(ClientAssignedToCollector("carl", TODAY))
