"""Events as stored bytes: nothing is lost on the way there and back, and nothing personal stands there in the clear."""

from base64 import b64encode
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, get_type_hints
from uuid import UUID

import orjson
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from logged import NOON, command

from domain.case_file.activity import ActionLogged
from domain.client import ClientRegistered
from domain.client.portfolio import ClientAssignedToCollector
from domain.events import BY_NAME
from domain.money import MINOR_DIGITS, Money
from domain.personal import ERASED, About, Personal
from infrastructure.log.codec import Codec, UnknownEvent, UnreadableEvent

STREAM, SUBJECT, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
KEY = AESGCM(bytes(32))

st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
st.register_type_strategy(time, st.builds(time, st.integers(0, 23), st.integers(0, 59)))  # as tasks have them
st.register_type_strategy(Decimal, st.decimals(0, 10**12, places=6))  # quantities, prices, percentages
st.register_type_strategy(datetime, st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0)))
st.register_type_strategy(
    Money, st.builds(Money.of_minor, st.integers(-(10**12) + 1, 10**12 - 1), st.sampled_from(sorted(MINOR_DIGITS)))
)


class Keyed(dict):
    """A key for whoever asks."""

    def __missing__(self, client):
        return self.setdefault(client, KEY)

    def get(self, client):
        return self[client]


def stored(codec, event, subject=SUBJECT, version=1):
    personal = codec.personal(event, subject)
    metadata = codec.metadata(command())
    return codec.encode(event, personal, Keyed(), stream=STREAM, version=version, metadata=metadata)


def read(codec, name, state, keys=None, version=1):
    kept = codec.read(name, state)
    return codec.event(name, kept, Keyed() if keys is None else keys, stream=STREAM, version=version)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_event_survives_storage(name):
    codec = Codec()

    @settings(max_examples=40)
    @given(st.from_type(BY_NAME[name]))
    def survives(event):
        again = read(codec, name, stored(codec, event))
        assert again == event
        assert repr(again) == repr(event)  # 1.50 is not 1.5 here

    survives()


@pytest.mark.parametrize("name", BY_NAME)
def test_an_erased_event_keeps_its_shape(name):
    codec = Codec()
    hints = get_type_hints(BY_NAME[name], include_extras=True)
    personal = {
        field
        for field, hint in hints.items()
        if any(isinstance(mark, About) for mark in getattr(hint, "__metadata__", ()))
    }

    @settings(max_examples=40)
    @given(st.from_type(BY_NAME[name]))
    def keeps_its_shape(event):
        again = read(codec, name, stored(codec, event), keys={})
        for field in fields(event):
            before, after = getattr(event, field.name), getattr(again, field.name)
            if field.name in personal and before is not None:
                assert after == (ERASED if isinstance(before, str) else None)
            else:
                assert after == before

    keeps_its_shape()


def test_metadata_is_kept():
    codec = Codec()
    asked = command(causation_id=UUID(int=7))
    event = ClientAssignedToCollector("ana", date(2026, 11, 1))
    state = codec.encode(event, {}, {}, stream=STREAM, version=1, metadata=codec.metadata(asked))
    kept = codec.read("ClientAssignedToCollector", state)
    assert (kept.recorded_at, kept.recorded_at.tzinfo) == (NOON, UTC)
    assert (kept.actor, kept.command_id) == ("operator", asked.id)
    assert (kept.correlation_id, kept.causation_id) == (asked.correlation_id, UUID(int=7))


def test_what_was_once_stored_is_read_for_good():
    state = (
        b'{"recorded_at":"2026-11-20T11:00:00.123456+00:00","actor":"ana",'
        b'"command_id":"00000000-0000-0000-0000-000000000005","correlation_id":"00000000-0000-0000-0000-000000000006",'
        b'"event":{"reference":"C-1","kind":"company"},'
        b'"personal":[["00000000-0000-0000-0000-000000000002","%b",["name","zone"]]]}'
    )
    place = STREAM.bytes + (1).to_bytes(8, "big")
    sealed = bytes(12) + KEY.encrypt(bytes(12), '{"name":"Ana López","zone":"norte"}'.encode(), place)
    event = read(Codec(), "ClientRegistered", state % b64encode(sealed))
    assert (event.reference, event.name, event.kind, event.zone) == ("C-1", "Ana López", "company", "norte")


def test_nothing_personal_stands_in_the_clear():
    codec = Codec()
    state = stored(codec, ClientRegistered("C-1", "Ana López", zone="norte"))
    assert b"C-1" in state
    assert "López".encode() not in state
    assert b"norte" not in state
    assert orjson.loads(state)["personal"][0][2] == ["name", "zone"]


