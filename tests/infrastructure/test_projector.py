"""The projector: no batch twice, no event skipped, one read model's trouble is its own."""

from dataclasses import replace

import pytest
from agency import Agency, shown
from logged import tamper
from sqlalchemy import select

from infrastructure.log.engine import NewEvent
from infrastructure.read_models.projector import LogReplaced, Overtaken, Projector, checkpoints
from infrastructure.read_models.served import PROJECTIONS, rebuild
from projections import desk
from projections.desk import tables


@pytest.fixture
def agency(store):
    return Agency(store)


@pytest.fixture
def generation(store):
    made = store.generations.open(1, making=True)
    made.create(PROJECTIONS)
    store.generations.serve(1)
    yield made
    made.close()


def positions(generation):
    with generation.reading.connect() as db:
        return {standing.projection: standing.position for standing in checkpoints(db)}


def stopped(generation):
    with generation.reading.connect() as db:
        return {standing.projection: standing.stopped for standing in checkpoints(db)}


def escritorio_failing_at(position):
    """All read models, one of them with an event that it can't take."""

    def project(rows, recorded):
        desk.projection.project(rows, recorded)
        if recorded.position == position:
            raise ZeroDivisionError("a debtor's name")

    failing = replace(desk.projection, project=project)
    return [failing if one is desk.projection else one for one in PROJECTIONS]


NAMES = [projection.name for projection in PROJECTIONS]


def test_two_projectors_cannot_both_apply_a_batch(agency, generation):
    first, second = (Projector(agency.log, generation, PROJECTIONS) for _ in range(2))
    agency.case_file()
    second.catch_up()
    first.catch_up()
    file = agency.case_file()
    second.catch_up()
    agency.payment(file, 10)
    with pytest.raises(Overtaken):
        first.catch_up()
    assert first.catch_up() == agency.log.head()[0]  # it looks again at what is stored, and goes on from there
    with generation.reading.connect() as db:
        assert [row.collected for row in db.execute(select(tables.case_files)) if row.case_file_id == file] == [1000]


def test_positions_advance_to_what_was_read_not_to_the_last_match(agency, generation):
    agency.client()
    Projector(agency.log, generation, PROJECTIONS).catch_up()
    assert set(positions(generation).values()) == {agency.log.head()[0]}


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_an_event_that_cannot_be_projected_stops_that_read_model_alone_just_before_it(
    agency, generation, batch, logged
):
    file = agency.case_file()
    agency.payment(file, 10)
    bad, head = agency.log.head()[0] - 1, agency.log.head()[0]
    Projector(agency.log, generation, escritorio_failing_at(bad)).catch_up(batch)
    assert positions(generation) == dict.fromkeys(NAMES, head) | {"escritorio": bad - 1}
    why = f"ZeroDivisionError at position {bad} (PaymentRecorded)"
    assert "infrastructure/read_models/projector.py:" in logged()
    assert "a debtor's name" not in logged()
    assert stopped(generation) == dict.fromkeys(NAMES) | {"escritorio": why}
    with generation.reading.connect() as db:
        assert db.execute(select(tables.payments)).all() == []
    with shown(agency.store) as read_models:
        health = read_models.health()
    assert not health.ready
    assert health.read_models["escritorio"] == f"stopped: ZeroDivisionError at position {bad} (PaymentRecorded)"


def test_a_stopped_read_model_goes_on_once_it_can_while_the_other_is_far_ahead(agency, generation):
    agency.case_file()
    bad = agency.log.head()[0]
    Projector(agency.log, generation, escritorio_failing_at(bad)).catch_up()
    for _ in range(3):
        agency.case_file()
    mended = Projector(agency.log, generation, PROJECTIONS)
    mended.catch_up()
    assert positions(generation)["escritorio"] == bad - 1
    assert mended.catch_up(2, retry_stopped=True) == agency.log.head()[0]
    assert stopped(generation) == dict.fromkeys(NAMES)


def test_an_event_of_a_later_release_stops_all_read_models_just_before_it(agency, generation):
    agency.case_file()
    head = agency.log.head()[0]
    agency.store.log.append([NewEvent(agency.client(), 2, "InventedTomorrow", b"{}")])
    Projector(agency.log, generation, PROJECTIONS).catch_up()
    assert set(positions(generation).values()) == {head + 1}
    assert set(stopped(generation).values()) == {f"UnknownEvent at position {head + 2}"}


def test_another_log_than_the_one_they_were_made_from_is_noticed(agency, generation):
    projector = Projector(agency.log, generation, PROJECTIONS)
    agency.case_file()
    projector.catch_up()
    projector.check()
    with generation.writing.begin() as db:
        db.exec_driver_sql("UPDATE positions SET position = position - 1")
    with pytest.raises(LogReplaced):
        Projector(agency.log, generation, PROJECTIONS).check()
    with generation.writing.begin() as db:
        db.exec_driver_sql("UPDATE positions SET position = position + 10")
    with pytest.raises(LogReplaced):
        Projector(agency.log, generation, PROJECTIONS).check()


def test_a_snapshot_stays_what_it_was_while_the_projector_goes_on(agency):
    agency.case_file()
    rebuild(agency.store)
    served = agency.store.generations.open(agency.store.generations.current())
    with shown(agency.store) as read_models:
        with read_models.snapshot() as snapshot:
            assert len(snapshot.db.execute(select(tables.case_files)).all()) == 1
            agency.case_file()
            Projector(agency.log, served, PROJECTIONS).catch_up()
            assert len(snapshot.db.execute(select(tables.case_files)).all()) == 1
        with read_models.snapshot() as snapshot:
            assert len(snapshot.db.execute(select(tables.case_files)).all()) == 2
    served.close()


def test_a_log_that_is_broken_stops_all_read_models_right_before_the_place(agency, generation):
    """What is before it is projected, and /health/ready and the log of the service can say where it is."""
    for _ in range(3):
        agency.case_file()
    head, _ = agency.log.head()
    broken = head - 2
    tamper(agency.store, f"UPDATE events SET version = version + 100 WHERE position = {broken}")  # noqa: S608 - a number
    Projector(agency.log, generation, PROJECTIONS).catch_up()
    assert {*positions(generation).values()} == {broken - 1}
    told = f"the log is broken at position {broken}: the event or its place is not what was written"
    assert {*stopped(generation).values()} == {told}


def test_what_follows_on_what_was_projected_is_checked_against_it(agency, generation):
    """Though by itself it is a chain: whoever wrote the end of the log anew is found out."""
    agency.case_file()
    Projector(agency.log, generation, PROJECTIONS).catch_up()
    reached = {*positions(generation).values()}
    agency.case_file()
    [first, *_] = agency.log.since(max(reached), 1)
    tamper(agency.store, f"DELETE FROM events WHERE position = {first.position}")  # noqa: S608 - a number
    Projector(agency.log, generation, PROJECTIONS).catch_up()
    assert {*positions(generation).values()} == reached
    assert {*stopped(generation).values()} == {f"the log is broken at position {first.position}: the event is missing"}
