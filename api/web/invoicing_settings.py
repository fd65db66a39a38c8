"""How the business invoices: who issues, with which logo, in which series, on which terms. Each group is a form."""

from collections.abc import Callable

from fastapi import APIRouter, Response

from api.images import HEADERS, IMAGE_AT_MOST, ImageTooLarge
from api.web.document_editor import issuer_of
from api.web.forms import FieldMissing, Form
from api.web.lines import rates
from api.web.visit import Page, SentFile, Visit, new_id
from application import issuer
from application.streams import Outcome
from domain.errors import NotFound, Refusal
from domain.issuer import Identity, Numbered, TermsSet
from domain.people import Role
from domain.sending import Language

router = APIRouter(prefix="/settings/invoicing")

HERE = "/settings/invoicing"


@router.get("")
def show_invoicing(visit: Page) -> Response:
    return _page(visit)


@router.post("/identity")
def describe_issuer(visit: Page) -> Response:
    form = visit.form

    def describe() -> Outcome:
        identity = Identity(
            form.text("name"),
            form.text("tax_id"),
            form.text("street"),
            form.text("postcode"),
            form.text("city"),
            form.country("country"),
            form.optional_text("email"),
            form.optional_text("phone"),
            form.optional_text("iban"),
            form.optional_text("footer"),
            form.optional_text("account"),
        )
        return issuer.describe_issuer(visit.store, visit.command(), identity=identity)

    return _changed(visit, describe)


@router.post("/series")
def choose_series(visit: Page) -> Response:
    form = visit.form

    def choose() -> Outcome:
        return issuer.choose_series(
            visit.store,
            visit.command(),
            invoices=form.text("invoices").upper(),
            credit_notes=form.text("credit_notes").upper(),
            estimates=form.text("estimates").upper(),
        )

    return _changed(visit, choose)


@router.post("/series/continuation")
def continue_series(visit: Page) -> Response:
    form = visit.form

    def continue_() -> Outcome:
        numbered, after = form.choice("numbered", Numbered), form.number("after")
        return issuer.continue_series(visit.store, visit.command(), numbered=numbered, after=after)

    return _changed(visit, continue_)


@router.post("/terms")
def set_terms(visit: Page) -> Response:
    form = visit.form

    def set_() -> Outcome:
        terms = TermsSet(
            form.number("due_days"),
            form.number("estimate_days"),
            form.decimal("tax_rate"),
            form.decimal("withholding"),
            form.choice("language", Language),
        )
        return issuer.set_terms(visit.store, visit.command(), terms=terms)

    return _changed(visit, set_)


# The logo


@router.get("/logo")
def show_logo(visit: Page) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    content = issuer.logo_of(visit.store, visit.service.files)
    if content is None:
        raise NotFound
    return Response(content, media_type="image/jpeg", headers=HEADERS)


@router.post("/logo")
def change_logo(visit: Page, sent: SentFile) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    service, command = visit.service, visit.command()

    def change() -> Outcome:
        content = sent.file.read(IMAGE_AT_MOST + 1) if sent else b""
        if not content:
            raise FieldMissing(field="file")
        if len(content) > IMAGE_AT_MOST:
            raise ImageTooLarge(field="file", bytes_at_most=IMAGE_AT_MOST)
        return issuer.change_logo(
            visit.store,
            command,
            file_id=new_id(command, "logo"),
            files=service.files,
            images=service.images,
            content=content,
            field="file",
        )

    return _changed(visit, change)


@router.post("/logo/removal")
def remove_logo(visit: Page) -> Response:
    return _changed(visit, lambda: issuer.remove_logo(visit.store, visit.command(), files=visit.service.files))


def _changed(visit: Visit, change: Callable[[], Outcome]) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    try:
        outcome = change()
    except Refusal as refusal:
        return _page(visit, visit.form.refused(refusal))
    return visit.done(outcome, HERE, visit._("Settings saved"))


def _page(visit: Visit, sent: Form | None = None) -> Response:
    visit.viewer.require(Role.ADMINISTRATOR)
    return visit.page(
        "invoicing_settings.html",
        issuer=issuer_of(visit),
        rates=rates(visit),
        next_numbers=issuer.next_numbers(visit.store, visit.today),
        sent=sent,
    )
