"""Logging in and out over HTTP: OAuth2's password form, an opaque token."""

import math
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse

from api.attempts import Attempts, TooManyAttempts, address_of
from api.credentials import NotLetIn
from api.dependencies import BearerToken, Service, Serving, logged_in
from api.problems import documented, problem
from api.shapes import PRINTABLE
from application.access import note
from domain.access import LoggedIn
from domain.passwords import AT_MOST

router = APIRouter(prefix="/api/token", tags=["log in"])


BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
"""By what a User-Agent says somewhere; what says most comes first."""


@dataclass(frozen=True, slots=True)
class Token:
    """As RFC 6749, 5.1 has it."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 - the kind of token


def let_in(service: Service, request: Request, name: str, password: str, device: str | None = None) -> str:
    """A new token. Raises `NotLetIn`, or `TooManyAttempts` whatever the password.

    `device` is that of a browser that was logged in as this user before.
    """
    attempts: Attempts = request.app.state.attempts
    address, now = address_of(request), service.clock()
    attempts.begin(name, address, device)
    if not service.credentials.lets_in(name, password):
        attempts.failed(name, address)
        raise NotLetIn
    attempts.succeeded(name, address, device)
    if attempts.is_told(name, address):
        told = LoggedIn(attempts.log.who(name), attempts.log.where(address), device is not None)
        note(service.store, told, at=now)
        service.wake()
    return service.credentials.issue(name, now=now, device=device_of(request.headers.get("user-agent", "")))


@router.post("", response_model=Token, responses=documented(400, 401, 413, 422, 429, 503))
def log_in(
    request: Request,
    service: Serving,
    username: Annotated[str, Form(min_length=1, max_length=200, pattern=PRINTABLE)],
    password: Annotated[str, Form(min_length=1, max_length=AT_MOST)],
) -> Token | JSONResponse:
    try:
        return Token(let_in(service, request, username, password))
    except TooManyAttempts as error:
        return problem(request, 429, headers={"Retry-After": str(math.ceil(error.wait.total_seconds()))})


@router.post("/revocation", status_code=204, responses=documented(401, 503))
def log_out(service: Serving, token: BearerToken) -> None:
    """This token is dead from now on."""
    logged_in(service, token)
    service.credentials.log_out(token or "")


def device_of(user_agent: str) -> str | None:
    """Roughly, so that people know their own again: the browser and the system; of a program, what it calls itself."""
    told = [next((name for part, name in known.items() if part in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    program = re.match(r"[A-Za-z][A-Za-z0-9._-]{0,30}(?=/|$)", user_agent)
    return ", ".join(filter(None, told)) or (program[0] if program else None)
