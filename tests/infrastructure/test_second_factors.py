"""Second factors as they are kept, on both databases."""

from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from second_factor import Phone, with_phone

from api.http.second_factors import OFFER_LIFE
from infrastructure.wiring import credentials, second_factors

HERE = "the session of a browser"
NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)


@pytest.fixture
def factors(store):
    with closing(credentials(store)) as logins:
        yield second_factors(store, logins.engine)


def offered(factors, name="ana"):
    offer = factors.offer(name, HERE, now=NOW)
    return offer, Phone(offer.secret, [])


def test_a_secret_has_160_bits_and_is_in_use_once_its_first_code_was_given(factors):
    offer, phone = offered(factors)
    assert len(offer.secret) * 5 == 160
    assert factors.set_up("ana", HERE, offer.sealed, phone.code(NOW, later=2), now=NOW) is None
    assert (factors.since("ana"), factors.users()) == (None, set())
    codes = factors.set_up("ana", HERE, offer.sealed, phone.code(NOW), now=NOW)
    assert (len(codes), {len(one) for one in codes}, len({*codes})) == (10, {16}, 10)
    assert (factors.since("ana"), factors.users()) == (NOW, {"ana"})


def test_an_offer_is_one_user_s_for_half_an_hour_and_cannot_be_forged(factors):
    offer, phone = offered(factors)
    late = NOW + OFFER_LIFE
    assert factors.set_up("bea", HERE, offer.sealed, phone.code(NOW), now=NOW) is None
    assert factors.set_up("ana", HERE, offer.sealed, phone.code(late), now=late) is None
    for forged in ("", "ñ", "AAAA", offer.sealed[:-8] + "AAAAAAA="):
        assert factors.set_up("ana", HERE, forged, phone.code(NOW), now=NOW) is None
        assert factors.offered("ana", HERE, forged, now=NOW) is None
    assert factors.offered("ana", "another session", offer.sealed, now=NOW) is None
    assert factors.offered("ana", HERE, offer.sealed, now=NOW) == offer


def test_once_a_second_factor_is_set_up_every_offer_from_before_is_dead(factors):
    (first, phone), (second, other) = offered(factors), offered(factors)
    assert factors.set_up("ana", HERE, first.sealed, phone.code(NOW), now=NOW)
    for offer, its in ((first, phone), (second, other)):
        assert factors.set_up("ana", HERE, offer.sealed, its.code(NOW), now=NOW) is None


def test_no_code_is_taken_twice_nor_one_from_before(factors, store):
    phone = with_phone(store, "ana", NOW)
    assert not factors.accepts("ana", phone.code(NOW, later=-2), now=NOW - timedelta(minutes=1))  # of setting it up
    assert factors.accepts("ana", f" {phone.code(NOW)[:3]} {phone.code(NOW)[3:]}", now=NOW)
    assert not factors.accepts("ana", phone.code(NOW), now=NOW)
    assert not factors.accepts("ana", phone.code(NOW, later=-1), now=NOW)
    assert factors.accepts("ana", phone.code(NOW, later=1), now=NOW)
    assert not factors.accepts("bea", phone.code(NOW, later=2), now=NOW + timedelta(minutes=1))


def test_of_many_who_send_the_same_code_at_once_one_gets_in(factors, store):
    phone = with_phone(store, "ana", NOW)
    recovery = phone.recovery_codes[0]

    def tries(_):
        with closing(credentials(store)) as logins:
            mine = second_factors(store, logins.engine)
            return mine.accepts("ana", phone.code(NOW), now=NOW), mine.use_recovery_code("ana", recovery)

    with ThreadPoolExecutor(8) as at_once:
        found = [*at_once.map(tries, range(8))]
    assert [sum(one) for one in zip(*found, strict=True)] == [1, 1]
    assert factors.recovery_codes_left("ana") == 9


def test_a_recovery_code_is_the_user_s_own_and_those_before_new_ones_are_dead(factors, store):
    mine, theirs = with_phone(store, "ana", NOW), with_phone(store, "bea", NOW)
    assert not factors.use_recovery_code("ana", theirs.recovery_codes[0])
    assert not factors.use_recovery_code("ana", "")
    first, second, *_ = mine.recovery_codes
    assert factors.use_recovery_code("ana", f"{first[:4]} {first[4:8]}-{first[8:]}")
    [new, *_] = factors.renew_recovery_codes("ana")
    assert not factors.use_recovery_code("ana", second)
    assert factors.use_recovery_code("ana", new)
    assert (factors.recovery_codes_left("ana"), factors.recovery_codes_left("bea")) == (9, 10)


def test_another_phone_takes_the_place_of_the_first(factors, store):
    first = with_phone(store, "ana", NOW - timedelta(minutes=10))
    second = with_phone(store, "ana", NOW)
    assert not factors.accepts("ana", first.code(NOW), now=NOW)
    assert not factors.use_recovery_code("ana", first.recovery_codes[0])
    assert factors.accepts("ana", second.code(NOW), now=NOW)


def test_nothing_is_left_of_what_is_taken_away(factors, store):
    phone = with_phone(store, "ana", NOW)
    factors.remove("ana")
    assert (factors.since("ana"), factors.users(), factors.recovery_codes_left("ana")) == (None, set(), 0)
    assert not factors.accepts("ana", phone.code(NOW), now=NOW)


def test_neither_secrets_nor_recovery_codes_are_kept_as_they_are(sqlite_store):
    phone = with_phone(sqlite_store, "ana", NOW)
    kept = b"".join(file.read_bytes() for file in sqlite_store.folder.iterdir() if file.is_file())
    for clear in (phone.secret.encode(), b32decode(phone.secret), *(one.encode() for one in phone.recovery_codes)):
        assert clear not in kept
