"""What a connection may cost: how long a request may take to come, how many connections there are, who makes room.

uvicorn bounds none of it. Here its protocol for one connection keeps to limits (`Connection`), and a `Gate` takes
connections in before anything is read from them, over https before the handshake, so that each of them counts.
`server.py` gives both to uvicorn.
"""

import asyncio
import socket
import ssl
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from time import monotonic
from typing import Any

import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from api.http.networks import Network, is_among, network_of

HEADER_AT_MOST = 64 * 2**10
"""Bytes of a request's line and header, and of all else around a body."""

TAKEN_AT_ONCE = 64
"""Connections taken in before those that are here have their turn."""

AROUND_A_FIELD = 4
"""Bytes of it that are neither name nor value."""

CHECKED_EVERY = 0.5
"""Seconds between two looks at who is late."""

TOLD_EVERY = 60.0
"""Seconds between two lines in the log about connections that were ended or turned away."""

LINGERS_NOT = struct.pack("ii", 1, 0)

WITHOUT_FILES = 0.2
"""Seconds until connections are taken in again, where the process has no file descriptor left for one."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one server process, as the settings of the same names say."""

    connections: int
    connections_per_address: int
    header_seconds: float
    idle_seconds: float
    stalled_seconds: float
    least_bytes_per_second: int
    trusted_proxies: Sequence[Network]


class Coming(Enum):
    """What comes over a connection at the moment."""

    NOTHING = auto()
    HEADER = auto()
    BODY = auto()


class Connection(HttpToolsProtocol):
    """One connection, since it was taken in. It ends when what has to come, or to be taken, does not in time."""

    network: str
    _gate: "Gate"
    _limits: Limits

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.opening: asyncio.Task[None] | None = None
        self._coming, self._since = Coming.HEADER, monotonic()
        self._asked = False
        self._header = self._loose = 0
        self._body_since, self._body = 0.0, 0
        self._seen_of_body = 0
        self._unsent, self._unsent_since = 0, 0.0

    def enter(self, gate: "Gate", limits: Limits, network: str) -> None:
        """Before anything else: uvicorn makes it, and knows nothing of these."""
        self._gate, self._limits, self.network = gate, limits, network

    # What comes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if self.opening is not None and self.opening.cancelling():  # it made room meanwhile
            transport.abort()
            return
        super().connection_made(transport)
        self.opening = None
        self._since = monotonic()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.opening is None:
            super().connection_lost(exc)
        self._gate.left(self)

    def data_received(self, data: bytes) -> None:
        self._loose += len(data)  # until the parser has made something of it
        super().data_received(data)
        if self._loose > HEADER_AT_MOST:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        self._coming, self._since, self._header = Coming.HEADER, monotonic(), 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._header += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Those that follow a body are of no use to anybody here."""
        if self._coming is Coming.HEADER:
            self._header += len(name) + len(value) + AROUND_A_FIELD
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._coming, self._since = Coming.BODY, monotonic()
        self._body_since, self._body, self._seen_of_body, self._loose = self._since, 0, 0, 0
        if self._header > HEADER_AT_MOST:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            super().on_headers_complete()
            self._asked = True

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        self._loose = 0
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._coming, self._since, self._loose = Coming.NOTHING, monotonic(), 0
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        if self._coming is Coming.NOTHING:
            self._since = monotonic()
        super().on_response_complete()

    def resume_writing(self) -> None:
        self._unsent = 0
        super().resume_writing()

    # Its limits

    @property
    def asks_nothing(self) -> bool:
        """No request is being answered, nor the body of one awaited by whoever answers it."""
        return not self._asked or self.cycle.response_complete

    def standing(self, now: float) -> tuple[bool, float] | None:
        """Who has the least of it makes room first: who asks nothing, for longest; then whose body is furthest behind
        the least rate. None for a request that came whole: whoever asked it has done what they can."""
        if self.asks_nothing:
            return False, self._since
        if self._coming is Coming.BODY and not self.flow.read_paused:
            return True, self._body - self._limits.least_bytes_per_second * (now - self._body_since)
        return None

    def check(self, now: float) -> None:
        """Ends it, where it is late. Until a handshake is over, the loop's own time limit holds."""
        if self.opening is not None:
            return
        if self._is_taken_too_slowly(now):
            self._gate.count("not_taken")
            self._give_up()
        elif not self.transport.is_closing():
            self._check_what_comes(now)

    def _is_taken_too_slowly(self, now: float) -> bool:
        unsent, enough = self.transport.get_write_buffer_size(), self._limits.stalled_seconds
        if unsent and self._unsent and unsent > self._unsent - enough * self._limits.least_bytes_per_second:
            return now - self._unsent_since > enough
        self._unsent, self._unsent_since = unsent, now
        return False

    def _check_what_comes(self, now: float) -> None:
        limits, waited = self._limits, now - self._since
        if self.flow.read_paused:  # it is we who keep it waiting
            self._since, self._seen_of_body = now, self._body
        elif self._coming is Coming.BODY:
            if waited > limits.stalled_seconds:
                if self._body - self._seen_of_body < limits.stalled_seconds * limits.least_bytes_per_second:
                    self._gate.count("late")
                    self._refuse(HTTPStatus.REQUEST_TIMEOUT)
                self._since, self._seen_of_body = now, self._body
        elif self.asks_nothing:
            if self._coming is Coming.HEADER and waited > limits.header_seconds:
                self._gate.count("late")
                if self._loose:
                    self._refuse(HTTPStatus.REQUEST_TIMEOUT)
                else:
                    self.transport.close()
            elif self._coming is Coming.NOTHING and waited > limits.idle_seconds:
                self.transport.close()

    def make_room(self) -> None:
        """At once: what was not sent yet is lost."""
        if self.opening is not None:
            self.opening.cancel()
        elif self.scheme == "https" or self.transport.get_write_buffer_size():
            self._give_up()
        else:
            self.transport.close()

    def _give_up(self) -> None:
        """The system keeps for it no more what it did not take."""
        with suppress(OSError):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGERS_NOT)
        self.transport.abort()

    def _refuse(self, status: HTTPStatus) -> None:
        """Where an answer has begun, the connection just ends."""
        if self.transport.is_closing():
            return
        begun = not self.asks_nothing and self.cycle.response_started
        if self._asked:
            self.cycle.disconnected = True  # whoever awaits the body is told
            self.cycle.message_event.set()
        if not begun:
            self.transport.write(answer(status))
        self.transport.close()


