"""Generations of read models: built beside the served one, swapped, gone back to, refused where not of this release."""

from contextlib import ExitStack
from dataclasses import replace

import psycopg
import pytest
from agency import Agency, shown
from dropped import dropped_open
from sqlalchemy import func, select

from api.http.read_models import ReadModelsNotReady
from infrastructure import stores
from infrastructure.read_models.served import PROJECTIONS, go_back, rebuild
from projections import audit, desk
from projections.desk import tables

NEXT_RELEASE = (replace(desk.projection, version=99), audit.projection)


@pytest.fixture
def agency(store):
    return Agency(store)


def case_files_in(read_models):
    with read_models.snapshot() as snapshot:
        return snapshot.db.execute(select(func.count()).select_from(tables.case_files)).scalar_one()


def case_files_shown(store, projections=PROJECTIONS):
    with shown(store, projections) as read_models:
        return case_files_in(read_models)


def is_ready(store, projections=PROJECTIONS):
    with shown(store, projections) as read_models:
        return read_models.health().ready


def test_before_anything_is_built_there_is_nothing_to_show_and_it_says_so(agency):
    with shown(agency.store) as read_models:
        with pytest.raises(ReadModelsNotReady, match="Being rebuilt: 0 of"), read_models.snapshot():
            pass
        health = read_models.health()
        assert (health.ready, read_models.position()) == (False, 0)
    assert set(health.read_models.values()) == {"missing: being built"}


def test_the_old_generation_serves_while_a_new_one_is_built(agency):
    agency.case_file()
    rebuild(agency.store)
    served = agency.store.generations.current()
    agency.case_file()
    seen = []

    def reached(progress):
        seen.append((agency.store.generations.current(), case_files_shown(agency.store), progress.position))

    rebuild(agency.store, reached=reached)
    assert seen == [(served, 1, agency.log.head()[0])]
    assert agency.store.generations.current() != served
    assert case_files_shown(agency.store) == 2


def test_readers_that_were_open_follow_to_the_new_generation(agency, monkeypatch):
    monkeypatch.setattr("infrastructure.read_models.served.LOOK_AGAIN_SECONDS", 0)
    rebuild(agency.store)
    with shown(agency.store) as read_models:
        assert case_files_in(read_models) == 0
        agency.case_file()
        rebuild(agency.store)
        assert case_files_in(read_models) == 1


def test_a_reader_sees_its_generation_to_the_end_and_leaves_no_connection_open(agency, monkeypatch):
    monkeypatch.setattr("infrastructure.read_models.served.LOOK_AGAIN_SECONDS", 0)
    rebuild(agency.store)
    with ExitStack() as last_reader, shown(agency.store) as read_models:
        with read_models.snapshot() as before:
            agency.case_file()
            rebuild(agency.store)
            assert case_files_in(read_models) == 1
            assert before.db.execute(select(func.count()).select_from(tables.case_files)).scalar_one() == 0
        assert dropped_open() == []
        last_reader.enter_context(read_models.snapshot())
    assert dropped_open() == []


def test_a_rebuild_that_is_cut_short_leaves_the_served_one_and_the_next_starts_anew(agency):
    agency.case_file()
    rebuild(agency.store)
    served = agency.store.generations.current()

    def reached(_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuild(agency.store, reached=reached)
    assert (agency.store.generations.current(), case_files_shown(agency.store)) == (served, 1)
    rebuild(agency.store)
    assert len(agency.store.generations.numbers()) == 2


def test_a_release_whose_read_models_changed_answers_not_ready_with_the_progress_until_it_has_rebuilt(agency):
    agency.case_file()
    head = rebuild(agency.store)

    def refusal():
        with shown(agency.store, NEXT_RELEASE) as read_models:
            assert "another release" in read_models.health().read_models["escritorio"]
            with pytest.raises(ReadModelsNotReady) as refused, read_models.snapshot():
                pass
        return str(refused.value)

    assert "run `recobro rebuild`" in refusal()
    assert not is_ready(agency.store, NEXT_RELEASE)
    during = []
    rebuild(agency.store, NEXT_RELEASE, reached=lambda _: during.append(refusal()))
    assert f"{head} of {head} events" in during[0]
    assert is_ready(agency.store, NEXT_RELEASE)
    assert case_files_shown(agency.store, NEXT_RELEASE) == 1


def test_going_back_catches_up_first_and_serves_the_generation_before(agency):
    agency.case_file()
    rebuild(agency.store)
    before = agency.store.generations.current()
    rebuild(agency.store)
    agency.case_file()
    assert go_back(agency.store) == agency.log.head()[0]
    assert agency.store.generations.current() == before
    assert case_files_shown(agency.store) == 2


def test_there_is_no_way_back_to_read_models_of_another_release(agency):
    rebuild(agency.store)
    rebuild(agency.store, NEXT_RELEASE)
    with pytest.raises(LookupError):
        go_back(agency.store, NEXT_RELEASE)


def test_ready_only_once_the_log_s_head_as_of_the_start_is_reached(agency):
    rebuild(agency.store)
    with shown(agency.store) as started_before:
        agency.case_file()
        assert started_before.health().ready
    assert not is_ready(agency.store)
    rebuild(agency.store)
    assert is_ready(agency.store)


def test_connections_that_the_server_has_dropped_are_made_anew_without_anybody_noticing(postgres_store):
    agency = Agency(postgres_store)
    agency.case_file()
    rebuild(postgres_store)
    with shown(postgres_store) as read_models:
        assert case_files_in(read_models) == 1
        with psycopg.connect(postgres_store.address, autocommit=True) as db:
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert case_files_in(read_models) == 1


def test_with_a_full_disk_it_is_not_ready_and_says_why(sqlite_store, monkeypatch):
    rebuild(sqlite_store)
    with shown(sqlite_store) as read_models:
        assert read_models.health().ready
        monkeypatch.setattr(stores, "NEARLY_FULL", 2**62)
        health = read_models.health()
    assert (health.ready, health.read_models["disk"]) == (False, "full: nothing can be written")
