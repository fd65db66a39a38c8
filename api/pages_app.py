"""The pages, as an application of their own beside the API: what is refused here is a page too."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote, urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.estimates import public_pages as public_estimate
from api.http.attempts import Attempts
from api.http.credentials import NotLoggedIn, SecondFactorMissing
from api.http.dependencies import Service
from api.http.forbidden import tell_forbidden, tell_foreign_form
from api.http.pace import AskedTooOften
from api.http.problems import STATUS, tell_why
from api.http.read_models import ReadModelsBehind, ReadModelsNotReady
from api.http.secret_addresses import Readers
from api.http.titles import TITLES
from api.pages.context import SESSION, ReaderContext, typed
from api.pages.list_address import UnknownFilter, UnreadableFilter
from api.pages.toasts import Toasts
from api.routers import PAGES
from api.users import second_factor_pages as second_factor
from api.users.devices import Devices
from application.streams import AppendUncertain
from domain.errors import Refusal

FORM_AT_MOST = 1_000_000  # bytes

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_pages(
    service: Service,
    attempts: Attempts,
    readers: Readers,
    *,
    toasts_key: Callable[[], bytes],
    devices_key: Callable[[], bytes],
    unavailable: Sequence[type[Exception]],
) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.service, app.state.attempts, app.state.toasts = service, attempts, Toasts(toasts_key)
    app.state.readers, app.state.devices = readers, Devices(devices_key)
    for router in PAGES:
        app.include_router(router)
    app.add_exception_handler(NotLoggedIn, _not_logged_in)
    app.add_exception_handler(SecondFactorMissing, _second_factor_missing)
    app.add_exception_handler(AskedTooOften, _asked_too_often)
    app.add_exception_handler(public_estimate.NotShown, public_estimate.not_shown)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(HTTPException, _http)
    not_now: Sequence[type[Exception]] = (AppendUncertain, ReadModelsBehind, ReadModelsNotReady, *unavailable)
    for error in not_now:
        app.add_exception_handler(error, _unavailable)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(OfThisOrigin)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=6)
    return app


class OfThisOrigin:
    """Lets only our own pages send forms, whatever cookies come with them; and adds the headers above.

    Browsers say where a request comes from: Sec-Fetch-Site or, older ones, Origin. Where neither says that it is from
    here, it is refused (OWASP, Cross-Site Request Forgery Prevention, Fetch Metadata).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] == "http" and scope["method"] not in {"GET", "HEAD"} and not _from_here(Headers(scope=scope)):
            tell_foreign_form(scope["method"])
            await Response("This form was not sent from a page of ours", 403)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)


def _from_here(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host")


# What is refused


def _reader(request: Request) -> ReaderContext:
    return ReaderContext(request, request.app.state.service, request.app.state.toasts)


async def _not_logged_in(request: Request, _: Exception) -> Response:
    """What was typed into a form is not lost with the session: it goes along, to be sent once logged in. But what may
    bring a file, or is longer than a form, is not even read of somebody who is not known."""
    reader = _reader(request)
    if request.method != "POST":
        return RedirectResponse(f"/log-in?to={quote(reader.here)}", 303)
    sent: Mapping[str, Sequence[str]] = await typed(request) if _is_short_form(request) else {}
    kept = [(name, value) for name, values in sent.items() if "password" not in name for value in values]
    return await run_in_threadpool(reader.page, "log_in.html", status=401, to=request.url.path, kept=kept)


def _second_factor_missing(_: Request, __: Exception) -> Response:
    return RedirectResponse(second_factor.PATH, 303)


def _asked_too_often(request: Request, error: Exception) -> Response:
    assert isinstance(error, AskedTooOften)  # noqa: S101 - that is what it is registered for
    response = _reader(request).page("refused.html", status=429, title=error.title)
    response.headers["Retry-After"] = f"{error.wait_seconds}"
    return response


def _is_short_form(request: Request) -> bool:
    length = request.headers.get("content-length", "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded" and length.isdigit() and int(length) <= FORM_AT_MOST


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - that is what it is registered for
    tell_forbidden(request, error, request.cookies.get(SESSION))
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    reader = _reader(request)
    unfiltered = request.url.path if isinstance(error, UnknownFilter) else ""
    return reader.page("refused.html", status=status, title=error.title, why=reader.said(error), unfiltered=unfiltered)


def _not_found(request: Request, error: Exception) -> Response:
    """An address that cannot be. A field of a filter that was left empty asks for nothing; one that can't be read is
    named."""
    asked = request.query_params.multi_items()
    if request.method == "GET" and any(not value for _, value in asked):
        return RedirectResponse(f"{request.url.path}?{urlencode([one for one in asked if one[1]])}", 303)
    assert isinstance(error, RequestValidationError)  # noqa: S101 - that is what it is registered for
    wrong = [one["loc"] for one in error.errors()]
    for of, name, *_rest in (one for one in wrong if len(one) > 1):
        if of == "query" and all(one[0] == "query" for one in wrong):
            return _refused(request, UnreadableFilter(field=name, asked=f"{name}={request.query_params.get(name, '')}"))
    return _reader(request).page("refused.html", status=404, title=TITLES[404])


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - that is what it is registered for
    return _reader(request).page(
        "refused.html", status=error.status_code, title=TITLES.get(error.status_code, TITLES[400])
    )


def _unavailable(request: Request, error: Exception) -> Response:
    tell_why(request, error)
    reader = _reader(request)
    title = reader._(error.message, **error.values) if isinstance(error, ReadModelsNotReady) else TITLES[503]
    response = reader.page("refused.html", status=503, title=title)
    response.headers["Refresh"] = "2"
    return response


def _failed(request: Request, _: Exception) -> Response:
    """It goes on to where it is logged, once this has been answered."""
    return _reader(request).page("refused.html", status=500, title=TITLES[500])
