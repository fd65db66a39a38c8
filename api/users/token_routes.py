"""Logging in and out over HTTP: OAuth2's password form, an opaque token."""

import math
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse

from api.http.attempts import Attempts, TooManyAttempts
from api.http.credentials import NotLetIn, NotLoggedIn, SecondFactorMissing
from api.http.dependencies import BearerToken, Service, Serving, logged_in
from api.http.networks import address_of
from api.http.problems import documented, problem
from api.http.shapes import PRINTABLE
from domain.access import CodeRefused, LoggedIn, RecoveryCodeUsed
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


class CodeNeeded(NotLoggedIn):
    title = "A code of the second factor is needed too"


class WrongCode(NotLoggedIn):
    title = "The code is not right, or was used already"


def check_password(service: Service, request: Request, name: str, password: str, device: str | None = None) -> None:
    """Raises `NotLetIn`, or `TooManyAttempts` whatever the password.

    `device` is that of a browser that was logged in as this user before.
    """
    attempts: Attempts = request.app.state.attempts
    address = address_of(request)
    attempts.begin(name, address, device)
    if not service.credentials.lets_in(name, password):
        attempts.failed(name, address)
        raise NotLetIn
    attempts.succeeded(name, address, device)


def check_code(service: Service, request: Request, name: str, code: str, device: str | None = None) -> int | None:
    """Of the second factor; if it is a recovery code, how many are left. Raises `WrongCode` or `TooManyAttempts`."""
    attempts: Attempts = request.app.state.attempts
    address, now, left = address_of(request), service.clock(), None
    attempts.begin(name, address, device, code=True)
    if not service.second_factors.accepts(name, code, now=now):
        if not service.second_factors.use_recovery_code(name, code):
            service.note(CodeRefused(attempts.log.who(name), attempts.log.where(address)))
            raise WrongCode
        left = service.second_factors.recovery_codes_left(name)
        service.note(RecoveryCodeUsed(attempts.log.who(name), left))
    attempts.succeeded(name, address, device, code=True)
    return left


def let_in(service: Service, request: Request, name: str, device: str | None = None) -> str:
    """A new token for somebody who has shown to be that user, in whatever was asked for."""
    attempts: Attempts = request.app.state.attempts
    address, now = address_of(request), service.clock()
    if attempts.is_told(name, address):
        service.note(LoggedIn(attempts.log.who(name), attempts.log.where(address), device is not None))
    return service.credentials.issue(name, now=now, device=device_of(request.headers.get("user-agent", "")))


@router.post("", response_model=Token, responses=documented(400, 401, 413, 422, 429, 503))
def log_in(
    request: Request,
    service: Serving,
    username: Annotated[str, Form(min_length=1, max_length=200, pattern=PRINTABLE)],
    password: Annotated[str, Form(min_length=1, max_length=AT_MOST)],
    code: Annotated[
        str | None,
        Form(
            max_length=40,
            pattern=PRINTABLE,
            description="Of whoever has a second factor: the app's, or a recovery code",
        ),
    ] = None,
) -> Token | JSONResponse:
    try:
        check_password(service, request, username, password)
        if service.second_factors.since(username) is not None:
            if not code:
                raise CodeNeeded
            check_code(service, request, username, code)
        return Token(let_in(service, request, username))
    except TooManyAttempts as error:
        return problem(request, 429, headers={"Retry-After": str(math.ceil(error.wait.total_seconds()))})


@router.post("/revocation", status_code=204, responses=documented(401, 503))
def log_out(service: Serving, token: BearerToken) -> None:
    """This token is dead from now on."""
    with suppress(SecondFactorMissing):
        logged_in(service, token)
    service.credentials.log_out(token or "")


def device_of(user_agent: str) -> str | None:
    """Roughly, so that people know their own again: the browser and the system; of a program, what it calls itself."""
    names = [next((name for part, name in known.items() if part in user_agent), "") for known in (BROWSERS, SYSTEMS)]
    program = re.match(r"[A-Za-z][A-Za-z0-9._-]{0,30}(?=/|$)", user_agent)
    return ", ".join(filter(None, names)) or (program[0] if program else None)
