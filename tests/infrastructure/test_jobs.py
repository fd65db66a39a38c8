"""Long work: it runs once, is told of to whoever asks, in whichever process, and outlives the process that has it."""

from contextlib import closing
from threading import Event

import pytest
from eventually import DEADLINE_SECONDS, eventually

from api.http.jobs import Asker, Job, JobKey, State, Work
from domain.errors import Invalid
from infrastructure import jobs
from infrastructure.jobs import StoredJobs
from infrastructure.wiring import credentials

KEY = JobKey("counting", "the sheep")
ANA = Asker("ana", "es")
AT_ONCE = 0.0
"""The lease of whoever takes a job up as soon as it looks twice; the other one's is longer than any test."""


class NotLikeThis(Invalid):
    title = "Not like this"


@pytest.fixture
def engine(store):
    with closing(credentials(store)) as logins:
        yield logins.engine


@pytest.fixture
def process(store, engine, monkeypatch):
    """A process that does this work, and looks after jobs; `dead` it does so no more, whatever its threads are at."""
    monkeypatch.setattr(jobs, "SOON", 0.05)
    monkeypatch.setattr(jobs, "PAUSE", 0.01)
    monkeypatch.setattr(jobs, "LEASE", 10 * DEADLINE_SECONDS)
    begun = []

    def process(run, afterwards=lambda _subject, _told: None):
        one = StoredJobs(engine, store.keyring)
        one.begin({KEY.kind: Work(run, afterwards)})
        begun.append(one)
        return one

    yield process
    for one in begun:
        one.stop()


def dead(one):
    one._stopping.set()
    one._watching.join()


def ended(one):
    return eventually(lambda: (job := one.look(KEY)) and job.state is not State.RUNNING and job)


def test_what_came_of_it_is_told_to_every_process_and_is_sealed_in_the_database(process, store, engine):
    one = process(lambda subject, asker, _: {"counted": subject, "for": asker.name, "in": asker.language})
    assert one.look(KEY) is None
    one.start(KEY, ANA)
    ended(one)
    result = Job(State.FINISHED, result={"counted": "the sheep", "for": "ana", "in": "es"})
    assert StoredJobs(engine, store.keyring).look(KEY) == result
    with engine.connect() as db:
        assert b"counted" not in db.execute(jobs.jobs.select()).one().sealed
    one.forget(KEY)
    assert one.look(KEY) is None


def test_a_refusal_is_what_came_of_it(process):
    def refuse(*_):
        raise NotLikeThis(field="file")

    one = process(refuse)
    one.start(KEY, ANA)
    assert ended(one) == Job(State.REFUSED, result={"title": "Not like this", "field": "file"})


def test_while_it_runs_its_progress_is_told_and_no_process_begins_it_again(process):
    go_on, begun = Event(), []

    def work(_subject, _asker, progress):
        begun.append(1)
        progress(2, 5)
        go_on.wait(DEADLINE_SECONDS)
        return {}

    one, other = process(work), process(work)
    one.start(KEY, ANA)
    eventually(lambda: other.look(KEY).done == 2)
    assert other.look(KEY) == Job(State.RUNNING, 2, 5)
    one.start(KEY, ANA)
    other.start(KEY, ANA)
    go_on.set()
    assert (ended(other).state, begun) == (State.FINISHED, [1])
    one.start(KEY, ANA)  # once it has ended it may be begun anew
    eventually(lambda: begun == [1, 1])
    ended(one)


def until_stopped(_subject, _asker, progress):
    while True:
        progress(1, 2)
        Event().wait(0.01)


def test_what_a_server_breaks_off_as_it_stops_another_goes_on_with_at_once(process):
    one = process(until_stopped)
    one.start(KEY, ANA)
    one.stop()
    assert one.look(KEY).state is State.RUNNING
    other = process(lambda _subject, asker, _: {"for": asker.name})
    job = ended(other)
    assert (job.state, job.result) == (State.FINISHED, {"for": "ana"})


def test_whoever_seems_to_be_dead_and_was_only_slow_tells_nothing_any_more(process, monkeypatch):
    go_on, slow_ended = Event(), Event()

    def slow(*_):
        go_on.wait(DEADLINE_SECONDS)
        slow_ended.set()
        return {"by": "the slow one"}

    one = process(slow)
    one.start(KEY, ANA)
    dead(one)
    monkeypatch.setattr(jobs, "LEASE", AT_ONCE)
    other = process(lambda *_: {"by": "the other"})
    assert ended(other).result == {"by": "the other"}
    go_on.set()
    one.stop()
    assert slow_ended.is_set()
    assert other.look(KEY).result == {"by": "the other"}


def test_a_job_of_which_several_processes_die_is_broken_off_before_it_takes_all_with_it(process, monkeypatch):
    go_on, begun = Event(), []

    def deadly(*_):
        begun.append(1)
        go_on.wait(DEADLINE_SECONDS)
        return {}

    one = process(deadly)
    one.start(KEY, ANA)
    monkeypatch.setattr(jobs, "LEASE", AT_ONCE)
    for times in range(1, jobs.DEATHS):
        dead(one)
        one = process(deadly)
        eventually(lambda times=times: len(begun) == times + 1)
    dead(one)
    last = process(deadly)
    assert ended(last).state is State.BROKEN_OFF
    assert len(begun) == jobs.DEATHS
    go_on.set()


def test_what_is_done_afterwards_is_done_by_another_where_its_process_dies_without_the_work_being_done_again(
    process, monkeypatch
):
    go_on, run, afterwards = Event(), [], []

    def work(*_):
        run.append(1)
        return {"counted": 7}

    def hang(_subject, _told):
        go_on.wait(DEADLINE_SECONDS)

    one = process(work, hang)
    one.start(KEY, ANA)
    eventually(lambda: one.look(KEY).result)
    dead(one)
    monkeypatch.setattr(jobs, "LEASE", AT_ONCE)
    other = process(work, lambda subject, result: afterwards.append((subject, result)))
    assert ended(other) == Job(State.FINISHED, result={"counted": 7})
    assert (run, afterwards) == ([1], [("the sheep", {"counted": 7})])
    go_on.set()


def test_whatever_goes_wrong_breaks_it_off_and_the_log_says_where(process, logged):
    def fail(*_):
        raise ZeroDivisionError("Núria")

    one = process(fail)
    one.start(KEY, ANA)
    assert ended(one).state is State.BROKEN_OFF
    log = logged()
    assert ("ZeroDivisionError" in log, "infrastructure/jobs.py:" in log, "Núria" in log) == (
        True,
        True,
        False,
    )
