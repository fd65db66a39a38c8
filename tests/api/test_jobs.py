"""Long work: it runs once, is told of to whoever asks, and is known to be broken off where it was."""

import time
from threading import Event

import pytest
from eventually import DEADLINE_SECONDS, eventually

from api.http import jobs
from api.http.jobs import Job, Jobs, State, look
from domain.errors import Invalid


class NotLikeThis(Invalid):
    title = "Not like this"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(jobs, "SOON", 0.05)
    monkeypatch.setattr(jobs, "PAUSE", 0.0)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "job.json"


def ended(file):
    return eventually(lambda: (job := look(file)) and job.state is not State.RUNNING and job)


def test_what_came_of_it_is_told_afterwards_for_nobody_else_to_read(file):
    assert look(file) is None
    Jobs().start(file, lambda _: {"rows": 3})
    ended(file)
    assert look(file) == Job(State.FINISHED, told={"rows": 3})
    assert file.stat().st_mode & 0o077 == 0


def test_a_refusal_is_what_came_of_it(file):
    def refuse(_):
        raise NotLikeThis(field="file")

    Jobs().start(file, refuse)
    ended(file)
    assert look(file) == Job(State.REFUSED, told={"title": "Not like this", "field": "file"})


def test_while_it_runs_its_progress_is_told_and_it_is_not_begun_again(file):
    go_on, begun, running = Event(), [], Jobs()

    def work(progress):
        begun.append(1)
        progress(2, 5)
        go_on.wait(DEADLINE_SECONDS)
        return {}

    running.start(file, work)
    eventually(lambda: look(file).done == 2)
    assert look(file) == Job(State.RUNNING, 2, 5)
    running.start(file, work)
    Jobs().start(file, work)  # of another process
    assert begun == [1]
    go_on.set()
    ended(file)


def test_it_is_broken_off_when_the_server_stops_and_can_be_begun_again(file):
    running = Jobs()

    def work(progress):
        while True:
            progress(1, 2)
            time.sleep(0.01)

    running.start(file, work)
    running.stop()
    assert look(file).state is State.BROKEN_OFF
    Jobs().start(file, lambda _: {})
    ended(file)
    assert look(file).state is State.FINISHED


def test_whatever_goes_wrong_breaks_it_off_and_the_log_says_where(file, logged):
    def fail(_):
        raise ZeroDivisionError("Núria")

    Jobs().start(file, fail)
    assert ended(file).state is State.BROKEN_OFF
    told = logged()
    assert ("ZeroDivisionError" in told, "api/http/jobs.py:" in told, "Núria" in told) == (True, True, False)
