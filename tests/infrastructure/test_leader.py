"""The leader: builds what is missing, keeps up, and hands over to another process's when it stops or is lost."""

from threading import Thread

import pytest
from agency import Agency, shown
from eventually import DEADLINE_SECONDS, eventually

from infrastructure.read_models import leader as leading
from infrastructure.read_models.leader import Leader, leads, leads_database, leads_folder, up_to_date
from infrastructure.read_models.served import rebuild
from projections.desk.clients import open_case_files_of


@pytest.fixture
def agency(store):
    return Agency(store)


@pytest.fixture
def new_leader(store):
    """Starts one more leader, as another process would."""
    leaders = []

    def start():
        lead = leads(store)
        leaders.append(Leader(store, lead))
        leaders[-1].start()
        return leaders[-1]

    yield start
    for leader in leaders:
        leader.stop()


def caught_up(store):
    def condition():
        with shown(store) as read_models:
            return read_models.position() == store.events.head()[0]

    return condition


def test_the_leader_builds_what_is_missing_and_keeps_up_with_the_log(agency, new_leader):
    agency.case_file()
    leader = new_leader()
    eventually(caught_up(agency.store))
    agency.case_file()
    leader.wake()
    eventually(caught_up(agency.store))
    with shown(agency.store) as read_models:
        assert read_models.health().ready


def test_told_to_stop_it_does_not_wait_until_it_would_look_again(agency, new_leader, monkeypatch):
    monkeypatch.setattr(leading, "TRY_AGAIN_SECONDS", 2 * DEADLINE_SECONDS)
    leader = new_leader()
    eventually(caught_up(agency.store))
    agency.case_file()
    eventually(caught_up(agency.store))  # so it follows the log, and waits for what comes next
    stopping = Thread(target=leader.stop)
    stopping.start()
    stopping.join(DEADLINE_SECONDS)
    assert not stopping.is_alive()


def test_whatever_costs_the_lead_the_log_says_where_it_was_and_not_what_it_was_about(sqlite_store, logged):
    def lead():
        raise ValueError("Núria")

    leader = Leader(sqlite_store, lead)
    leader.start()
    try:
        eventually(lambda: "the lead was lost" in logged())
    finally:
        leader.stop()
    assert "infrastructure/read_models/leader.py:" in logged()
    assert "Núria" not in logged()


def test_what_another_process_appends_is_noticed_without_being_told(agency, new_leader):
    new_leader()
    eventually(caught_up(agency.store))
    agency.case_file()
    eventually(caught_up(agency.store))


def test_a_command_outside_of_any_server_reads_all_that_was_done_whoever_leads(agency, new_leader):
    case_file = agency.case_file()
    with up_to_date(agency.store) as db:
        assert open_case_files_of(db, [None]) == [case_file]
    other = agency.case_file()
    with up_to_date(agency.store) as db:
        assert {*open_case_files_of(db, [None])} == {case_file, other}
    new_leader()
    eventually(caught_up(agency.store))
    third = agency.case_file()
    with up_to_date(agency.store) as db:
        assert {*open_case_files_of(db, [None])} == {case_file, other, third}


def test_when_the_leader_stops_another_takes_over(agency, new_leader):
    first = new_leader()
    eventually(caught_up(agency.store))
    new_leader()
    first.stop()
    agency.case_file()
    eventually(caught_up(agency.store))


def test_the_leader_follows_a_rebuild_to_its_new_generation(agency, new_leader):
    new_leader()
    eventually(caught_up(agency.store))
    rebuild(agency.store)
    agency.case_file()
    eventually(caught_up(agency.store))


def test_read_models_of_another_log_are_dropped_and_built_anew(agency, new_leader):
    agency.case_file()
    rebuild(agency.store)
    wrong = agency.store.generations.current()
    generation = agency.store.generations.open(wrong)
    with generation.writing.begin() as db:
        db.exec_driver_sql("UPDATE positions SET position = position + 5")
    generation.close()
    new_leader()
    eventually(lambda: agency.store.generations.current() not in (None, wrong))
    eventually(caught_up(agency.store))


@pytest.mark.parametrize("deleted", ["readmodels.db", "readmodels-*.db*"])
def test_deleted_read_models_are_built_anew_under_a_running_leader(sqlite_store, deleted):
    agency = Agency(sqlite_store)
    leader = Leader(sqlite_store, leads_folder(sqlite_store.folder))
    leader.start()
    try:
        eventually(caught_up(sqlite_store))
        before = sqlite_store.generations.current()
        for file in sqlite_store.folder.glob(deleted):
            file.unlink()
        agency.case_file()
        eventually(lambda: sqlite_store.generations.current() not in (None, before))
        eventually(caught_up(sqlite_store))
    finally:
        leader.stop()


def test_a_leader_whose_database_connection_is_cut_off_leads_again(postgres_store):
    agency = Agency(postgres_store)
    leader = Leader(postgres_store, leads_database(postgres_store.address))
    leader.start()
    try:
        eventually(caught_up(postgres_store))
        generation = postgres_store.generations.open(postgres_store.generations.current())
        with generation.writing.connect() as db:
            db.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        generation.close()
        agency.case_file()
        eventually(caught_up(postgres_store))
    finally:
        leader.stop()
