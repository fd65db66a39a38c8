"""A client's picture over HTTP: sent as it is, kept small, shown to whoever sees the client."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from api.http.dependencies import Done, NewCommand, Question, Service
from api.http.images import HEADERS, IMAGE_AT_MOST, ImageTooLarge
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from application.files import NotAnImage
from application.images import change_image, image_of, remove_image
from domain.client import Client
from domain.errors import NotFound
from domain.people import WORKS, Actor
from projections.clients.detail import ClientDetail, client_detail

router = APIRouter(
    prefix="/api/clients", tags=["clients"], responses=documented(401, 403, 404, 422, 503), route_class=OneThreadRoute
)


SENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["image"],
                    "properties": {"image": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


async def sent_image(request: Request) -> bytes:
    """The file of the form's field `image`."""
    async with request.form(max_files=1, max_fields=10) as form:
        sent = form.get("image")
        if not isinstance(sent, UploadFile) or not sent.size:
            raise NotAnImage(field="image")
        if sent.size > IMAGE_AT_MOST:
            raise ImageTooLarge(field="image", bytes_at_most=IMAGE_AT_MOST)
        return await sent.read()


async def _sent_with_command(request: Request, new: NewCommand) -> bytes:
    """Once the command has taken the body's fingerprint."""
    new.command.actor.require(*WORKS)
    return await sent_image(request)


@router.post("/{client_id}/image", responses=documented(400, 409, 413), openapi_extra=SENT)
def change_client_image(client_id: UUID, image: Annotated[bytes, Depends(_sent_with_command)], new: NewCommand) -> Done:
    """JPEG, PNG or WebP up to 10 MB, in a form's field `image`; it is kept as WebP of at most 256 pixels a side."""
    portrait = new.service.images.portrait(image, field="image")
    return new.done(
        change_image(
            new.store, new.service.files, new.command, client_id, file_id=new.new_id("image"), portrait=portrait
        )
    )


@router.post("/{client_id}/image/removal", responses=documented(409))
def remove_client_image(client_id: UUID, new: NewCommand) -> Done:
    return new.done(remove_image(new.store, new.service.files, new.command, client_id))


@router.get("/{client_id}/image", response_class=Response, responses={200: {"content": {"image/webp": {}}}})
def show_client_image(client_id: UUID, question: Question) -> Response:
    with question.snapshot("clients") as db:
        found = client_detail(db, question.viewer, client_id)
    return shown(question.service, question.viewer, client_id, found)


def shown(service: Service, viewer: Actor, asked_for: UUID, found: ClientDetail | None) -> Response:
    """`found`: the client, where the viewer may look at it."""
    if found is None:
        raise NotFound(id=asked_for)
    service.store.load(Client(), found.line.id)[0].restrictions.check_seen(viewer)
    content = image_of(service.store, service.files, found.line.id)
    if content is None:
        raise NotFound(id=asked_for)
    return Response(content, media_type="image/webp", headers=HEADERS)
