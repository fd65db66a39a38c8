"""How a client stands, on a page of its own: its picture, likely duplicates, blocked, kept by law, erased; and two
accounts compared, of which one may be merged into the other."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.clients.image_routes import sent_image, shown
from api.clients.inputs import Erasure, Merging, Retention
from api.clients.pages import client_of
from api.clients.restriction_routes import erase
from api.pages.context import Page, PageContext, new_id
from api.pages.forms import Form
from api.pages.refusals import sent_back_to, shown_again_by
from api.pages.timeline import UNDO
from api.pages.toasts import Undo
from application import images, restrictions
from domain.client import Client
from domain.errors import Invalid, Refusal
from domain.people import Role
from projections.clients.detail import client_detail
from projections.clients.duplicates import known_of, likely_duplicates
from projections.desk.clients import merged_into

router = APIRouter(prefix="/clients/{client_id}")


class SeenToBeFinal(Invalid):
    title = "Tick that this cannot be undone"


STANDING = "/clients/{client_id}/standing"


def address(client_id: UUID) -> str:
    return STANDING.format(client_id=client_id)


@router.get("/standing")
def show_standing(client_id: UUID, context: Page) -> Response:
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
    if client.line.id != client_id:
        return RedirectResponse(address(client.line.id), 303)
    return _page(context, client_id)


def _page(context: PageContext, client_id: UUID, sent: Form | None = None) -> Response:
    with context.snapshot() as db:
        client = client_of(context, db, client_id)
        usable = client.line.standing == "usable"
        facts = known_of(db, client.line.id)
        alike = likely_duplicates(db, context.viewer, facts, besides=client.line.id) if usable else ()
        absorbed = merged_into(db, client.line.id)
    known = context.store.load(Client(), client.line.id)[0].restrictions
    return context.page(
        "client_standing.html",
        client=client,
        line=client.line,
        known=known,
        alike=alike,
        absorbed=absorbed,
        address=f"/clients/{client.line.id}",
        sent=sent,
    )


# Merging


@router.get("/merging/{other_id}")
def compare(client_id: UUID, other_id: UUID, context: Page) -> Response:
    return _compared(context, client_id, other_id)


def _compared(context: PageContext, client_id: UUID, other_id: UUID, sent: Form | None = None) -> Response:
    context.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with context.snapshot() as db:
        both = [client_of(context, db, one) for one in (client_id, other_id)]
    if both[0].line.id == both[1].line.id:
        return RedirectResponse(address(both[0].line.id), 303)
    return context.page("client_merging.html", both=both, sent=sent)


@router.post("/merging/{other_id}")
@shown_again_by(_compared)
def merge(client_id: UUID, other_id: UUID, context: Page) -> Response:
    """`kept` is which of the two goes on."""
    body = context.form.read(Merging, into=context.form.id("kept"))
    kept, absorbed = body.into, other_id if body.into == client_id else client_id
    outcome = restrictions.merge_client(context.store, context.command(), absorbed, into=kept, reason=body.reason)
    undo = Undo(f"/clients/{absorbed}/unmerging", {"reason": UNDO})
    return context.done(outcome, address(kept), context._("Merged"), undo=undo)


@router.post("/unmerging")
@sent_back_to(STANDING)
def unmerge(client_id: UUID, context: Page) -> Response:
    outcome = restrictions.unmerge_client(context.store, context.command(), client_id, reason=context.form.reason)
    return context.done(outcome, address(client_id), context._("They are two clients again"))


# Blocked, kept by law, erased


@router.post("/blocking")
@shown_again_by(_page)
def block(client_id: UUID, context: Page) -> Response:
    outcome = restrictions.block_client(context.store, context.command(), client_id, reason=context.form.reason)
    undo = Undo(f"/clients/{client_id}/unblocking", {"reason": UNDO}) if context.may(Role.ADMINISTRATOR) else None
    return context.done(outcome, address(client_id), context._("Blocked"), undo=undo)


@router.post("/unblocking")
@shown_again_by(_page)
def unblock(client_id: UUID, context: Page) -> Response:
    outcome = restrictions.unblock_client(context.store, context.command(), client_id, reason=context.form.reason)
    return context.done(outcome, address(client_id), context._("Unblocked"))


@router.post("/retention")
@shown_again_by(_page)
def set_retention(client_id: UUID, context: Page) -> Response:
    body = context.form.read(Retention)
    outcome = restrictions.set_retention(
        context.store, context.command(), client_id, until=body.until, ground=body.ground
    )
    return context.done(outcome, address(client_id), context._("The day is noted"))


@router.post("/erasure")
@shown_again_by(_page)
def erase_client(client_id: UUID, context: Page) -> Response:
    ground = context.form.read(Erasure).ground
    if not context.form.ticked("final"):
        raise SeenToBeFinal(field="final")
    outcome = erase(context.service, context.command(), client_id, ground)
    return context.done(outcome, address(client_id), context._("Erased for good"))


# The picture


@router.get("/image")
def show_image(client_id: UUID, context: Page) -> Response:
    with context.snapshot() as db:
        found = client_detail(db, context.viewer, client_id)
    return shown(context.service, context.viewer, client_id, found)


async def _sent(request: Request, _: Page) -> bytes | Refusal:
    """Of somebody who is logged in."""
    try:
        return await sent_image(request)
    except Invalid as refusal:
        return refusal


@router.post("/image")
@shown_again_by(_page)
def change_image(client_id: UUID, context: Page, sent: Annotated[Any, Depends(_sent)]) -> Response:
    command = context.command()
    if isinstance(sent, Refusal):
        raise sent
    portrait = context.service.images.portrait(sent, field="image")
    outcome = images.change_image(
        context.store,
        context.service.files,
        command,
        client_id,
        file_id=new_id(command, "image"),
        portrait=portrait,
    )
    return context.done(outcome, context.back(address(client_id)), context._("The picture is changed"))


@router.post("/image/removal")
@sent_back_to(STANDING)
def remove_image(client_id: UUID, context: Page) -> Response:
    outcome = images.remove_image(context.store, context.service.files, context.command(), client_id)
    return context.done(outcome, context.back(address(client_id)), context._("The picture is removed"))
