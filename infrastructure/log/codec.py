"""Stored bytes ↔ metadata and event.

The bytes are one JSON object: the metadata, the event's plain fields, and for each client it says something personal
about, those fields encrypted together as `[client id, nonce and ciphertext, [field names]]`. They are put together and
taken apart as JSON text, so that each is read once, straight into its types.
"""

import os
from base64 import b64encode
from collections.abc import Container, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from struct import Struct
from types import NoneType
from typing import Any, Generic, TypeVar, get_args, get_type_hints
from uuid import UUID

import msgspec
import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.streams import Command
from domain.events import BY_NAME, Event
from domain.personal import ERASED, KEY_LOST, About
from infrastructure.log.upcasters import UPCASTERS, Upcaster

NONCE = 12
PLACE = Struct(">16sq")
"""Stream and version, bound to what is encrypted, so that it can't be moved to another event."""

T = TypeVar("T")

Personal = Mapping[UUID, Mapping[str, object]]
"""What an event says about each client, by field."""

Sealed = tuple[UUID, bytes, tuple[str, ...]]


class UnknownEvent(Exception):
    """The log holds an event, or a shape of one, that this release does not know: a later one wrote it."""


class UnreadableEvent(Exception):
    """The stored bytes are not what was written, or not in their place: `recobro verify` tells more."""


class StoredEvent(msgspec.Struct, Generic[T], gc=False):
    """What the bytes say. `event` is the event, or still JSON text where something has to be done to it first."""

    recorded_at: datetime
    actor: str
    command_id: UUID
    correlation_id: UUID
    event: T
    causation_id: UUID | None = None
    personal: tuple[Sealed, ...] = ()
    shape: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """How one class of events is stored, worked out once."""

    shape: int
    fields: tuple[str, ...]
    about: Mapping[str, str | None]  # the personal fields, and which field tells whom each is about
    blank: Mapping[str, str | None]  # what each reads once erased
    kept: msgspec.json.Decoder[StoredEvent[Any]]
    event: msgspec.json.Decoder[Event]

    @classmethod
    @cache
    def of(cls, event: type[Event], shape: int) -> "Plan":
        about: dict[str, str | None] = {}
        blank: dict[str, str | None] = {}
        kept: Any = StoredEvent
        for name, annotation in get_type_hints(event, include_extras=True).items():
            for mark in getattr(annotation, "__metadata__", ()):
                if isinstance(mark, About):
                    about[name] = mark.field
                    blank[name] = _blank(event, name, annotation.__origin__)
        return cls(
            shape,
            tuple(field.name for field in fields(event)),
            about,
            blank,
            msgspec.json.Decoder(kept[msgspec.Raw if about or shape > 1 else event]),
            msgspec.json.Decoder(event),
        )


