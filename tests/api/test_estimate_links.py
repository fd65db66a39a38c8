"""The link of an estimate: it lets in whoever has it, to that estimate alone, and its answer is taken once."""

import re
from datetime import timedelta
from uuid import UUID

import pdf_text
import pytest
from carriers import ISSUER
from scenario import TODAY

from api.http import secret_addresses
from api.http.estimate_links import EstimateLinks
from domain.estimate import EstimateAccepted, EstimateDeclined
from domain.people import CLIENT

LINES = [{"description": "Asesoría", "unit_price": "100", "tax_rate": "21"}]
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "es"}


def drafted(office, **more):
    client = more.pop("client", None) or office.ana.does("/api/clients", {"name": "Núria Ñíguez", "collector": "carl"})
    return office.ana.does("/api/estimates", {"client_id": client, "lines": LINES, "valid_days": 10, **more})


def link(office, estimate, by="ana"):
    answer = getattr(office, by).post(f"/api/estimates/{estimate}/link")
    assert answer.status_code == 200, answer.text
    return answer.json()["address"].removeprefix("http://testserver")


def sent(office, **more):
    """An estimate that was sent today, and its link."""
    estimate = drafted(office, **more)
    office.ana.does(f"/api/estimates/{estimate}/sent", {})
    return estimate, link(office, estimate)


def opened(office, path):
    return office.http.get(path, headers=FROM_HERE)


def answers(office, path, answer, **typed):
    known = {"form_name": answer, **typed}
    return office.http.post(f"{path}/{answer}", data=known, headers=FROM_HERE, follow_redirects=False)


def happened(office, estimate):
    return office.store.events.history(UUID(estimate))


def test_whoever_has_the_link_reads_the_estimate_and_changes_nothing_by_it(office):
    _, path = sent(office, note="A su disposición")
    before = office.store.events.head()
    page = opened(office, path)
    assert page.status_code == 200
    assert all(text in page.text for text in ("P2026-0001", "Núria Ñíguez", "Asesoría", "121,00", "A su disposición"))
    assert "Presupuesto P2026-0001" in pdf_text.text(opened(office, f"{path}/pdf").content)
    assert office.store.events.head() == before


def test_it_is_kept_from_search_engines_caches_and_other_sites(sqlite_office):
    _, path = sent(sqlite_office)
    for one in (path, f"{path}/pdf", "/e/none"):
        headers = opened(sqlite_office, one).headers
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_it_speaks_the_estimates_language_whatever_the_browser_asks_for(sqlite_office):
    _, path = sent(sqlite_office, language="en")
    page = opened(sqlite_office, path).text
    assert '<html lang="en">' in page
    assert "Accept the estimate" in page


def test_accepting_makes_the_draft_of_the_invoice_and_is_told_to_whoever_comes_again(office):
    estimate, path = sent(office)
    answer = answers(office, path, "acceptance", answered_by="Núria Ñíguez", note="Cuando puedan", key="k1")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    accepted, invoiced = happened(office, estimate)[-2:]
    assert accepted.event == EstimateAccepted(TODAY, by_link=True, answered_by="Núria Ñíguez", note="Cuando puedan")
    assert (accepted.actor, invoiced.actor) == (CLIENT.name, CLIENT.name)
    draft = office.ana.get(f"/api/invoices/{invoiced.event.invoice_id}/pdf")
    assert all(text in pdf_text.text(draft.content) for text in ("BORRADOR", "Asesoría", "121,00"))
    page = opened(office, path).text
    assert "Aceptado" in page
    assert "Cuando puedan" in page
    assert "<form" not in page


def test_once_the_draft_of_its_invoice_is_deleted_an_accepted_estimate_is_invoiced_again(office):
    estimate, path = sent(office)
    answers(office, path, "acceptance", answered_by="Núria", key="k1")
    office.seen.position = office.store.events.head()[0]
    draft = office.ana.sees(f"/api/estimates/{estimate}")["line"]["invoice_id"]
    office.ana.does(f"/api/invoices/{draft}/deletion")
    assert office.ana.sees(f"/api/estimates/{estimate}")["line"]["invoice_id"] is None
    page = office.http.get(f"/estimates/{estimate}", headers=office.browser("ana")).text
    assert "Se eliminó el borrador de la factura: puede facturarse de nuevo" in page
    assert f'href="/invoices/{draft}"' not in page
    again = office.ana.does(f"/api/estimates/{estimate}/invoice")
    assert office.ana.sees(f"/api/estimates/{estimate}")["line"]["invoice_id"] == again


