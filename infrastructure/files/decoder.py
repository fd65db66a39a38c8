"""The process in which bytes from outside are decoded: `decoding.py` starts it, says what to do, and reads what comes.

It begins by bounding itself, before anything that decodes is even loaded.
"""

import importlib
import pickle
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import Any

from api.http.failures import failure
from domain.errors import Refusal

ROWS_AT_ONCE = 1000


class Answer(Enum):
    """What comes: each with what belongs to it."""

    PART = auto()
    DONE = auto()
    REFUSED = auto()
    FAILED = auto()
    TOO_MUCH = auto()


def picture(how: str, content: bytes, **wished: Any) -> Iterator[object]:
    yield getattr(importlib.import_module("infrastructure.files.images"), how)(content, **wished)


def table(**wished: Any) -> Iterator[object]:
    """Of the file that follows on the input: all but its rows, and then these, so that nothing holds them twice."""
    tables = importlib.import_module("infrastructure.imports.tables")
    read = tables.read_table(sys.stdin.buffer.read(tables.MAX_BYTES + 1), **wished)
    yield replace(read, rows=())
    for at in range(0, len(read.rows), ROWS_AT_ONCE):
        yield read.rows[at : at + ROWS_AT_ONCE]


WHAT: Mapping[str, Callable[..., Iterator[object]]] = {"picture": picture, "table": table}


def main() -> None:
    memory, seconds, what, arguments, wished = pickle.load(sys.stdin.buffer)  # noqa: S301 - what started this says it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    def send(kind: Answer, of: object = None) -> None:
        pickle.dump((kind, of), sys.stdout.buffer)

    try:
        for part in WHAT[what](*arguments, **wished):
            send(Answer.PART, part)
        send(Answer.DONE)
    except Refusal as refused:
        send(Answer.REFUSED, (type(refused), refused.details))
    except MemoryError:
        send(Answer.TOO_MUCH)
    except Exception as error:  # noqa: BLE001 - its text may be personal, so it is told without
        send(Answer.FAILED, failure(error))
