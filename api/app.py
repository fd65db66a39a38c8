"""The HTTP application, given everything it stands on."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api.audit import pages as audit_pages
from api.http import documentation, problems
from api.http.attempts import Attempts
from api.http.dependencies import Service
from api.http.images import IMAGE_AT_MOST
from api.http.jobs import Work
from api.http.middleware import Guarded, Measured, SizeLimited
from api.http.operations import Metrics, Readiness
from api.http.secret_addresses import Readers
from api.imports import jobs as import_jobs
from api.pages_app import create_pages
from api.routers import API
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
    for router in API:
        # As they are: what is included, FastAPI looks through twice for each request.
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
