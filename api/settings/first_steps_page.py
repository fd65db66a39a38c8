"""What a new store still lacks before people can work with it: a list for its administrator, each step a link."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.pages.context import Page, PageContext
from application.correspondence import load_correspondence
from application.streams import Streams
from domain.business import BUSINESS, BusinessDescribed
from domain.issuer import ISSUER, Issuer
from domain.people import Role
from projections.clients.listing import Filters, list_clients

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Step:
    """`needed`: without it nobody can work; the others can wait until they are needed."""

    name: str
    done: bool
    needed: bool
    path: str


@router.get("/")
def show_first_page(context: Page) -> Response:
    """The desk; in a store without clients, an administrator has things to set up first."""
    new = context.may(Role.ADMINISTRATOR) and not _has_clients(context)
    return RedirectResponse("/first-steps" if new else "/escritorio", 303)


@router.get("/first-steps")
def show_first_steps(context: Page) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    return context.page("first_steps.html", steps=_steps(context))


def _steps(context: PageContext) -> Sequence[Step]:
    log = Streams(context.store)
    described = any(isinstance(event, BusinessDescribed) for event in log.history(BUSINESS))
    issuer = log.load_or_new(Issuer(), ISSUER)
    return [
        Step("business", described, needed=True, path="/settings"),
        Step("users", len(context.service.credentials.names()) > 1, needed=True, path="/users"),
        Step("issuer", issuer.identity is not None, needed=False, path="/settings/invoicing"),
        Step("mail", load_correspondence(log).mail is not None, needed=False, path="/settings/mail"),
        Step("clients", _has_clients(context), needed=True, path="/clients/new"),
    ]


def _has_clients(context: PageContext) -> bool:
    with context.snapshot() as db:
        return bool(list_clients(db, context.viewer, Filters(), "name", None, 1).items)
