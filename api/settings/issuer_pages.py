"""How the business invoices: who issues, with which logo, in which series, on which terms. Each group is a form."""

from fastapi import APIRouter, Response

from api.bills.issuer import issuer_of
from api.bills.line_pages import rates
from api.http.images import HEADERS, IMAGE_AT_MOST, ImageTooLarge
from api.pages.context import Page, PageContext, SentFile, new_id
from api.pages.forms import FieldMissing, Form
from api.pages.refusals import shown_again_by
from api.settings.inputs import ContinuationBody, IdentityBody, SeriesBody
from application import issuer
from domain.errors import NotFound
from domain.issuer import TermsSet
from domain.people import Role
from domain.sending import Language
from domain.series import check_code

router = APIRouter(prefix="/settings/invoicing")

HERE = "/settings/invoicing"


@router.get("")
def show_invoicing(context: Page) -> Response:
    return _page(context)


def _page(context: PageContext, sent: Form | None = None) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    return context.page(
        "invoicing_settings.html",
        issuer=issuer_of(context),
        rates=rates(context),
        next_numbers=issuer.next_numbers(context.store, context.today),
        sent=sent,
    )


@router.post("/identity")
@shown_again_by(_page)
def describe_issuer(context: Page) -> Response:
    identity = context.form.read(IdentityBody).identity()
    outcome = issuer.describe_issuer(context.store, context.command(), identity=identity)
    return context.done(outcome, HERE, context._("Settings saved"))


@router.post("/series")
@shown_again_by(_page)
def choose_series(context: Page) -> Response:
    codes = {name: check_code(context.form.text(name).upper(), name) for name in SeriesBody.model_fields}
    body = context.form.read(SeriesBody, **codes)
    outcome = issuer.choose_series(
        context.store,
        context.command(),
        invoices=body.invoices,
        credit_notes=body.credit_notes,
        estimates=body.estimates,
    )
    return context.done(outcome, HERE, context._("Settings saved"))


@router.post("/series/continuation")
@shown_again_by(_page)
def continue_series(context: Page) -> Response:
    body = context.form.read(ContinuationBody)
    outcome = issuer.continue_series(context.store, context.command(), numbered=body.numbered, after=body.after)
    return context.done(outcome, HERE, context._("Settings saved"))


@router.post("/terms")
@shown_again_by(_page)
def set_terms(context: Page) -> Response:
    form = context.form
    terms = TermsSet(
        form.number("due_days"),
        form.number("estimate_days"),
        form.decimal("tax_rate"),
        form.decimal("withholding"),
        form.choice("language", Language),
    )
    outcome = issuer.set_terms(context.store, context.command(), terms=terms)
    return context.done(outcome, HERE, context._("Settings saved"))


# The logo


@router.get("/logo")
def show_logo(context: Page) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    content = issuer.logo_of(context.store, context.service.files)
    if content is None:
        raise NotFound
    return Response(content, media_type="image/jpeg", headers=HEADERS)


@router.post("/logo")
@shown_again_by(_page)
def change_logo(context: Page, sent: SentFile) -> Response:
    context.viewer.require(Role.ADMINISTRATOR)
    service, command = context.service, context.command()
    content = sent.file.read(IMAGE_AT_MOST + 1) if sent else b""
    if not content:
        raise FieldMissing(field="file")
    if len(content) > IMAGE_AT_MOST:
        raise ImageTooLarge(field="file", bytes_at_most=IMAGE_AT_MOST)
    outcome = issuer.change_logo(
        context.store,
        command,
        file_id=new_id(command, "logo"),
        files=service.files,
        images=service.images,
        content=content,
        field="file",
    )
    return context.done(outcome, HERE, context._("Settings saved"))


@router.post("/logo/removal")
@shown_again_by(_page)
def remove_logo(context: Page) -> Response:
    outcome = issuer.remove_logo(context.store, context.command(), files=context.service.files)
    return context.done(outcome, HERE, context._("Settings saved"))
