"""Long work: a thread of the server does it and tells of it in a file, so that any process can say how far it is.

A lock beside that file is held while the work goes on. The system lets it go should the process end: what is neither
locked nor finished was broken off. Sent twice, a job runs once; who asked for it may leave.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import structlog

from api.http.failures import failure
from domain.errors import Refusal

Progress = Callable[[int, int], None]
Work = Callable[[Progress], Mapping[str, Any]]
"""What is to be done. What it gives back can be written as JSON."""

SOON = 0.5
"""Seconds for which whoever starts a job waits: most are done by then, and no progress need be shown."""

PAUSE = 0.25
"""Seconds between two tellings of how far it is."""

log = structlog.get_logger(__name__)


class State(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    REFUSED = "refused"
    BROKEN_OFF = "broken_off"


@dataclass(frozen=True, slots=True)
class Job:
    """`told` is what the work gave back or, where it was refused, the refusal's title and details."""

    state: State
    done: int = 0
    of: int = 0
    told: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Stopped(Exception):
    """The server stops: the work is broken off where it next tells of its progress."""


class Jobs:
    """Of this process. A job is known by the file in which it is told of."""

    def __init__(self) -> None:
        self._stopping = Event()
        self._running: list[Thread] = []

    def start(self, file: Path, work: Work) -> None:
        """Unless it is running already."""
        lock = _locked(file)
        if lock is None:
            return
        _tell(file, Job(State.RUNNING))
        thread = Thread(target=self._run, args=(file, lock, work), daemon=True)
        self._running = [*(one for one in self._running if one.is_alive()), thread]
        thread.start()
        thread.join(SOON)

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._running:
            thread.join()

    def _run(self, file: Path, lock: int, work: Work) -> None:
        told_at = 0.0

        def progress(done: int, of: int) -> None:
            nonlocal told_at
            if self._stopping.is_set():
                raise Stopped
            if time.monotonic() - told_at > PAUSE:
                told_at = time.monotonic()
                _tell(file, Job(State.RUNNING, done, of))

        try:
            _tell(file, Job(State.FINISHED, told=work(progress)))
        except Refusal as refusal:
            details = {name: _written(value) for name, value in refusal.details.items()}
            _tell(file, Job(State.REFUSED, told={"title": refusal.title, **details}))
        except Stopped:
            pass
        except Exception as error:  # noqa: BLE001 - whatever it is, it broke the work off; its text may be personal
            log.error("job broken off", job=file.name, **failure(error))  # noqa: TRY400
        finally:
            os.close(lock)


def _written(value: object) -> str:
    """Of several, each."""
    return ", ".join(map(str, cast("Iterable[object]", value))) if isinstance(value, list | tuple) else str(value)


def look(file: Path) -> Job | None:
    """How it stands, in whichever process it runs; None where there is no such job."""
    job = _told(file)
    if job is None or job.state is not State.RUNNING:
        return job
    lock = _try_to_lock(file)
    if lock is None:
        return job
    try:
        job = _told(file)  # it may have ended just now
    finally:
        os.close(lock)
    return Job(State.BROKEN_OFF) if job and job.state is State.RUNNING else job


def _told(file: Path) -> Job | None:
    with suppress(FileNotFoundError):
        told = json.loads(file.read_text("utf-8"))
        return Job(State(told["state"]), told["done"], told["of"], told["told"])
    return None


def _tell(file: Path, job: Job) -> None:
    keep(file, {"state": job.state, "done": job.done, "of": job.of, "told": job.told})


def keep(file: Path, told: Mapping[str, Any]) -> None:
    """At once or not at all, for nobody else to read."""
    beside = file.with_suffix(".new")
    beside.touch(0o600)
    beside.write_text(json.dumps(told), "utf-8")
    beside.replace(file)


def _locked(file: Path) -> int | None:
    """None where it is running. Who only looks holds the lock too, but for a moment."""
    for _ in range(10):
        if (lock := _try_to_lock(file)) is not None:
            return lock
        time.sleep(0.01)
    return None


def _try_to_lock(file: Path) -> int | None:
    lock = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