class Gate:
    """Takes connections in at one socket, so many in all and from one address; `made` makes what one is served by.

    Where there are too many, those make room that ask nothing. It has what uvicorn asks of asyncio's servers.
    """

    def __init__(
        self, listening: socket.socket, made: Callable[[], Connection], limits: Limits, tls: ssl.SSLContext | None
    ) -> None:
        self.sockets = (listening,)
        self._listening, self._made, self._limits, self._tls = listening, made, limits, tls
        self._loop = asyncio.get_running_loop()
        self._here: set[Connection] = set()
        self._counted: Counter[str] = Counter()
        self._told_at = monotonic() - TOLD_EVERY

    def open(self, backlog: int) -> None:
        self._listening.setblocking(False)  # noqa: FBT003 - as it is called
        self._listening.listen(backlog)
        self._loop.add_reader(self._listening, self._take)
        self._check()

    def close(self) -> None:
        self._loop.remove_reader(self._listening)
        self._listening.close()
        for one in list(self._here):
            if one.opening is not None:
                one.opening.cancel()

    async def wait_closed(self) -> None:
        """Its connections are uvicorn's to wait for."""

    def _check(self) -> None:
        """Every moment: who is late, and what has to be told of. Also while the server stops."""
        now = monotonic()
        for one in list(self._here):
            one.check(now)
        if self._counted and now - self._told_at > TOLD_EVERY:
            log.warning("connections were ended or turned away", **self._counted)
            self._told_at, self._counted = now, Counter()
        self._loop.call_later(CHECKED_EVERY, self._check)

    def count(self, what: str) -> None:
        self._counted[what] += 1

    def left(self, connection: Connection) -> None:
        self._here.discard(connection)

    def _take(self) -> None:
        for _ in range(TAKEN_AT_ONCE):
            try:
                taken, peer = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:  # no file descriptor left, or no memory
                self.count("without_files")
                self._make_room(list(self._here))
                self._loop.remove_reader(self._listening)
                self._loop.call_later(WITHOUT_FILES, self._go_on)
                return
            self._enter(taken, str(peer[0]))

    def _go_on(self) -> None:
        if self._listening.fileno() >= 0:
            self._loop.add_reader(self._listening, self._take)

    def _enter(self, taken: socket.socket, host: str) -> None:
        network = network_of(host)
        if not self._has_room(network, trusted=is_among(host, self._limits.trusted_proxies)):
            self.count("turned_away")
            _turn_away(taken, says_why=self._tls is None)
            return
        taken.setblocking(False)  # noqa: FBT003 - as it is called
        connection = self._made()
        connection.enter(self, self._limits, network)
        self._here.add(connection)
        connection.opening = self._loop.create_task(self._open(taken, connection))
        connection.opening.add_done_callback(lambda _: self._opened(taken, connection))

    def _has_room(self, network: str, *, trusted: bool) -> bool:
        neighbours = [one for one in self._here if one.network == network]
        if not trusted and len(neighbours) >= self._limits.connections_per_address:
            return self._make_room(neighbours)
        return len(self._here) < self._limits.connections or self._make_room(list(self._here))

    def _make_room(self, among: Sequence[Connection]) -> bool:
        now = monotonic()
        standing = [(stands, one) for one in among if (stands := one.standing(now)) is not None]
        if not standing:
            return False
        _, least = min(standing, key=lambda each: each[0])
        self.count("made_room")
        self.left(least)
        least.make_room()
        return True

    async def _open(self, taken: socket.socket, connection: Connection) -> None:
        within = self._limits.header_seconds if self._tls is not None else None
        with suppress(OSError):  # gone already, or no handshake came
            await self._loop.connect_accepted_socket(
                lambda: connection, taken, ssl=self._tls, ssl_handshake_timeout=within
            )

    def _opened(self, taken: socket.socket, connection: Connection) -> None:
        """Or not, also where it made room before it was begun with."""
        if connection.opening is not None:
            self.left(connection)
            taken.close()


def _turn_away(taken: socket.socket, *, says_why: bool) -> None:
    with taken, suppress(OSError):
        taken.setblocking(False)  # noqa: FBT003 - as it is called
        if says_why:
            taken.send(answer(HTTPStatus.SERVICE_UNAVAILABLE))
            taken.shutdown(socket.SHUT_WR)
            taken.recv(HEADER_AT_MOST)  # closed over bytes that nobody read, the answer may be lost


def answer(status: HTTPStatus) -> bytes:
    """The last one over its connection."""
    text = f"{status.phrase}\n"
    again = "Retry-After: 5\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(text)}\r\n{again}Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n{text}"
    ).encode("ascii")
