"""The work on a case file over HTTP: actions, promises, parties."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import StrictBool

from api.http.dependencies import Done, NewCommand
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.http.shapes import Body, Day, Line, MoneyBody, Name, Note, Why
from application import activity
from domain.case_file.activity import Channel, Direction, Located, NewAction, Outcome, PartyRole

router = APIRouter(
    prefix="/api/case-files/{case_file_id}",
    tags=["work"],
    responses=documented(401, 403, 404, 409, 422, 503),
    route_class=OneThreadRoute,
)


class LocatedBody(Body):
    source: Line
    address: Line | None = None
    phone: Name | None = None

    def located(self) -> Located:
        return Located(self.source, self.address, self.phone)


class NewPromise(Body):
    """`ask_first`: where it is more than what is outstanding, it is refused (409) and says so."""

    amount: MoneyBody
    due_on: Day
    ask_first: StrictBool = False


class ClaimBody(Body):
    claim: Note


class ActionBody(Body):
    """What came of it: a promise of the debtor, or a dispute, which is opened. All is recorded, or nothing.

    `keeps_next_action`: what was to be done next still is; else reaching out does it. `ask_first`: where the next
    action is a year or more away, or the promise is doubtful, it is refused (409) and says so.
    """

    channel: Channel
    direction: Direction = Direction.OUTGOING
    outcome: Outcome
    done_on: Day | None = None
    person_id: UUID | None = None
    phone: Name | None = None
    note: Note | None = None
    next_action: Line | None = None
    next_action_on: Day | None = None
    located: LocatedBody | None = None
    successor_id: UUID | None = None
    keeps_next_action: StrictBool = False
    promise: NewPromise | None = None
    dispute: ClaimBody | None = None
    ask_first: StrictBool = False


class PartyBody(Body):
    client_id: UUID
    role: PartyRole


@router.post("/actions", status_code=201)
def log_action(case_file_id: UUID, body: ActionBody, new: NewCommand) -> Done:
    promised = None
    if body.promise is not None:
        promised = (new.new_id("promise"), body.promise.amount.money("promise/amount"), body.promise.due_on)
    return new.done(
        activity.log_action(
            new.store,
            new.command,
            case_file_id,
            action_id=new.new_id("action"),
            action=NewAction(
                done_on=body.done_on or new.today,
                channel=body.channel,
                direction=body.direction,
                outcome=body.outcome,
                person_id=body.person_id,
                phone=body.phone,
                note=body.note,
                next_action=body.next_action,
                next_action_on=body.next_action_on,
                located=body.located.located() if body.located else None,
                successor_id=body.successor_id,
                keeps_next_action=body.keeps_next_action,
            ),
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
