"""Clients over HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.dependencies import Done, NewCommand, Question
from api.problems import documented
from api.routes import OneThreadRoute
from api.shapes import Body, Cursor, Day, Limit, Name, Search
from application import clients
from domain.client import Kind
from domain.errors import NotFound
from projections.escritorio.clients import ClientLine, find_client
from projections.escritorio.clients import list_clients as query_clients
from projections.pages import Page

router = APIRouter(
    prefix="/api/clients", tags=["clients"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)


class NewClient(Body):
    name: Name
    reference: Name | None = None
    kind: Kind | None = None
    zone: Name | None = None


class Assignment(Body):
    collector: Name
    from_: Annotated[Day, Field(alias="from")]


@router.post("", status_code=201, responses=documented(409))
def register_client(body: NewClient, new: NewCommand) -> Done:
    return new.done(
        clients.register_client(
            new.store,
            new.command,
            new.new_id("client"),
            reference=body.reference,
            name=body.name,
            kind=body.kind,
            zone=body.zone,
        )
    )


@router.post("/{client_id}/assignment", responses=documented(409))
def assign_client(client_id: UUID, body: Assignment, new: NewCommand) -> Done:
    return new.done(
        clients.assign_client(new.store, new.command, client_id, collector=body.collector, from_on=body.from_)
    )


@router.get("")
def list_clients(
    question: Question,
    *,
    collector: Search = None,
    zone: Search = None,
    reference: Search = None,
    text: Search = None,
    sort: Literal["name", "-name", "reference", "-reference"] = "name",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ClientLine]:
    with question.snapshot("escritorio") as db:
        return query_clients(
            db,
            question.viewer,
            collector=collector,
            zone=zone,
            reference=reference,
            text=text,
            sort=sort,
            cursor=cursor,
            limit=limit,
        )


@router.get("/{client_id}")
def show_client(client_id: UUID, question: Question) -> ClientLine:
    with question.snapshot("escritorio") as db:
        client = find_client(db, question.viewer, client_id)
    if client is None:
        raise NotFound(id=client_id)
    return client
