"""Every refusal leaves the service here, as RFC 9457 problem+json, its title in the language of who asks."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security.utils import get_authorization_scheme_param
from pydantic import BaseModel
from pydantic_core import ErrorDetails, to_jsonable_python
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from api.http.catalogues import language, said
from api.http.catalogues import marked as _
from api.http.credentials import NotLoggedIn
from api.http.forbidden import tell_forbidden
from api.http.pace import AskedTooOften
from api.http.read_models import ReadModelsBehind, ReadModelsNotReady
from api.http.titles import TITLES
from application.streams import AppendUncertain
from domain.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

STATUS: Mapping[type[Refusal], int] = {NotFound: 404, Forbidden: 403, Conflict: 409, Invalid: 422}

MEDIA_TYPE = "application/problem+json"

ERRORS_TOLD, LONGEST_FIELD = 20, 200

log = structlog.get_logger(__name__)


class Problem(BaseModel):
    """RFC 9457; further members name the field, the value or the rule."""

    model_config = {"extra": "allow"}

    type: str
    title: str
    status: int
    instance: str


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These problems for a route's OpenAPI document. Who has to be logged in may also ask too often: see `pace`."""
    every = {*statuses, 429} if HTTPStatus.UNAUTHORIZED in statuses else statuses
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status], "content": content} for status in sorted(every)}


def install(app: FastAPI, unavailable: Sequence[type[Exception]]) -> None:
    """`unavailable` are the errors that say that a database cannot be reached."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(NotLoggedIn, _not_logged_in)
    app.add_exception_handler(AskedTooOften, _asked_too_often)
    not_now: Sequence[type[Exception]] = (AppendUncertain, ReadModelsBehind, ReadModelsNotReady, *unavailable)
    for error in not_now:
        app.add_exception_handler(error, _unavailable)


def problem(
    request: Request,
    status: int,
    type_: str | None = None,
    title: str | None = None,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    speaks = language(request.headers.get("accept-language"))
    known = {
        "type": type_ or "about:blank",
        "title": said(title or TITLES.get(status, TITLES[400]), details or {}, speaks),
        "status": status,
        "instance": request.url.path,
    }
    body = to_jsonable_python({**(details or {}), **known})  # which keeps amounts as text
    sent = {"Content-Language": speaks, "Vary": "Accept-Language", **(headers or {})}
    return JSONResponse(body, status, headers=sent, media_type=MEDIA_TYPE)


def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)  # noqa: S101 - that is what it is registered for
    scheme, token = get_authorization_scheme_param(request.headers.get("authorization"))
    tell_forbidden(request, error, token if scheme.lower() == "bearer" else None)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    slug = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
    return problem(request, status, f"/problems/{slug}", error.title, error.details)


def _not_logged_in(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NotLoggedIn)  # noqa: S101 - that is what it is registered for
    return problem(request, 401, None, error.title, headers={"WWW-Authenticate": "Bearer"})


def _asked_too_often(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AskedTooOften)  # noqa: S101 - that is what it is registered for
    return problem(request, 429, headers={"Retry-After": f"{error.wait_seconds}"})


def _malformed(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - that is what it is registered for
    speaks = language(request.headers.get("accept-language"))
    errors = [{"field": _field(e), "detail": _detail(e, speaks)} for e in error.errors()[:ERRORS_TOLD]]
    return problem(request, 422, "/problems/malformed", None, {"field": errors[0]["field"], "errors": errors})


def _detail(error: Mapping[str, Any], speaks: str) -> str:
    """In English as the validator says it, which is more exact than our words for each kind."""
    if speaks == "en":
        return str(error["msg"])
    return said(_wording(error), _values(error), speaks)


def _wording(error: Mapping[str, Any]) -> str:
    return next(words for kind, words in _WRONG.items() if str(error["type"]).startswith(kind))


def _values(error: Mapping[str, Any]) -> Mapping[str, Any]:
    """What its wording has places for. The validator joins what is allowed by its English "or"."""
    values = dict(error.get("ctx") or {})
    if "expected" in values:
        values["expected"] = values["expected"].replace("'", "").replace(" or ", ", ")
    return values


class NotValid(Invalid):
    """What the validator says of a field of a form, in our words for that kind of error."""

    title = "this is not right"

    def __init__(self, error: ErrorDetails, *, field: str) -> None:
        self.title = _wording(error)
        super().__init__(**_values(error), field=field)


_WRONG: Mapping[str, str] = {
    "missing": _("this is needed"),
    "extra_forbidden": _("there is no such field here"),
    "json_invalid": _("this is no JSON"),
    "string_too_short": _("at least %(min_length)s characters"),
    "string_too_long": _("at most %(max_length)s characters"),
    "string_pattern_mismatch": _("this has another form than it should"),
    "string": _("this has to be a text"),
    "bool": _("this has to be true or false"),
    "int": _("this has to be a whole number"),
    "decimal": _("this has to be a number, written as text"),
    "float": _("this has to be a number"),
    "date": _("this has to be a day, such as 2026-01-31"),
    "time": _("this has to be a time, such as 09:30"),
    "uuid": _("this has to be an id (UUID)"),
    "enum": _("this has to be one of: %(expected)s"),
    "literal_error": _("this has to be one of: %(expected)s"),
    "greater_than_equal": _("at least %(ge)s"),
    "greater_than": _("more than %(gt)s"),
    "less_than_equal": _("at most %(le)s"),
    "less_than": _("less than %(lt)s"),
    "too_short": _("at least %(min_length)s of them"),
    "too_long": _("at most %(max_length)s of them"),
    "list": _("this has to be a list"),
    "dict": _("this has to be an object with fields"),
    "model": _("this has to be an object with fields"),
    "": _("this is not right"),
}
"""By how the validator's kinds of errors begin."""


def _field(error: Mapping[str, Any]) -> str:
    """Without the leading "body", "query", "path" or "header". Whoever asks may have invented the name."""
    where, *inside = error["loc"]
    named = "/".join(map(str, inside)) if inside and error["type"] != "json_invalid" else str(where)
    return named[:LONGEST_FIELD]


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - that is what it is registered for
    return problem(request, error.status_code, headers=error.headers)


def tell_why(request: Request, error: Exception) -> None:
    """To the log of the service, in the driver's words without the statement: of files and connections, no values."""
    if not isinstance(error, ReadModelsNotReady | ReadModelsBehind):
        cause = error.orig if isinstance(error, DBAPIError) else error
        log.error("not available", route=getattr(request.scope.get("route"), "path", "unknown"), why=str(cause))


def _unavailable(request: Request, error: Exception) -> JSONResponse:
    tell_why(request, error)
    speaks = language(request.headers.get("accept-language"))
    why = {"detail": said(error.message, error.values, speaks)} if isinstance(error, ReadModelsNotReady) else {}
    return problem(request, 503, None, None, why, {"Retry-After": "1"})
