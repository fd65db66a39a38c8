"""Browsers that were logged in before: a signed cookie that lives for a year tells as whom.

It lets in to nothing. It only keeps others who try a user's name from holding up that user's own browser (OWASP,
Slow Down Online Guessing Attacks with Device Cookies).
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from itsdangerous import BadData
from starlette.requests import Request
from starlette.responses import Response

from api.pages.toasts import signed_with

DEVICE = "__Host-recobro-device"

LIFE = timedelta(days=365)

USERS = 8
"""Of one browser, the last ones; several may share it."""


@dataclass(frozen=True, slots=True)
class Device:
    """`users` are those who were logged in, by what events know them."""

    id: str
    users: Sequence[str] = ()

    def of(self, who: str) -> str | None:
        """Its id, if that user was logged in here."""
        return self.id if who in self.users else None


class Devices:
    def __init__(self, key: Callable[[], bytes]) -> None:
        """The key in use: whoever has a former one makes no browser known."""
        self._key = key

    def read(self, cookie: str | None) -> Device:
        """A new one where none was written here."""
        try:
            known: Any = signed_with(self._key(), "device").loads(cookie or "", max_age=int(LIFE.total_seconds()))
            return Device(known["id"], known["users"])
        except (BadData, KeyError, TypeError):
            return Device(secrets.token_urlsafe(12))

    def remember(self, response: Response, device: Device, who: str, **cookie: Any) -> None:
        users = [who, *(one for one in device.users if one != who)][:USERS]
        written = signed_with(self._key(), "device").dumps({"id": device.id, "users": users})
        response.set_cookie(DEVICE, str(written), max_age=int(LIFE.total_seconds()), **cookie)


def devices_of(request: Request) -> Devices:
    devices: Devices = request.app.state.devices
    return devices