class Codec:
    def __init__(
        self,
        events: Mapping[str, type[Event]] = BY_NAME,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    ) -> None:
        self._upcasters = upcasters
        newest = {name: 1 + max((of for known, of in upcasters if known == name), default=0) for name in events}
        # To mypy, such a union of classes cannot be hashed.
        self._plans = {name: Plan.of(event, newest[name]) for name, event in events.items()}  # type: ignore[arg-type]

    # Writing

    def personal(self, event: Event, subject: UUID | None) -> Personal:
        """Whose keys it takes to store this, and for what."""
        parts: dict[UUID, dict[str, object]] = {}
        for name, about in self._plans[type(event).__name__].about.items():
            value = getattr(event, name)
            if value is not None:
                client = (getattr(event, about) if about else None) or subject
                if client is None:
                    raise TypeError(f"{type(event).__name__}.{name} is personal, and the change has no subject")
                parts.setdefault(client, {})[name] = value
        return parts

    def metadata(self, command: Command) -> bytes:
        """What all events of a command share: an open JSON object."""
        shared: dict[str, object] = {
            "recorded_at": command.at.astimezone(UTC),
            "actor": command.actor.name,
            "command_id": command.id,
            "correlation_id": command.correlation_id,
        }
        if command.causation_id is not None:
            shared["causation_id"] = command.causation_id
        return orjson.dumps(shared)[:-1]

    def encode(
        self,
        event: Event,
        personal: Personal,
        keys: Mapping[UUID, AESGCM],
        *,
        stream: UUID,
        version: int,
        metadata: bytes,
    ) -> bytes:
        """What is said about a client without a key, who is erased, is not kept."""
        plan = self._plans[type(event).__name__]
        shape = b',"shape":%d' % plan.shape if plan.shape > 1 else b""
        if not personal:
            return b'%b%b,"event":%b}' % (metadata, shape, _json(event))
        place = PLACE.pack(stream.bytes, version)
        sealed = [
            (client, _seal(keys.get(client), _json(part), place), tuple(part)) for client, part in personal.items()
        ]
        hidden = {name for part in personal.values() for name in part}
        plain = {name: getattr(event, name) for name in plan.fields if name not in hidden}
        return b'%b%b,"event":%b,"personal":%b}' % (metadata, shape, _json(plain), _json(sealed))

    # Reading

    def read(self, name: str, state: bytes) -> StoredEvent[Any]:
        """The first half of decoding, which tells whose keys the second half needs."""
        plan = self._plans.get(name)
        if plan is None:
            raise UnknownEvent(f"there is no event {name} in this release")
        try:
            return plan.kept.decode(state)
        except msgspec.DecodeError as error:
            raise UnreadableEvent(f"{name}: {error}") from error

    def event(
        self,
        name: str,
        kept: StoredEvent[Any],
        keys: Mapping[UUID, AESGCM],
        *,
        stream: UUID,
        version: int,
        lost: Container[UUID] = (),
    ) -> Event:
        """The second half. What was said about a client without a key reads as erased, or as `lost`."""
        if not isinstance(kept.event, msgspec.Raw):
            event: Event = kept.event
            return event
        plan = self._plans[name]
        place = PLACE.pack(stream.bytes, version)
        parts = [bytes(kept.event)]
        try:
            for client, sealed, hidden in kept.personal:
                key = keys.get(client)
                if key is None or not sealed:
                    gone = KEY_LOST if sealed and client in lost else ERASED
                    parts.append(orjson.dumps({field: plan.blank.get(field, ERASED) and gone for field in hidden}))
                else:
                    parts.append(key.decrypt(sealed[:NONCE], sealed[NONCE:], place))
            whole = b"{%b}" % b",".join([part[1:-1] for part in parts if part != b"{}"])
            return plan.event.decode(whole if kept.shape == plan.shape else self._upcast(name, kept.shape, whole))
        except (InvalidTag, msgspec.DecodeError) as error:  # whose message may quote what is personal
            raise UnreadableEvent(f"{name} in {stream}, version {version}: {type(error).__name__}") from None

    def _upcast(self, name: str, shape: int, whole: bytes) -> bytes:
        present = self._plans[name].shape
        if shape > present:
            raise UnknownEvent(f"this release knows {name} up to shape {present}, and the log holds shape {shape}")
        data: dict[str, Any] = orjson.loads(whole)
        for version in range(shape, present):
            data = self._upcasters[name, version](data)
        return orjson.dumps(data)


def _blank(event: type[Event], name: str, annotation: Any) -> str | None:
    """A field that is erased must still be of its type."""
    kinds = get_args(annotation) or (annotation,)
    if str in kinds:
        return ERASED
    if NoneType in kinds:
        return None
    raise TypeError(
        f"{event.__name__}.{name} is personal, so it must be a text or allow None, which it reads once erased"
    )


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=_exact)


def _exact(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} can't be stored")


def _seal(key: AESGCM | None, said: bytes, place: bytes) -> str:
    if key is None:
        return ""
    nonce = os.urandom(NONCE)
    return b64encode(nonce + key.encrypt(nonce, said, place)).decode()
