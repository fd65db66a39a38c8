"""The HTTP application, given everything it stands on."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from api import (
    audit,
    business,
    case_files,
    clients,
    debts,
    documentation,
    escritorio,
    operations,
    payments,
    problems,
    receipts,
    tokens,
    work,
)
from api.dependencies import Service
from api.middleware import Guarded, Measured, SizeLimited
from api.operations import Metrics

BODY_AT_MOST = 1_000_000  # bytes

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(
    service: Service, *, unavailable: Sequence[type[Exception]] = (), lifespan: Lifespan | None = None
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
    app.state.service, app.state.metrics, app.state.attempts = service, Metrics(), tokens.Attempts()
    problems.install(app, unavailable)
    for module in (
        tokens,
        clients,
        case_files,
        debts,
        work,
        payments,
        receipts,
        escritorio,
        audit,
        business,
        operations,
    ):
        app.include_router(module.router)
    documentation.install(app)
    app.add_middleware(SizeLimited, at_most=BODY_AT_MOST)
    app.add_middleware(Guarded)
    app.add_middleware(Measured, metrics=app.state.metrics)
    return app
