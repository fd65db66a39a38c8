"""The HTTP application, given everything it stands on."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api.audit import pages as audit_pages
from api.audit import routes as audit
from api.case_files import activity_routes as work
from api.case_files import debt_routes as debts
from api.case_files import routes as case_files
from api.clients import image_routes as images
from api.clients import payment_routes as client_payments
from api.clients import restriction_routes as standing
from api.clients import routes as clients
from api.desk import routes as escritorio
from api.estimates import routes as estimates
from api.expenses import report_routes as expenses_report
from api.expenses import routes as expenses
from api.http import documentation, operations, problems
from api.http.attempts import Attempts
from api.http.dependencies import Service
from api.http.images import IMAGE_AT_MOST
from api.http.jobs import Work
from api.http.middleware import Guarded, Measured, SizeLimited
from api.http.operations import Metrics, Readiness
from api.http.secret_addresses import Readers
from api.imports import jobs as import_jobs
from api.invoices import routes as invoices
from api.invoices import status_routes as invoice_status
from api.messages import routes as messages
from api.messages import sending_routes as sending
from api.pages_app import create_pages
from api.papers import routes as printing
from api.payments import credit_move_routes as credit_moves
from api.payments import credit_routes as credit_list
from api.payments import receipt_routes as receipts
from api.payments import refund_routes as refunds
from api.payments import routes as payments
from api.portfolios import routes as portfolios
from api.portfolios import substitute_routes as substitutions
from api.search import routes as search
from api.settings import correspondence_routes as correspondence
from api.settings import issuer_routes as issuer
from api.settings import routes as business
from api.tasks import calendar_feed
from api.tasks import routes as tasks
from api.users import preference_routes as preferences
from api.users import token_routes as tokens
from application import attachments

BODY_AT_MOST = 1_000_000  # bytes
FILE_AT_MOST = 50 * 2**20 + BODY_AT_MOST
"""Of a file to be imported, and the form around it."""

ATTACHMENT_AT_MOST = 3 * attachments.AT_MOST
"""So that what is a little too large is refused at its field, with what else was typed."""

LARGER = {
    "/import": FILE_AT_MOST,
    "/expenses": ATTACHMENT_AT_MOST,
    "(/api)?/expenses/[^/]+/attachment": ATTACHMENT_AT_MOST,
    "(/api)?/clients/[^/]+/image": IMAGE_AT_MOST + BODY_AT_MOST,
    "/api/issuer/logo|/settings/invoicing/logo": IMAGE_AT_MOST + BODY_AT_MOST,
}

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def works(service: Service) -> Mapping[str, Work]:
    """What long work there is, by the kind of job."""
    return {**import_jobs.works(service), **audit_pages.works(service)}


def create_app(
    service: Service,
    *,
    toasts_key: Callable[[], bytes],
    devices_key: Callable[[], bytes],
    unavailable: Sequence[type[Exception]] = (),
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """`unavailable` are the errors that say that a database cannot be reached just now."""
    app = FastAPI(
        title="Recobro",
        version="0.1.0",
        summary="For people who collect money: clients, case files, payments and who approved them.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
        lifespan=lifespan,
    )
    attempts = Attempts(service.attempts, service.clock)
    app.state.service, app.state.metrics, app.state.attempts = service, Metrics(), attempts
    app.state.readers, app.state.readiness = Readers(), Readiness(service.read_models)
    problems.install(app, unavailable)
    for module in (
        escritorio,
        expenses_report,
        payments,
        case_files,
        debts,
        work,
        tasks,
        clients,
        portfolios,
        substitutions,
        standing,
        images,
        credit_list,
        receipts,
        refunds,
        invoices,
        credit_moves,
        invoice_status,
        client_payments,
        printing,
        estimates,
        issuer,
        sending,
        messages,
        correspondence,
        expenses,
        search,
        audit,
        business,
        preferences,
        tokens,
        calendar_feed,
        operations,
    ):
        # The most asked for first, and as they are: what is included, FastAPI looks through twice for each request.
        app.router.routes.extend(module.router.routes)
    for router in (portfolios.plans, portfolios.of_client, receipts.of_client, payments.of_invoices):
        app.router.routes.extend(router.routes)
    documentation.install(app)
    pages = create_pages(
        service, attempts, app.state.readers, toasts_key=toasts_key, devices_key=devices_key, unavailable=unavailable
    )
    _serve_pages(app, pages)
    app.add_middleware(SizeLimited, at_most=BODY_AT_MOST, elsewhere=LARGER)
    app.add_middleware(Guarded)
    app.add_middleware(Measured, metrics=app.state.metrics)
    return app


def _serve_pages(app: FastAPI, pages: ASGIApp) -> None:
    """All that is no route of the API, nor begins like one."""
    not_found = app.router.default

    async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        await (not_found if scope["path"].startswith("/api") else pages)(scope, receive, send)

    app.router.default = elsewhere
