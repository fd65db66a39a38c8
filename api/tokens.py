"""Logging in and out over HTTP: OAuth2's password form, an opaque token."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.credentials import NotLetIn
from api.dependencies import BearerToken, Service, Serving, logged_in
from api.problems import TITLES, documented, problem
from api.shapes import PRINTABLE
from domain.passwords import AT_MOST

router = APIRouter(prefix="/api/token", tags=["log in"])

ATTEMPTS = RateLimitItemPerMinute(10, 5)
"""For one user name from one address: so many in five minutes, begun anew by one that succeeds."""

ATTEMPTS_IN_ALL = RateLimitItemPerMinute(100, 5)
"""For one user name from anywhere, and from one address, which a whole office may share."""


@dataclass(frozen=True, slots=True)
class Token:
    """As RFC 6749, 5.1 has it."""

    access_token: str
    token_type: str = "bearer"  # noqa: S105 - the kind of token


class Attempts:
    """Counts in this process. A user name is counted whether there is such a user or not."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def begin(self, name: str, address: str) -> bool:
        """Whether one more is allowed. It counts before its end is known, so many at once get no further."""
        return (
            self._limiter.hit(ATTEMPTS, name, address)
            and self._limiter.hit(ATTEMPTS_IN_ALL, "name", name)
            and self._limiter.hit(ATTEMPTS_IN_ALL, "address", address)
        )

    def succeeded(self, name: str, address: str) -> None:
        self._limiter.clear(ATTEMPTS, name, address)


class TooManyAttempts(Exception):
    """Of logging in, by this name or from this address."""

    title = TITLES[429]


def let_in(service: Service, request: Request, name: str, password: str) -> str:
    """A new token. Raises `NotLetIn`, or `TooManyAttempts` whatever the password."""
    attempts: Attempts = request.app.state.attempts
    address = request.client.host if request.client else ""
    if not attempts.begin(name, address):
        raise TooManyAttempts
    token = service.credentials.log_in(name, password, now=service.clock())
    if token is None:
        raise NotLetIn
    attempts.succeeded(name, address)
    return token


@router.post("", response_model=Token, responses=documented(400, 401, 413, 422, 429, 503))
def log_in(
    request: Request,
    service: Serving,
    username: Annotated[str, Form(min_length=1, max_length=200, pattern=PRINTABLE)],
    password: Annotated[str, Form(min_length=1, max_length=AT_MOST)],
) -> Token | JSONResponse:
    try:
        return Token(let_in(service, request, username, password))
    except TooManyAttempts:
        return problem(request, 429, headers={"Retry-After": str(ATTEMPTS.get_expiry())})


@router.post("/revocation", status_code=204, responses=documented(401, 503))
def log_out(service: Serving, token: BearerToken) -> None:
    """This token is dead from now on."""
    logged_in(service, token)
    service.credentials.log_out(token or "")