def test_what_a_client_accepted_is_on_the_day_of_who_works_it_until_its_invoice_is_issued(office):
    office.dora.does("/api/issuer/identity", ISSUER)
    estimate, path = sent(office)
    answers(office, path, "acceptance", answered_by="Núria", key="k1")
    office.seen.position = office.store.events.head()[0]
    shown = office.ana.sees(f"/api/estimates/{estimate}")["line"]
    told = f'href="/invoices/{shown["invoice_id"]}">Presupuesto aceptado {shown["number"]}: factura borrador</a>'
    for who, sees in (("ana", True), ("carl", True), ("cora", False)):
        assert (told in office.http.get("/escritorio", headers=office.browser(who)).text) is sees
    office.ana.does(f"/api/invoices/{shown['invoice_id']}/issue", {})
    assert told not in office.http.get("/escritorio", headers=office.browser("ana")).text


def test_declining_keeps_who_said_so_and_why(office):
    estimate, path = sent(office)
    assert answers(office, path, "decline", note="Demasiado caro", key="k1").status_code == 303
    [declined] = [known.event for known in happened(office, estimate) if isinstance(known.event, EstimateDeclined)]
    assert declined == EstimateDeclined(TODAY, by_link=True, note="Demasiado caro")
    assert "Demasiado caro" in opened(office, path).text


def test_it_is_answered_once_and_the_same_form_sent_twice_is_one_answer(office):
    estimate, path = sent(office)
    first = [answers(office, path, "acceptance", answered_by="Núria", key="k1").status_code for _ in range(2)]
    assert first == [303, 303]
    another = answers(office, path, "decline", answered_by="Otra", key="k2")
    assert another.status_code == 409
    assert "Núria" in another.text
    assert "Otra" not in another.text
    answered = [one for one in happened(office, estimate) if isinstance(one.event, EstimateAccepted | EstimateDeclined)]
    assert len(answered) == 1


def test_what_cannot_be_taken_is_refused_at_its_field_and_nothing_typed_is_lost(sqlite_office):
    _, path = sent(sqlite_office)
    before = sqlite_office.store.events.head()
    nameless = answers(sqlite_office, path, "acceptance", note="Con prisa", key="k1")
    assert nameless.status_code == 422
    assert "Con prisa" in nameless.text
    assert 'id="acceptance-answered_by-error"' in nameless.text
    long = answers(sqlite_office, path, "decline", note="x" * 5000, key="k2")
    assert (long.status_code, 'id="decline-note-error"' in long.text) == (422, True)
    assert sqlite_office.store.events.head() == before


def test_after_its_last_day_it_is_shown_for_a_while_and_takes_no_answer(sqlite_office):
    estimate, path = sent(sqlite_office)
    sqlite_office.clock.now += timedelta(days=10)
    assert "<form" in opened(sqlite_office, path).text
    sqlite_office.clock.now += timedelta(days=1)
    page = opened(sqlite_office, path)
    assert page.status_code == 200
    assert "<form" not in page.text
    assert "26 de marzo de 2026" in page.text
    assert answers(sqlite_office, path, "acceptance", answered_by="Núria", key="k1").status_code == 409
    assert not any(isinstance(one.event, EstimateAccepted) for one in happened(sqlite_office, estimate))
    sqlite_office.clock.now += timedelta(days=60)
    assert opened(sqlite_office, path).status_code == 404


def test_every_link_that_opens_nothing_is_answered_alike(sqlite_office):
    office = sqlite_office
    draft = drafted(office)
    revised, of_revised = sent(office)
    office.ana.does(f"/api/estimates/{revised}/version")
    hidden = office.ana.does("/api/clients", {"name": "Se esconde"})
    _, of_hidden = sent(office, client=hidden)
    office.ana.does(f"/api/clients/{hidden}/blocking", {"reason": "Lo pide"})
    gone = office.ana.does("/api/clients", {"name": "Se va"})
    _, of_gone = sent(office, client=gone)
    office.dora.does(f"/api/clients/{gone}/erasure", {"ground": "asked_for"})
    _, good = sent(office)
    forged = good[:-2] + ("AA" if good[-2:] != "AA" else "BB")
    of_draft = "/" + EstimateLinks(lambda: office.store.keyring.subkeys("estimate links")).path(UUID(draft))
    dead = [of_draft, of_revised, of_hidden, of_gone, forged, "/e/none", "/e/%C3%B1", f"/e/{'x' * 3000}"]
    told = {_without_keys(opened(office, path)) for path in dead}
    assert len(told) == 1
    assert {opened(office, path).status_code for path in dead} == {404}
    assert {answers(office, path, "acceptance", answered_by="x").status_code for path in dead} == {404}
    assert opened(office, good).status_code == 200


