"""A user's calendar at a secret address: what programs read there, who else can't, and until when."""

from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import islice
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import tz
from dateutil.rrule import rrulestr
from office import command

from api.http import secret_addresses
from api.tasks.calendar_zones import zone_told
from application import business

MADRID = ZoneInfo("Europe/Madrid")
TODAY = "2026-03-16"


@pytest.fixture
def subscribed(office):
    return office.carl.post("/api/calendar-address").json()["address"]


def read(office, address, **headers):
    return office.http.get(address, headers=headers)


def events(office, address):
    """By title, as a calendar program understands them, once all that was done shows."""
    office.carl.sees("/api/tasks")
    answer = read(office, address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert calendar.errors == []
    assert all(one.errors == [] for one in calendar.walk("VEVENT"))
    return {str(one["summary"]): one for one in calendar.walk("VEVENT")}, calendar


def test_a_calendar_program_reads_ones_own_tasks_with_their_times_and_states(office, subscribed):
    client = office.client("Deudora, S.L.; «Ñ»")
    office.ana.does(f"/api/clients/{client}/assignment", {"collector": "carl", "from": "2026-01-01"})
    told = {"client_id": client, "starts_at": "10:30", "minutes": 45, "address": "Mayor 1, 2º", "notes": "Una;\ndos"}
    timed = office.carl.does("/api/tasks", {"title": "Reunirse", "kind": "meeting", "day": "2026-07-01", **told})
    for title, step in (("Todo el día", None), ("Hecha", "completion"), ("Dejada", "unattended")):
        made = office.carl.does("/api/tasks", {"title": title, "day": TODAY})
        if step:
            office.carl.does(f"/api/tasks/{made}/{step}")
    office.ana.does("/api/tasks", {"title": "De otra", "day": TODAY, "assignee": "cora"})
    found, calendar = events(office, subscribed)
    assert set(found) == {"Reunirse · Deudora, S.L.; «Ñ»", "Todo el día", "✓ Hecha", "Dejada"}
    meeting = found["Reunirse · Deudora, S.L.; «Ñ»"]
    assert meeting["uid"] == f"{timed}@recobro"
    assert meeting.decoded("dtstart") == datetime(2026, 7, 1, 10, 30, tzinfo=MADRID)
    assert meeting.decoded("dtstart").utcoffset() == timedelta(hours=2)
    assert (meeting.decoded("duration"), str(meeting["location"])) == (timedelta(minutes=45), "Mayor 1, 2º")
    assert str(meeting["description"]) == "Una;\ndos"
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Madrid"]
    assert found["Todo el día"].decoded("dtstart") == date(2026, 3, 16)
    assert found["Todo el día"].decoded("dtend") == date(2026, 3, 17)
    assert [str(found[title]["status"]) for title in ("Todo el día", "✓ Hecha", "Dejada")] == [
        "CONFIRMED", "CONFIRMED", "CANCELLED",
    ]  # fmt: skip


def test_a_series_begins_on_the_first_of_its_days(office, subscribed):
    weekly = {"every": "weekly", "weekdays": ["TU", "TH"], "count": 4}
    office.carl.does("/api/tasks", {"title": "Llamar", "day": TODAY, "starts_at": "10:30", "repeats": weekly})
    office.carl.sees("/api/tasks")
    [series] = icalendar.Calendar.from_ical(read(office, subscribed).content).walk("VEVENT")
    assert (series.decoded("dtstart").date(), series["rrule"]["BYDAY"]) == (date(2026, 3, 17), ["TU", "TH"])
    assert series["rrule"]["COUNT"] == [4]


def test_what_programs_read_is_lines_of_at_most_75_octets_ended_as_the_standard_wants(office, subscribed):
    office.carl.does("/api/tasks", {"title": "ñ" * 200, "day": TODAY})
    content = read(office, subscribed).content
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 and b"\n" not in line for line in content.split(b"\r\n"))


