"""What every request passes through: counted, limited in size, answered whatever goes wrong, kept by no cache."""

import re
import time
from collections.abc import Mapping

import structlog
from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.failures import failure
from api.http.operations import Metrics
from api.http.problems import problem

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

HEADERS = {
    "Cache-Control": "no-store",  # answers name people, and a token is one of them
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Of an answer that is no page nothing is to be run, loaded or shown within another's page.
    "Content-Security-Policy": "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}

HTTPS_ALONE = "max-age=31536000; includeSubDomains"
"""A year in which a browser that came over https comes over nothing else (RFC 6797), nor to hosts below this one."""

log = structlog.get_logger(__name__)


class Measured:
    """Counts and times requests by the route they match, whose path names no one."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in METHODS else "other"  # anybody may invent methods
            self._metrics.requests.labels(method, route_of(scope), status).inc()
            self._metrics.seconds.labels(method, route_of(scope)).observe(time.perf_counter() - started)


class Guarded:
    """Adds the headers above where an answer does not say otherwise, and answers what nobody has caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", HTTPS_ALONE)
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer and the log its place
            log.error("request failed", route=route_of(scope), **failure(error))  # noqa: TRY400 - as the path asked for, its text may be personal
            if not started:
                await problem(Request(scope), 500)(scope, receive, with_headers)


class SizeLimited:
    """Refuses a body that is too large, as soon as that is known, with 413. Some paths have a limit of their own.

    `elsewhere` has their patterns, as `re.fullmatch` takes them.
    """

    def __init__(self, app: ASGIApp, at_most: int, elsewhere: Mapping[str, int]) -> None:
        self._app, self._at_most = app, at_most
        self._elsewhere = [(re.compile(path), limit) for path, limit in elsewhere.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own = (limit for path, limit in self._elsewhere if path.fullmatch(scope["path"]))
        at_most = next(own, self._at_most)
        declared = dict(scope["headers"]).get(b"content-length", b"")
        too_large = declared.isdigit() and int(declared) > at_most
        if too_large and scope["path"].startswith("/api"):
            await problem(Request(scope), 413)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if too_large or seen > at_most:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


def route_of(scope: Scope) -> str:
    """As it is declared, with the names of its parameters."""
    path: str = getattr(scope.get("route"), "path", "unknown")
    return path
