"""The work on a case file over HTTP: actions, promises, parties."""

from uuid import UUID

from fastapi import APIRouter

from api.case_files.inputs import ActionBody, NewPromise, PartyBody
from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Why
from application import activity
from domain.case_file.activity import PartyRole

router = APIRouter(
    prefix="/api/case-files/{case_file_id}",
    tags=["work"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


@router.post("/actions", status_code=201)
def log_action(case_file_id: UUID, body: ActionBody, new: NewCommand) -> Done:
    promised = None
    if body.promise is not None:
        promised = body.promise.promised(new.new_id("promise"), "promise/amount")
    return new.done(
        activity.log_action(
            new.store,
            new.command,
            case_file_id,
            action_id=new.new_id("action"),
            action=body.action(new.today),
            promise=promised,
            dispute=(new.new_id("dispute"), body.dispute.claim) if body.dispute else None,
            ask_first=body.ask_first or (body.promise is not None and body.promise.ask_first),
        )
    )


@router.post("/promises", status_code=201)
def make_promise(case_file_id: UUID, body: NewPromise, new: NewCommand) -> Done:
    return new.done(
        activity.make_promise(
            new.store,
            new.command,
            case_file_id,
            promise_id=new.new_id("promise"),
            amount=body.amount.money(),
            due_on=body.due_on,
            ask_first=body.ask_first,
        )
    )


@router.post("/promises/{promise_id}/cancellation")
def cancel_promise(case_file_id: UUID, promise_id: UUID, body: Why, new: NewCommand) -> Done:
    return new.done(
        activity.cancel_promise(new.store, new.command, case_file_id, promise_id=promise_id, reason=body.reason)
    )


@router.post("/parties", status_code=201)
def add_party(case_file_id: UUID, body: PartyBody, new: NewCommand) -> Done:
    return new.done(activity.add_party(new.store, new.command, case_file_id, client_id=body.client_id, role=body.role))


@router.post("/parties/{client_id}/{role}/removal")
def remove_party(case_file_id: UUID, client_id: UUID, role: PartyRole, new: NewCommand) -> Done:
    return new.done(activity.remove_party(new.store, new.command, case_file_id, client_id=client_id, role=role))