def test_what_is_said_about_two_clients_is_encrypted_for_each():
    codec = Codec()

    @given(st.builds(ActionLogged, person_id=st.just(OTHER), phone=st.just("600 000 000"), note=st.just("at work")))
    def apart(event):
        assert set(codec.personal(event, SUBJECT)) == {SUBJECT, OTHER}
        state = stored(codec, event)
        without_other = read(codec, "ActionLogged", state, keys={SUBJECT: KEY})
        assert (without_other.phone, without_other.note) == (ERASED, "at work")
        without_subject = read(codec, "ActionLogged", state, keys={OTHER: KEY})
        assert (without_subject.phone, without_subject.note) == ("600 000 000", ERASED)

    apart()


def test_a_field_about_nobody_in_particular_is_about_the_subject():
    codec = Codec()

    @given(st.builds(ActionLogged, person_id=st.none(), phone=st.just("600 000 000")))
    def falls_back(event):
        assert set(codec.personal(event, SUBJECT)) == {SUBJECT}

    falls_back()


def test_personal_data_needs_a_subject():
    with pytest.raises(TypeError, match="is personal"):
        Codec().personal(ClientRegistered("C-1", "Ana López"), None)


def test_what_is_encrypted_is_bound_to_its_place():
    codec = Codec()
    state = stored(codec, ClientRegistered("C-1", "Ana López"))
    with pytest.raises(UnreadableEvent) as refused:
        read(codec, "ClientRegistered", state, version=2)
    assert "López" not in str(refused.value)


def test_an_event_of_a_later_release_is_named():
    with pytest.raises(UnknownEvent, match="ClientSentToMars"):
        Codec().read("ClientSentToMars", b"{}")


# Upcasting: a made-up event that was stored in two earlier shapes


@dataclass(frozen=True, slots=True)
class ParcelSent:
    weight: Decimal
    to: Personal
    phones: Annotated[tuple[str, ...] | None, About()] = None


@dataclass(frozen=True, slots=True)
class ParcelSentOnce:
    grams: int
    addressee: Personal


@dataclass(frozen=True, slots=True)
class ParcelSentTwice:
    weight: Decimal
    addressee: Personal


UPCASTERS = {
    ("ParcelSent", 1): lambda data: {"weight": str(Decimal(data["grams"]) / 1000), "addressee": data["addressee"]},
    ("ParcelSent", 2): lambda data: {"weight": data["weight"], "to": data["addressee"]},
}

# The class names differ from the stored one only because all three live in this file.
ParcelSentOnce.__name__ = ParcelSentTwice.__name__ = "ParcelSent"

FIRST = Codec({"ParcelSent": ParcelSentOnce}, {})
SECOND = Codec({"ParcelSent": ParcelSentTwice}, {("ParcelSent", 1): UPCASTERS["ParcelSent", 1]})
PRESENT = Codec({"ParcelSent": ParcelSent}, UPCASTERS)


@pytest.mark.parametrize(
    "state",
    [
        stored(FIRST, ParcelSentOnce(1500, "Ana López")),
        stored(SECOND, ParcelSentTwice(Decimal("1.5"), "Ana López")),
        stored(PRESENT, ParcelSent(Decimal("1.5"), "Ana López")),
    ],
)
def test_every_shape_that_was_stored_is_read_as_the_present_one(state):
    assert read(PRESENT, "ParcelSent", state) == ParcelSent(Decimal("1.5"), "Ana López")
    assert read(PRESENT, "ParcelSent", state, keys={}) == ParcelSent(Decimal("1.5"), ERASED)


def test_the_first_shape_is_not_named():
    assert b"shape" not in stored(FIRST, ParcelSentOnce(1500, "Ana López"))
    assert orjson.loads(stored(PRESENT, ParcelSent(Decimal(1), "Ana", ("600",))))["shape"] == 3


def test_a_later_shape_is_refused():
    with pytest.raises(UnknownEvent, match="shape 3"):
        read(SECOND, "ParcelSent", stored(PRESENT, ParcelSent(Decimal(1), "Ana")))


def test_a_personal_field_must_still_be_of_its_type_once_erased():
    @dataclass(frozen=True)
    class Weighed:
        kilos: Annotated[Decimal, About()]

    with pytest.raises(TypeError, match="kilos"):
        Codec({"Weighed": Weighed}, {})


def test_what_has_no_exact_json_is_refused():
    @dataclass(frozen=True)
    class Tagged:
        tags: frozenset[str]

    codec = Codec({"Tagged": Tagged}, {})
    with pytest.raises(TypeError):
        stored(codec, Tagged(frozenset({"a"})))


def test_times_are_told_in_utc():
    madrid = datetime.fromisoformat("2026-11-20T12:00:00.123456+01:00")
    codec = Codec()
    assert codec.metadata(command(at=madrid)).startswith(b'{"recorded_at":"2026-11-20T11:00:00.123456+00:00"')
