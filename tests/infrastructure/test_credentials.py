"""Passwords and tokens, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from office import command
from sqlalchemy import select

from api.users.token_routes import device_of
from application.business import add_user, describe_business, describe_user, set_session_limits
from domain.business import Kind
from domain.passwords import PasswordIsName, PasswordTooShort
from domain.people import Role
from infrastructure.access import credentials as module
from infrastructure.access.credentials import COST
from infrastructure.wiring import credentials

NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)
TOKEN_LIFE = timedelta(hours=12)
PASSWORD = "una contraseña larga"  # noqa: S105 - of a test


@pytest.fixture
def logins(store):
    for name in ("ana", "bea"):
        add_user(store.events, command(NOW), name=name, roles=[Role.COLLECTOR])
    known = credentials(store)
    yield known
    known.close()


def test_a_programs_token_lets_in_for_as_long_as_it_was_made_for(logins):
    token = logins.issue_to_program("ana", "contabilidad", life=timedelta(days=30), now=NOW)
    assert logins.actor(token, now=NOW + TOKEN_LIFE).name == "ana"
    [known] = logins.programs("ana", now=NOW)
    assert (known.label, known.made_at, known.expires_at) == ("contabilidad", NOW, NOW + timedelta(days=30))
    assert token not in repr(known)
    assert logins.programs("bea", now=NOW) == []
    assert logins.programs("ana", now=NOW + timedelta(days=30)) == []
    assert logins.actor(token, now=NOW + timedelta(days=30)) is None


def test_a_token_is_revoked_by_whose_program_has_it(logins):
    token = logins.issue_to_program("ana", "contabilidad", life=timedelta(days=30), now=NOW)
    session = logins.issue("ana", now=NOW)
    [known] = logins.programs("ana", now=NOW)
    logins.revoke("bea", known.id)
    logins.revoke("ana", "none of ours")
    assert logins.actor(token, now=NOW).name == "ana"
    logins.revoke("ana", known.id)
    assert logins.actor(token, now=NOW) is None
    assert logins.actor(session, now=NOW).name == "ana"


def test_who_changes_the_own_password_stays_in_and_so_do_the_own_programs(logins):
    here, elsewhere, others = logins.issue("ana", now=NOW), logins.issue("ana", now=NOW), logins.issue("bea", now=NOW)
    program = logins.issue_to_program("ana", "contabilidad", life=timedelta(days=30), now=NOW)
    logins.set_password("ana", PASSWORD, staying=here)
    assert logins.is_password("ana", PASSWORD)
    assert [logins.actor(one, now=NOW) is not None for one in (here, elsewhere, program, others)] == [
        True, False, True, True,
    ]  # fmt: skip


def test_a_password_that_somebody_else_sets_lets_nobody_stay(logins):
    session, program = logins.issue("ana", now=NOW), logins.issue_to_program("ana", "x", life=TOKEN_LIFE, now=NOW)
    logins.set_password("ana", PASSWORD)
    assert [logins.actor(one, now=NOW) for one in (session, program)] == [None, None]


def test_logging_out_everywhere_leaves_programs_and_others_alone(logins):
    sessions = [logins.issue("ana", now=NOW), logins.issue("ana", now=NOW)]
    program = logins.issue_to_program("ana", "contabilidad", life=timedelta(days=30), now=NOW)
    other = logins.issue("bea", now=NOW)
    logins.log_out_everywhere("ana")
    assert [logins.actor(one, now=NOW) for one in sessions] == [None, None]
    assert logins.actor(program, now=NOW).name == "ana"
    assert logins.actor(other, now=NOW).name == "bea"


def test_nobody_has_a_password_before_one_is_set_and_none_that_is_too_short(logins):
    assert not logins.is_password("ana", PASSWORD)
    assert not logins.is_password("nobody", PASSWORD)
    with pytest.raises(PasswordTooShort):
        logins.set_password("ana", "corta")
    assert logins.names() == []


def test_a_password_costs_whoever_guesses_it_what_the_standard_asks_and_nobodys_costs_the_same(
    sqlite_store, monkeypatch
):
    monkeypatch.setattr(module, "COST", COST)  # as it was before the other tests were spared it
    monkeypatch.setattr(module, "_nobodys_password", module._nobodys_password.__wrapped__)
    known = credentials(sqlite_store)
    known.set_password("ana", PASSWORD)
    with known.engine.connect() as db:
        [stored] = db.execute(select(module._credentials.c.password_hash)).scalars()
    known.close()
    for kept in (stored, known._nobodys):
        assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_password_is_the_same_however_a_keyboard_writes_its_letters(logins):
    logins.set_password("ana", "contrasen\u0303a muy larga")
    assert logins.is_password("ana", "contraseña muy larga")
    assert not logins.is_password("ana", "contrasena muy larga")


@pytest.mark.parametrize("password", ["anabelmonte2026", "beaalmonte@1234", "Recobros12345"])
def test_nobody_gets_a_password_of_the_own_name_address_or_firm(logins, store, password):
    describe_user(store.events, command(NOW), name="ana", full_name="Ana Belmonte", email="beaalmonte@recobros.example")
    describe_business(
        store.events, command(NOW), name="Recobros", kind=Kind.AGENCY, country="ES", time_zone="Europe/Madrid"
    )
    with pytest.raises(PasswordIsName):
        logins.set_password("ana", password)
    logins.set_password("bea", "anabelmonte2026")  # which is none of hers


def minutes(number):
    return timedelta(minutes=number)


def test_a_session_ends_once_nothing_was_done_for_as_long_as_the_firm_says_and_a_program_does_not(logins, store):
    session = logins.issue("ana", now=NOW)
    program = logins.issue_to_program("ana", "contabilidad", life=timedelta(days=1), now=NOW)
    for worked in (50, 100, 150):
        assert logins.actor(session, now=NOW + minutes(worked))
    set_session_limits(store.events, command(NOW), idle_minutes=20, hours=12)
    assert logins.actor(session, now=NOW + minutes(169))
    assert logins.actor(session, now=NOW + minutes(189)) is None
    assert logins.sessions("ana", this=session, now=NOW + minutes(189)) == []
    assert logins.actor(program, now=NOW + minutes(189))


def test_a_session_ends_after_its_hours_however_much_is_done_in_it(logins, store):
    before = logins.issue("ana", now=NOW)
    set_session_limits(store.events, command(NOW), idle_minutes=60, hours=2)
    after = logins.issue("ana", now=NOW)
    for worked in range(50, 120, 50):
        assert logins.actor(after, now=NOW + minutes(worked))
        assert logins.actor(before, now=NOW + minutes(worked))
    assert logins.actor(after, now=NOW + minutes(120)) is None
    assert logins.actor(before, now=NOW + minutes(120))


def test_one_of_the_own_sessions_is_ended_or_all_others_and_nobody_elses(logins):
    here = logins.issue("ana", now=NOW, device="Firefox, Linux")
    there, elsewhere, beas = (logins.issue(name, now=NOW - minutes(3)) for name in ("ana", "ana", "bea"))
    known = logins.sessions("ana", this=here, now=NOW)
    assert [(one.device, one.since, one.is_this) for one in known] == [
        ("Firefox, Linux", NOW, True), (None, NOW - minutes(3), False), (None, NOW - minutes(3), False),
    ]  # fmt: skip
    for one in known:
        logins.end_session("bea", one.id)
    assert len(logins.sessions("ana", this=here, now=NOW)) == 3
    logins.end_session("ana", known[1].id)
    assert sorted(logins.actor(one, now=NOW) is None for one in (there, elsewhere)) == [False, True]
    logins.end_other_sessions("ana", staying=here)
    assert [logins.actor(one, now=NOW) is None for one in (here, there, elsewhere, beas)] == [False, True, True, False]


def test_when_a_session_was_used_is_noted_by_no_request_that_would_have_to_wait_for_an_import(sqlite_store):
    add_user(sqlite_store.events, command(NOW), name="ana", roles=[Role.COLLECTOR])
    logins = credentials(sqlite_store)
    session = logins.issue("ana", now=NOW)
    with sqlite_store.events.locked():
        assert logins.actor(session, now=NOW + minutes(5))
    assert logins.sessions("ana", this=session, now=NOW + minutes(5))[0].used_at == NOW
    assert logins.actor(session, now=NOW + minutes(6))
    assert logins.sessions("ana", this=session, now=NOW + minutes(6))[0].used_at == NOW + minutes(6)
    logins.close()


@pytest.mark.parametrize(
    ("told", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/140 Safari/537.36 Edg/140",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML) Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1",
            "Safari, iPhone",
        ),
        ("curl/8.5.0", "curl"),
        ("<script>", None),
        ("", None),
    ],
)
def test_a_device_is_told_roughly_by_what_it_calls_itself(told, device):
    assert device_of(told) == device