def test_a_program_that_knows_the_present_state_is_told_only_that(office, subscribed):
    made = office.carl.does("/api/tasks", {"title": "Llamar", "day": TODAY})
    office.carl.sees(f"/api/tasks/{made}")
    first = read(office, subscribed)
    again = read(office, subscribed, **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    before = events(office, subscribed)[0]["Llamar"]
    office.carl.does(f"/api/tasks/{made}/edit", {"title": "Llamar ya", "day": TODAY})
    office.carl.sees(f"/api/tasks/{made}")
    changed = read(office, subscribed, **{"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    after = events(office, subscribed)[0]["Llamar ya"]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]


def test_an_address_is_dead_once_revoked_replaced_or_its_user_disabled(office, subscribed):
    assert office.carl.sees("/api/calendar-address")["made_at"]
    second = office.carl.post("/api/calendar-address").json()["address"]
    assert [read(office, one).status_code for one in (subscribed, second)] == [404, 200]
    assert office.carl.post("/api/calendar-address/revocation").status_code == 204
    assert read(office, second).status_code == 404
    assert office.carl.sees("/api/calendar-address")["made_at"] is None
    third = office.carl.post("/api/calendar-address").json()["address"]
    business.disable_user(office.store.events, command(), name="carl")
    assert read(office, third).status_code == 404


def test_the_address_opens_nothing_else_and_no_other_token_opens_it(office, subscribed):
    token = subscribed.rpartition("/")[2].removesuffix(".ics")
    assert office.http.get("/api/tasks", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert read(office, f"/calendar/{office.tokens['carl']}.ics").status_code == 404


def test_whoever_asks_too_often_waits(sqlite_office):
    address = sqlite_office.carl.post("/api/calendar-address").json()["address"]
    often = [read(sqlite_office, address).status_code for _ in range(secret_addresses.OFTEN.amount + 1)]
    assert often == [200] * secret_addresses.OFTEN.amount + [429]
    other = sqlite_office.cora.post("/api/calendar-address").json()["address"]
    guesses = [
        read(sqlite_office, "/calendar/none.ics").status_code for _ in range(secret_addresses.GUESSES.amount + 1)
    ]
    assert guesses == [404] * secret_addresses.GUESSES.amount + [429]
    assert read(sqlite_office, other).headers["retry-after"]


def understood(content, title):
    """The days and times of a series in UTC, by what the file says alone: read by another library, which knows no
    zone but those that the file tells of."""
    [event] = [one for one in icalendar.Calendar.from_ical(content).walk("VEVENT") if str(one["summary"]) == title]
    zone = tz.tzical(StringIO(content.decode())).get("Europe/Madrid")
    begins = event.decoded("dtstart").replace(tzinfo=zone)
    days = rrulestr(event["rrule"].to_ical().decode(), dtstart=begins)
    return [one.astimezone(UTC) for one in islice(days, 600)]


@pytest.mark.parametrize(
    ("starts_at", "repeats"),
    [
        ("10:30", {"every": "weekly", "until": "2026-12-21"}),
        ("02:30", {"every": "daily", "until": "2026-07-15"}),
        ("23:30", {"every": "monthly", "count": 40}),
        ("09:00", {"every": "weekly"}),
    ],
)
def test_a_series_keeps_its_local_time_over_every_change_of_the_clocks_up_to_its_last_day(
    office, subscribed, starts_at, repeats
):
    office.carl.does("/api/tasks", {"title": "Serie", "day": "2026-03-30", "starts_at": starts_at, "repeats": repeats})
    office.carl.sees("/api/tasks")
    told = understood(read(office, subscribed).content, "Serie")
    at = time.fromisoformat(starts_at)
    assert {one.astimezone(MADRID).time() for one in told} == {at}
    assert told[0] == datetime.combine(date(2026, 3, 30), at, MADRID)
    if "until" in repeats:
        assert told[-1] == datetime.combine(date.fromisoformat(repeats["until"]), at, MADRID)
    else:
        assert len(told) == repeats.get("count", 600)


@pytest.mark.parametrize("name", ["Europe/Madrid", "Atlantic/Canary", "America/Santiago", "America/Bogota"])
def test_clocks_go_in_the_calendar_as_they_do_in_their_place(name):
    zone = ZoneInfo(name)
    calendar = icalendar.Calendar()
    calendar.add_component(zone_told(zone, 2026, 2030))
    told = tz.tzical(StringIO(calendar.to_ical().decode())).get(name)
    for hour in range(24 * 366 * 4):
        there = (datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=hour)).astimezone(zone)
        assert there.replace(tzinfo=told).utcoffset() == there.utcoffset(), there
