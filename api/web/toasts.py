"""What the next page says of what was done, and how to undo it. It travels in a cookie, signed and shown once."""

from collections.abc import Mapping
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
    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeTimedSerializer(key, salt="toast")

    def written(self, toast: Toast) -> str:
        return str(self._serializer.dumps(asdict(toast) | {"text": toast.text[:LONGEST]}))

    def read(self, cookie: str | None) -> Toast | None:
        """None where there is none, or it was not written here just now."""
        try:
            known: dict[str, Any] = self._serializer.loads(cookie or "", max_age=LIFE)
        except BadData:
            return None
        undo = known.pop("undo")
        return Toast(**known, undo=Undo(**undo) if undo else None)
