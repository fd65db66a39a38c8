"""uvicorn, whose connections come in through a gate: it takes the loop and the protocol that are told of here."""

import asyncio
import resource
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import structlog
import uvicorn
import uvloop

from infrastructure.serving.connections import Connection, Gate, Limits
from infrastructure.settings import Settings

FILES_BESIDE = 300
"""File descriptors that a process needs besides those of its connections: databases, and what they are made of."""

WORKER_SECONDS = 60
"""Until a process that does not say that it lives is taken for dead, also one that starts: on a busy machine that takes
longer than uvicorn's five seconds, and one ended for it after the other, none would ever serve."""

log = structlog.get_logger(__name__)


def serve(
    app: str,
    *,
    host: str,
    port: int,
    workers: int,
    certificate: Path | None = None,
    certificate_key: Path | None = None,
) -> None:
    settings = Settings()
    uvicorn.run(
        app,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="infrastructure.serving.server:gated_loop",
        http="infrastructure.serving.connections:Connection",  # pyright: ignore[reportArgumentType] - read as a place, as the loop is
        ws="none",  # nothing here speaks it, and it would leave the limits behind
        forwarded_allow_ips=[str(network) for network in settings.trusted_proxies],
        log_config=None,
        access_log=False,  # paths and queries name people; /metrics counts routes
        server_header=False,
        limit_concurrency=2 * settings.connections,  # requests whose connection is lost go on for a while
        timeout_keep_alive=round(settings.idle_seconds) + 1,  # the connection knows better
        timeout_graceful_shutdown=30,
        timeout_worker_healthcheck=WORKER_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=certificate_key,
    )


def gated_loop() -> "GatedLoop":
    """Of each server process."""
    return GatedLoop(within_file_limit(limits_of(Settings())))


class GatedLoop(uvloop.Loop):
    """Where it is to serve, a gate stands."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._limits = limits

    async def create_server(  # type: ignore[override]
        self,
        protocol_factory: Callable[[], asyncio.BaseProtocol],
        host: str | None = None,
        port: int | None = None,
        *,
        sock: socket.socket | None = None,
        ssl: ssl.SSLContext | None = None,
        backlog: int = 100,
        **_: Any,
    ) -> Gate:
        if sock is None:
            family = socket.AF_INET6 if host and ":" in host else socket.AF_INET
            sock = socket.create_server((host or "", port or 0), family=family)
        gate = Gate(sock, cast("Callable[[], Connection]", protocol_factory), self._limits, ssl)
        gate.open(backlog)
        return gate


def limits_of(settings: Settings) -> Limits:
    return Limits(
        connections=settings.connections,
        connections_per_address=settings.connections_per_address,
        header_seconds=settings.header_seconds,
        idle_seconds=settings.idle_seconds,
        stalled_seconds=settings.stalled_seconds,
        least_bytes_per_second=settings.least_bytes_per_second,
        trusted_proxies=settings.trusted_proxies,
    )


def within_file_limit(limits: Limits) -> Limits:
    """With the process's own limit raised as far as it may. A connection takes two: itself, and a file it may bring."""
    needed = 2 * limits.connections + FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return limits
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed >= needed:
        return limits
    fewer = max((allowed - FILES_BESIDE) // 2, allowed // 8, 1)
    log.warning("fewer connections than set: the system allows too few open files", connections=fewer, files=allowed)
    return replace(limits, connections=fewer)
