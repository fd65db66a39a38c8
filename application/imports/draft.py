"""What a file adds to the log, stream by stream, before any of it is appended."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from application import clients
from application.claims import claims_of
from application.imports.known import KINDS, Facts, differing, references, why_differing
from application.imports.maps import Part
from application.imports.rows import Line, Reader
from application.imports.table import Finding, Why
from application.imports.users import UserNames
from application.streams import Aggregate, Claim, Command, Streams
from domain.case_file import CaseFile
from domain.client import Client
from domain.errors import Invalid, Refusal
from domain.events import Event
from domain.invoice import Invoice
from domain.people import RoleRequired

A = TypeVar("A", bound=Aggregate)


class UnknownClient(Invalid):
    title = "No client has this reference; whom a file knows by name is found where it is loaded with what is owed"


class BadLine(Exception):
    """Nothing of this line is loaded, for these reasons."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Stream(Generic[A]):
    """A stream with what this file adds to it. `stored` is how many of its events the log has."""

    id: UUID
    state: A
    events: tuple[Event, ...] = ()
    stored: int = 0

    def then(self, events: Sequence[Event]) -> "Stream[A]":
        state = self.state
        for event in events:
            state = state.evolve(event)
        return Stream(self.id, state, (*self.events, *events), self.stored)

    @property
    def added(self) -> Sequence[Event]:
        return self.events[self.stored :]


class Draft:
    """`ids` are the streams of all that the file names, by the kind of their claim. New ids follow from the command
    and the line; `made` are those of clients that the file names, but gives no reference: they are known by their id.
    `first` are the lines that first told of what is new.
    """

    def __init__(self, log: Streams, command: Command, reader: Reader) -> None:
        self.log = log
        self.command = command
        self.ids: dict[str, dict[str, UUID]] = {kind: {} for kind in KINDS}
        self.made: dict[str, UUID] = {}
        self.first: dict[UUID, Line] = {}
        self.clients: dict[UUID, Stream[Client]] = {}
        self.case_files: dict[UUID, Stream[CaseFile]] = {}
        self.invoices: dict[UUID, Stream[Invoice]] = {}
        self.claims: list[Claim] = []
        self.warnings: list[Finding] = []
        self.users = UserNames(())
        self._reader = reader

    def look_up(self, lines: Iterable[Line]) -> None:
        for kind, values in references(lines).items():
            self.ids[kind].update(self.log.claimed(kind, values))

    def new_id(self, line: Line, what: str) -> UUID:
        return uuid5(self.command.id, f"{what} {line.row.line}")

    def client_id(self, column: str, reference: str, line: Line, client: Stream[Client] | None) -> UUID:
        """Whom one of our columns names. `client` is the line's own."""
        if client and line.client and line.client.reference == reference:
            return client.id
        if (found := self.ids[clients.REFERENCE].get(reference, self.made.get(reference))) is None:
            raise UnknownClient(field=column)
        return found

    def survivor(self, client_id: UUID) -> UUID:
        """The client itself, or whoever it was merged into."""
        into = self.stream(self.clients, Client(), client_id).state.restrictions.merged_into
        return client_id if into is None else self.survivor(into)

    def known(self, kept: dict[UUID, Stream[A]], nothing: A, kind: str, reference: str) -> Stream[A] | None:
        stream = self.ids[kind].get(reference)
        return None if stream is None else self.stream(kept, nothing, stream)

    def stream(self, kept: dict[UUID, Stream[A]], nothing: A, stream: UUID) -> Stream[A]:
        if stream not in kept:
            stored = self.log.history(stream)
            kept[stream] = replace(Stream(stream, nothing).then(stored), stored=len(stored))
        return kept[stream]

    def keep(self, kept: dict[UUID, Stream[A]], stream: Stream[A]) -> bool:
        """Whether anything is new of it."""
        before = kept.get(stream.id)
        new = stream.events[len(before.events) if before else 0 :]
        kept[stream.id] = stream
        for event in new:
            for claim in claims_of(stream.id, event):
                self.claims.append(claim)
                self.ids[claim.kind][claim.value] = claim.stream
        return bool(new)

    # What is said of a line

    def unread_code(self, line: Line) -> tuple[str, str] | None:
        return self._reader.unread_code(line.row)

    def finding(self, line: Line, part: Part, column: str, why: Why) -> Finding:
        if part is Part.CASE_FILES and column == "reference" and line.case_file and line.case_file.number:
            column = "number"  # of which the reference was made, or which people know it by
        return self._reader.finding(line.row, part, column, why)

    def differences(self, line: Line, part: Part, in_file: Facts, known: Facts, of: UUID) -> list[Finding]:
        """From what is known of this stream, which the file itself may have told."""
        first = self.first.get(of)
        before = (first.row.line, first.name) if first else None
        return [
            self.finding(line, part, column, why_differing(column, known[column], before))
            for column in differing(in_file, known)
        ]

    @contextmanager
    def about(self, line: Line, part: Part, otherwise: str = "reference") -> Generator[None]:
        """A refusal makes the line bad; that this person may import nothing of the kind stops it all.

        `otherwise` is the column of what is refused whatever its fields are.
        """
        try:
            yield
        except RoleRequired:
            raise
        except Refusal as refusal:
            field = str(refusal.details.get("field", otherwise))
            column = _COLUMNS.get(field, field.rpartition("/")[2])
            raise BadLine([self.finding(line, part, column, Why.refused(refusal))]) from None


_COLUMNS = {"lines": "total", "client_id": "client_reference"}
"""Fields of refusals that a file has another column for; the last part of `lines/0/quantity` is a column itself."""
