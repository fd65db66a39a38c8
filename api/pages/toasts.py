"""What the next page says of what was done, and how to undo it. It travels in a cookie, signed and shown once."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

TOAST = "__Host-recobro-toast"

LIFE = 60
"""Seconds in which the next page must have come."""

LONGEST = 600


@dataclass(frozen=True)
class Undo:
    """The form that the undo button sends."""

    path: str
    fields: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Toast:
    text: str
    refused: bool = False
    undo: Undo | None = None


class Toasts:
    def __init__(self, key: Callable[[], bytes]) -> None:
        """The key in use."""
        self._key = key

    def written(self, toast: Toast) -> str:
        return str(signed_with(self._key(), "toast").dumps(asdict(toast) | {"text": toast.text[:LONGEST]}))

    def read(self, cookie: str | None) -> Toast | None:
        """None where there is none, or it was not written here just now."""
        try:
            known: dict[str, Any] = signed_with(self._key(), "toast").loads(cookie or "", max_age=LIFE)
        except BadData:
            return None
        undo = known.pop("undo")
        return Toast(**known, undo=Undo(**undo) if undo else None)


def signed_with(key: bytes, use: str) -> URLSafeTimedSerializer:
    """What writes and reads a cookie that nobody else can write: with an HMAC by SHA-256, and the time of signing."""
    return URLSafeTimedSerializer(key, salt=use, signer_kwargs={"digest_method": hashlib.sha256})
