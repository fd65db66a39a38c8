"""How a client stands, on a page of its own: its picture, likely duplicates, blocked, kept by law, erased; and two
accounts compared, of which one may be merged into the other."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.images import sent_image, shown
from api.standing import erase
from api.web.clients import client_of
from api.web.forms import Form
from api.web.timeline import UNDO
from api.web.toasts import Undo
from api.web.visit import Page, Visit, new_id
from application import images, standing
from domain.client import Client
from domain.client.standing import ErasureGround, RetentionGround
from domain.errors import Invalid, Refusal
from domain.people import Role
from projections.clients.detail import client_detail
from projections.clients.duplicates import known_of, likely_duplicates
from projections.escritorio.clients import merged_into

router = APIRouter(prefix="/clients/{client_id}")


class SeenToBeFinal(Invalid):
    title = "Tick that this cannot be undone"


def address(client_id: UUID) -> str:
    return f"/clients/{client_id}/standing"


@router.get("/standing")
def show_standing(client_id: UUID, visit: Page) -> Response:
    with visit.snapshot() as db:
        client = client_of(visit, db, client_id)
    if client.line.id != client_id:
        return RedirectResponse(address(client.line.id), 303)
    return _page(visit, client_id)


def _page(visit: Visit, client_id: UUID, sent: Form | None = None) -> Response:
    with visit.snapshot() as db:
        client = client_of(visit, db, client_id)
        usable = client.line.standing == "usable"
        told = known_of(db, client.line.id)
        alike = likely_duplicates(db, visit.viewer, told, besides=client.line.id) if usable else ()
        absorbed = merged_into(db, client.line.id)
    known = visit.store.load(Client(), client.line.id)[0].standing
    return visit.page(
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
def compare(client_id: UUID, other_id: UUID, visit: Page) -> Response:
    return _compared(visit, client_id, other_id)


def _compared(visit: Visit, client_id: UUID, other_id: UUID, sent: Form | None = None) -> Response:
    visit.viewer.require(Role.SUPERVISOR, Role.ADMINISTRATOR)
    with visit.snapshot() as db:
        both = [client_of(visit, db, one) for one in (client_id, other_id)]
    if both[0].line.id == both[1].line.id:
        return RedirectResponse(address(both[0].line.id), 303)
    return visit.page("client_merging.html", both=both, sent=sent)


@router.post("/merging/{other_id}")
def merge(client_id: UUID, other_id: UUID, visit: Page) -> Response:
    """`kept` is which of the two goes on."""
    try:
        reason, kept = visit.form.text("reason"), visit.form.id("kept")
        absorbed = other_id if kept == client_id else client_id
        outcome = standing.merge_client(visit.store, visit.command(), absorbed, into=kept, reason=reason)
    except Refusal as refusal:
        return _compared(visit, client_id, other_id, visit.form.refused(refusal))
    undo = Undo(f"/clients/{absorbed}/unmerging", {"reason": UNDO})
    return visit.done(outcome, address(kept), visit._("Merged"), undo=undo)


@router.post("/unmerging")
def unmerge(client_id: UUID, visit: Page) -> Response:
    try:
        outcome = standing.unmerge_client(visit.store, visit.command(), client_id, reason=visit.form.text("reason"))
    except Refusal as refusal:
        return visit.refused(refusal, address(client_id))
    return visit.done(outcome, address(client_id), visit._("They are two clients again"))


# Blocked, kept by law, erased


@router.post("/blocking")
def block(client_id: UUID, visit: Page) -> Response:
    try:
        outcome = standing.block_client(visit.store, visit.command(), client_id, reason=visit.form.text("reason"))
    except Refusal as refusal:
        return _page(visit, client_id, visit.form.refused(refusal))
    undo = Undo(f"/clients/{client_id}/unblocking", {"reason": UNDO}) if visit.may(Role.ADMINISTRATOR) else None
    return visit.done(outcome, address(client_id), visit._("Blocked"), undo=undo)


@router.post("/unblocking")
def unblock(client_id: UUID, visit: Page) -> Response:
    try:
        outcome = standing.unblock_client(visit.store, visit.command(), client_id, reason=visit.form.text("reason"))
    except Refusal as refusal:
        return _page(visit, client_id, visit.form.refused(refusal))
    return visit.done(outcome, address(client_id), visit._("Unblocked"))


@router.post("/retention")
def set_retention(client_id: UUID, visit: Page) -> Response:
    form = visit.form
    try:
        until, ground = form.day("until"), form.choice("ground", RetentionGround)
        outcome = standing.set_retention(visit.store, visit.command(), client_id, until=until, ground=ground)
    except Refusal as refusal:
        return _page(visit, client_id, form.refused(refusal))
    return visit.done(outcome, address(client_id), visit._("The day is noted"))


@router.post("/erasure")
def erase_client(client_id: UUID, visit: Page) -> Response:
    form = visit.form
    try:
        ground = form.choice("ground", ErasureGround)
        if not form.ticked("final"):
            raise SeenToBeFinal(field="final")
        outcome = erase(visit.service, visit.command(), client_id, ground)
    except Refusal as refusal:
        return _page(visit, client_id, form.refused(refusal))
    return visit.done(outcome, address(client_id), visit._("Erased for good"))


# The picture


@router.get("/image")
def show_image(client_id: UUID, visit: Page) -> Response:
    with visit.snapshot() as db:
        found = client_detail(db, visit.viewer, client_id)
    return shown(visit.service, visit.viewer, client_id, found)


async def _sent(request: Request, _: Page) -> bytes | Refusal:
    """Of somebody who is logged in."""
    try:
        return await sent_image(request)
    except Invalid as refusal:
        return refusal


@router.post("/image")
def change_image(client_id: UUID, visit: Page, sent: Annotated[Any, Depends(_sent)]) -> Response:
    command = visit.command()
    try:
        if isinstance(sent, Refusal):
            raise sent
        portrait = visit.service.images.portrait(sent, field="image")
        outcome = images.change_image(
            visit.store, visit.service.files, command, client_id, file_id=new_id(command, "image"), portrait=portrait
        )
    except Refusal as refusal:
        return _page(visit, client_id, visit.form.refused(refusal))
    return visit.done(outcome, visit.back(address(client_id)), visit._("The picture is changed"))


@router.post("/image/removal")
def remove_image(client_id: UUID, visit: Page) -> Response:
    try:
        outcome = images.remove_image(visit.store, visit.service.files, visit.command(), client_id)
    except Refusal as refusal:
        return visit.refused(refusal, address(client_id))
    return visit.done(outcome, visit.back(address(client_id)), visit._("The picture is removed"))