def _without_keys(answer):
    return re.sub(r'name="key" value="\w+"', "", answer.text)


def test_a_form_of_another_site_is_refused(sqlite_office):
    _, path = sent(sqlite_office)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = sqlite_office.http.post(f"{path}/acceptance", data={"answered_by": "x"}, headers=elsewhere)
    assert answer.status_code == 403


def test_the_link_is_written_nowhere_and_follows_from_the_master_key_alone(sqlite_office):
    estimate, path = sent(sqlite_office)
    answers(sqlite_office, path, "acceptance", answered_by="Núria", key="k1")
    folder = sqlite_office.store.folder
    written = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert b"POST /e/{token}/acceptance" in written
    assert path.removeprefix("/e/").encode() not in written
    assert path not in sqlite_office.http.get("/metrics").text
    keys = sqlite_office.store.keyring.subkeys("estimate links")
    assert "/" + EstimateLinks(lambda: keys).path(UUID(estimate)) == path
    assert EstimateLinks(lambda: [b"another"]).estimate_of(path.removeprefix("/e/")) is None


@pytest.mark.parametrize(("who", "status"), [("carl", 200), ("cora", 404), ("emil", 403)])
def test_the_link_is_told_to_whoever_may_send_the_estimate(sqlite_office, who, status):
    estimate, _ = sent(sqlite_office)
    assert getattr(sqlite_office, who).post(f"/api/estimates/{estimate}/link").status_code == status


def test_of_a_draft_no_link_is_told_until_it_is_sent(sqlite_office):
    estimate = drafted(sqlite_office)
    answer = sqlite_office.ana.post(f"/api/estimates/{estimate}/link")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/estimate-not-sent")


def test_once_the_draft_of_a_new_version_is_deleted_the_estimate_takes_an_answer_again(office):
    estimate, path = sent(office)
    version = office.ana.does(f"/api/estimates/{estimate}/version")
    assert opened(office, path).status_code == 404
    page = office.http.post(f"/estimates/{version}/deletion", headers=office.browser("ana"), follow_redirects=False)
    assert page.status_code == 303
    office.seen.position, _ = office.store.events.head()
    shown = office.ana.sees(f"/api/estimates/{estimate}")["line"]
    assert (shown["status"], shown["revised_into"]) == ("outstanding", None)
    history = office.http.get(f"/estimates/{estimate}", headers=office.browser("ana")).text
    assert "Se eliminó el borrador de la otra versión" in history
    assert answers(office, path, "acceptance", answered_by="Núria", key="k1").status_code == 303


def test_of_an_answered_estimate_no_link_is_told(sqlite_office):
    estimate, path = sent(sqlite_office)
    answers(sqlite_office, path, "acceptance", answered_by="Núria", key="k1")
    answer = sqlite_office.ana.post(f"/api/estimates/{estimate}/link")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/estimate-not-open")


def test_of_who_was_merged_meanwhile_the_answer_is_taken_all_the_same(sqlite_office):
    merged, kept = (sqlite_office.ana.does("/api/clients", {"name": name}) for name in ("Una S.L.", "Otra S.L."))
    estimate, path = sent(sqlite_office, client=merged)
    sqlite_office.ana.does(f"/api/clients/{merged}/merging", {"into": kept, "reason": "Es la misma"})
    assert answers(sqlite_office, path, "acceptance", answered_by="Núria", key="k1").status_code == 303
    assert isinstance(happened(sqlite_office, estimate)[-1].event, EstimateAccepted)


def test_neither_one_estimate_nor_guessing_is_asked_for_too_often(sqlite_office):
    _, path = sent(sqlite_office)
    often = [opened(sqlite_office, path).status_code for _ in range(secret_addresses.OFTEN.amount + 1)]
    assert often == [200] * secret_addresses.OFTEN.amount + [429]
    guesses = [opened(sqlite_office, "/e/none").status_code for _ in range(secret_addresses.GUESSES.amount + 1)]
    assert guesses == [404] * secret_addresses.GUESSES.amount + [429]
