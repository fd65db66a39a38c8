"""The read models as the API knows them: rows and positions of one moment. How they come about lies outside."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from api.http.catalogues import filled
from api.http.catalogues import marked as _

BEING_REBUILT = _("Being rebuilt: %(done)s of %(head)s events.")
OF_ANOTHER_RELEASE = _("The read models are of another release: run `recobro rebuild`.")
MADE_ANEW = _("The read models are damaged, and about to be made anew.")
DAMAGED_AGAIN = _("The read models are damaged: look after the disk, then run `recobro rebuild`.")
NOT_UP_WITH_THE_LOG = _("The read models have not come up with the log.")
"""Why they are not ready."""


class ReadModelsNotReady(Exception):
    """There is nothing right to show yet; the message, one of the above, says how far it is."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(filled(message, values))
        self.message = message
        self.values = values


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
