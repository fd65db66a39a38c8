"""Long work, which a thread of some server process does: who asked may leave, and any process says how far it is.

What a job is to do follows from its key and who asked, so that another process takes it up where the one that had it
died. Whatever is done must therefore come to the same when it is begun again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

Progress = Callable[[int, int], None]


class State(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    REFUSED = "refused"
    BROKEN_OFF = "broken_off"


class JobKey(NamedTuple):
    """Which work, and on what: the id of an upload, or nothing where there is but one of the store."""

    kind: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """`result` is what the work gave back or, where it was refused, the refusal's title and details."""

    state: State
    done: int = 0
    of: int = 0
    result: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Asker(NamedTuple):
    """The user who asked, and the language in which the job speaks."""

    name: str
    language: str


def _nothing(_subject: str, _result: Mapping[str, Any]) -> None: ...


class Work(NamedTuple):
    """`run` gives the result of the job, which can be written as JSON. `afterwards` is done once that is kept, and
    again should the process die meanwhile."""

    run: Callable[[str, Asker, Progress], Mapping[str, Any]]
    afterwards: Callable[[str, Mapping[str, Any]], None] = _nothing


class Jobs(Protocol):
    """Of a store, for all its processes."""

    def start(self, key: JobKey, asker: Asker) -> None:
        """Unless it is running already. It waits a moment: most are done by then, and no progress need be shown."""
        ...

    def look(self, key: JobKey) -> Job | None:
        """How it stands, in whichever process it runs; None where there is no such job."""
        ...

    def forget(self, *keys: JobKey) -> None: ...
