"""The read models as the API knows them: rows and positions of one moment. How they come about lies outside."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection


class ReadModelsNotReady(Exception):
    """There is nothing right to show yet; the message says how far it is."""


class ReadModelsBehind(Exception):
    """The position that the request wants to read after has not been reached in time."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Rows and positions of one moment."""

    db: Connection
    positions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Health:
    ready: bool
    head: int
    read_models: Mapping[str, str]


class ReadModels(Protocol):
    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def position(self) -> int:
        """The least position of all read models."""
        ...

    def health(self) -> Health: ...
