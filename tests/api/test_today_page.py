"""Hoy: whose the case files are for whoever sees all, what was promised, and the rest of what waits."""

import re
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from office import euros

from infrastructure.wiring import credentials


def today(office, who, address="/escritorio"):
    return office.http.get(address, headers=office.browser(who)).text


def test_a_supervisor_sees_whose_case_files_the_queue_shows_and_what_was_promised_by_when(office):
    file = office.case_file("EXP-1", collector="carl")
    for amount, due_on in (("75.00", "2026-03-17"), ("80.00", "2026-03-18")):
        promise = {"amount": euros(amount), "due_on": due_on}
        office.carl.does(f"/api/case-files/{file}/promises", promise)
    office.clock.now += timedelta(days=14)
    with closing(credentials(office.store)) as logins:
        later = {who: logins.issue(who, now=office.clock.now) for who in ("ana", "carl")}
    for who, holder in (("ana", True), ("carl", False)):
        [row] = re.findall(r"<tr data-row>.*?</tr>", today(replace(office, tokens=later), who), re.DOTALL)
        assert "<b>Promesa incumplida</b>" in row
        assert ("EXP-1 · carl</small>" in row) == holder
        assert "75,00\xa0€ para el 17 mar" in row
        assert "80,00" not in row


def test_the_rest_of_the_proposals_is_reached_by_a_link(office):
    file = office.case_file("EXP-1", collector="carl")
    for number in range(12):
        cost = {"amount": euros(f"{number + 1}.00"), "concept": "Burofax"}
        office.carl.does(f"/api/case-files/{file}/costs", cost)
    first = today(office, "ana")
    assert "10,00\xa0€</span></li>" in first
    assert "12,00\xa0€</span></li>" not in first
    [address] = re.findall(r'<a href="(/escritorio\?proposals=[^"#]*)#proposals">', first)
    rest = today(office, "ana", address)
    assert "12,00\xa0€</span></li>" in rest
    assert "10,00\xa0€</span></li>" not in rest
    assert 'href="/escritorio#proposals"' in rest
