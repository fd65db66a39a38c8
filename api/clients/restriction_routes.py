"""Clients blocked, kept by law, erased and merged, over HTTP."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.clients.inputs import Erasure, Merging, Retention
from api.http.dependencies import Done, NewCommand, Question, Service
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import PRINTABLE, Name, Search, Why
from application import restrictions
from application.streams import Command, Outcome
from domain.client import Client
from domain.client.restrictions import ErasureGround, ErasureRefused
from domain.errors import NotFound
from domain.people import Role
from domain.personal import NAME
from projections.clients.detail import client_detail
from projections.clients.duplicates import Facts, Likeness, known_of, likely_duplicates
from projections.desk.clients import Absorbed, case_files_naming, merged_into

router = APIRouter(
    prefix="/api/clients", tags=["clients"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)


duplicates = APIRouter(
    prefix="/api", tags=["clients"], responses=documented(401, 403, 422, 503), route_class=OneThreadRoute
)

Values = Annotated[Sequence[Name], Query(max_length=20)]


@dataclass(frozen=True, slots=True)
class ShownStanding:
    """`refused` is the last erasure asked for in vain; `absorbed` are those merged into the client."""

    blocked: bool
    erased: bool
    kept_until: date | None
    refused: ErasureRefused | None
    absorbed: Sequence[Absorbed]


@router.get("/{client_id}/standing")
def show_standing(client_id: UUID, question: Question) -> ShownStanding:
    with question.snapshot("clients", "escritorio") as db:
        client = client_detail(db, question.viewer, client_id)
        if client is None:
            raise NotFound(id=client_id)
        absorbed = merged_into(db, client.line.id)
    known = question.service.store.load(Client(), client.line.id)[0].restrictions
    return ShownStanding(known.blocked, known.erased, known.kept_until, known.refused, absorbed)


@duplicates.get("/likely-duplicates")
def find_duplicates(
    question: Question,
    *,
    name: Annotated[str, Query(max_length=NAME, pattern=PRINTABLE)],
    identification: Search = None,
    phone: Values = (),
    email: Values = (),
    account: Values = (),
) -> list[Likeness]:
    """Of somebody who is about to be registered. Of a client in another's portfolio only whom to ask is told."""
    with question.snapshot("clients") as db:
        facts = Facts(name, identification, [*phone], [*email], [*account])
        return [*likely_duplicates(db, question.viewer, facts)]


@router.get("/{client_id}/likely-duplicates")
def find_duplicates_of(client_id: UUID, question: Question) -> list[Likeness]:
    with question.snapshot("clients") as db:
        client = client_detail(db, question.viewer, client_id)
        if client is None:
            raise NotFound(id=client_id)
        if client.line.standing != "usable":
            return []
        return [*likely_duplicates(db, question.viewer, known_of(db, client.line.id), besides=client.line.id)]


@router.post("/{client_id}/blocking", responses=documented(409))
def block_client(client_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(restrictions.block_client(new.store, new.command, client_id, reason=body.reason))


@router.post("/{client_id}/unblocking", responses=documented(409))
def unblock_client(client_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(restrictions.unblock_client(new.store, new.command, client_id, reason=body.reason))


@router.post("/{client_id}/retention", responses=documented(409))
def set_retention(client_id: UUID, body: Retention, new: NewCommand) -> Done:
    return new.done(restrictions.set_retention(new.store, new.command, client_id, until=body.until, ground=body.ground))


@router.post("/{client_id}/erasure", responses=documented(409))
def erase_client(client_id: UUID, body: Erasure, new: NewCommand) -> Done:
    """For good. Where it is refused because a law wants the data kept or case files are open, that is recorded."""
    return new.done(erase(new.service, new.command, client_id, body.ground))


@router.post("/{client_id}/merging", responses=documented(409))
def merge_client(client_id: UUID, body: Merging, new: NewCommand) -> Done:
    """Into another client, whose id is answered. Whatever is asked of this one, that one answers from then on."""
    return new.done(restrictions.merge_client(new.store, new.command, client_id, into=body.into, reason=body.reason))


@router.post("/{client_id}/unmerging", responses=documented(409))
def unmerge_client(client_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(restrictions.unmerge_client(new.store, new.command, client_id, reason=body.reason))


def erase(service: Service, command: Command, client_id: UUID, ground: ErasureGround) -> Outcome:
    """With all that follows outside of the log; of the read models' tables no trace is left moments later."""
    command.actor.require(Role.ADMINISTRATOR)

    def case_files(clients: Collection[UUID]) -> tuple[Collection[UUID], int]:
        with service.read_models.snapshot() as snapshot:
            return case_files_naming(snapshot.db, clients), snapshot.positions["escritorio"]

    outcome = restrictions.erase_client(service.store, command, client_id, ground=ground, case_files=case_files)
    service.forget_erased()
    return outcome


router.routes.extend(duplicates.routes)
