"""Who issues invoices and estimates, over HTTP: on paper, in which series, on which terms, under which logo."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from api.http.dependencies import Done, NewCommand, Question
from api.http.images import IMAGE_AT_MOST, ImageTooLarge
from api.http.problems import documented
from api.http.routes import OneThreadRoute
from api.settings.inputs import ContinuationBody, IdentityBody, SeriesBody, TermsBody
from application import issuer
from application.files import NotAnImage
from domain.errors import NotFound
from domain.issuer import ISSUER, Issuer, TermsSet
from domain.people import Role

router = APIRouter(
    prefix="/api/issuer", tags=["issuer"], responses=documented(401, 403, 422, 503), route_class=OneThreadRoute
)

HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox"}


LOGO: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["logo"],
                    "properties": {"logo": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.get("")
def show_issuer(question: Question) -> Issuer:
    return question.service.store.load(Issuer(), ISSUER)[0]


@router.post("/identity")
def describe_issuer(body: IdentityBody, new: NewCommand) -> Done:
    return new.done(issuer.describe_issuer(new.store, new.command, identity=body.identity()))


@router.post("/series")
def choose_series(body: SeriesBody, new: NewCommand) -> Done:
    return new.done(
        issuer.choose_series(
            new.store,
            new.command,
            invoices=body.invoices,
            credit_notes=body.credit_notes,
            estimates=body.estimates,
        )
    )


@router.post("/series/continuation", responses=documented(409))
def continue_series(body: ContinuationBody, new: NewCommand) -> Done:
    return new.done(issuer.continue_series(new.store, new.command, numbered=body.numbered, after=body.after))


@router.post("/terms")
def set_terms(body: TermsBody, new: NewCommand) -> Done:
    terms = TermsSet(
        body.due_days, body.estimate_days, Decimal(body.tax_rate), Decimal(body.withholding), body.language
    )
    return new.done(issuer.set_terms(new.store, new.command, terms=terms))


async def sent_logo(request: Request, new: NewCommand) -> bytes:
    """The file of the form's field `logo`, once the command has taken the body's fingerprint."""
    new.command.actor.require(Role.ADMINISTRATOR)
    async with request.form(max_files=1, max_fields=10) as form:
        sent = form.get("logo")
        if not isinstance(sent, UploadFile) or not sent.size:
            raise NotAnImage(field="logo")
        if sent.size > IMAGE_AT_MOST:
            raise ImageTooLarge(field="logo", bytes_at_most=IMAGE_AT_MOST)
        return await sent.read()


@router.post("/logo", responses=documented(413), openapi_extra=LOGO)
def change_logo(logo: Annotated[bytes, Depends(sent_logo)], new: NewCommand) -> Done:
    """JPEG, PNG or WebP up to 10 MB, in a form's field `logo`; it is kept as JPEG of at most 800 pixels a side."""
    file_id: UUID = new.new_id("logo")
    return new.done(
        issuer.change_logo(
            new.store,
            new.command,
            file_id=file_id,
            files=new.service.files,
            images=new.service.images,
            content=logo,
        )
    )


@router.post("/logo/removal")
def remove_logo(new: NewCommand) -> Done:
    return new.done(issuer.remove_logo(new.store, new.command, files=new.service.files))


@router.get("/logo", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}, **documented(404)})
def show_logo(question: Question) -> Response:
    content = issuer.logo_of(question.service.store, question.service.files)
    if content is None:
        raise NotFound
    return Response(content, media_type="image/jpeg", headers=HEADERS)
