"""The queue over HTTP and on its page: asked for, skipped in, and gone through one after the other."""

import re
from datetime import timedelta

from office import euros
from office import payment as paid


def later(office, days=7):
    return str(office.today + timedelta(days=days))


def test_a_line_tells_why_whom_to_reach_and_what_may_be_expected(office):
    file = office.case_file("EXP-1", "1000.00", collector="carl")
    debtor = office.carl.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    office.carl.does(f"/api/clients/{debtor}/contacts", {"medium": "phone", "value": "600123123"})
    [line] = [one for one in office.carl.sees("/api/queue")["items"] if one["id"] == file]
    assert (line["kind"], line["reason"], line["references"]) == ("case_file", "new", ["EXP-1"])
    assert (line["debtor_id"], line["phones"], line["collector"]) == (debtor, ["+34600123123"], "carl")
    assert line["outstanding"] == euros("1000.00")
    assert line["value"]["amount"] == f"{10 * line['chance']}.00"


def test_the_parts_add_up_to_the_whole_and_to_what_each_lists(office):
    for number in range(3):
        office.case_file(f"EXP-{number}", collector="carl")
    parts = office.carl.sees("/api/queue/parts")
    assert parts["count"] == sum(one["count"] for one in parts["parts"])
    for one in parts["parts"]:
        assert len(office.carl.sees(f"/api/queue?limit=200&reason={one['reason']}")["items"]) == one["count"]


def test_what_is_skipped_is_gone_until_its_day_and_its_history_tells_by_whom(office):
    file = office.case_file("EXP-1", collector="carl")
    office.carl.does(f"/api/case-files/{file}/skip", {"until": later(office)})
    assert file not in {one["id"] for one in office.carl.sees("/api/queue")["items"]}
    page = office.http.get(f"/case-files/{file}", headers=office.browser("ana")).text
    assert re.search(r"Saltado en la cola hasta el", page)


def test_nobody_skips_for_others_nor_for_long(office):
    file = office.case_file("EXP-1", collector="ana")
    debtor = office.ana.sees(f"/api/case-files/{file}")["line"]["debtor_id"]
    for path in (f"/api/case-files/{file}/skip", f"/api/clients/{debtor}/skip"):
        assert office.carl.post(path, {"until": later(office)}).status_code == 404
    mine = office.case_file("EXP-2", collector="carl")
    for until in (str(office.today), later(office, 61), "mañana"):
        answer = office.carl.post(f"/api/case-files/{mine}/skip", {"until": until})
        assert answer.status_code == 422
        assert "until" in answer.text


def test_the_next_is_the_one_after_and_after_the_last_the_queue(office):
    files = [office.case_file(f"EXP-{amount}", f"{amount}.00", collector="carl") for amount in (3000, 2000, 1000)]

    def next_after(case_file):
        headers = office.browser("carl")
        answer = office.http.get(f"/queue/next?after={case_file}", headers=headers, follow_redirects=False)
        assert answer.status_code == 303
        return answer.headers["location"]

    places = [f"/case-files/{file}?do=action&queue=yes#do" for file in files]
    assert [next_after(file) for file in files] == [*places[1:], "/escritorio"]
    office.carl.does(f"/api/case-files/{files[1]}/skip", {"until": later(office)})
    assert next_after(files[1]) == places[0]


def test_nobody_skips_what_is_closed_and_paid(office):
    file = office.case_file("EXP-1", "100.00", collector="carl")
    payment = office.carl.does(f"/api/case-files/{file}/payments", paid("100.00"))
    office.ana.does(f"/api/case-files/{file}/payments/{payment}/approval")
    office.ana.does(f"/api/case-files/{file}/closing", {"reason": "paid"})
    refused = office.carl.post(f"/api/case-files/{file}/skip", {"until": later(office)})
    assert refused.status_code == 409


def test_a_case_file_come_to_from_the_queue_leads_on_also_after_a_refusal(office):
    file = office.case_file("EXP-1", collector="carl")
    headers = office.browser("carl")
    asked = f"/case-files/{file}?do=action&queue=yes&sort=arrears"
    onward = f"/queue/next?sort=arrears&amp;after={file}"
    assert f'name="back" value="{onward}"' in office.http.get(asked, headers=headers).text
    sent = {"queue": "yes", "sort": "arrears", "form_name": "action", "outcome": "nothing"}
    refused = office.http.post(f"/case-files/{file}/actions", data=sent, headers=headers)
    assert refused.status_code == 422
    assert f'name="back" value="{onward}"' in refused.text
    assert "/queue/next" not in office.http.get(f"/case-files/{file}?do=action", headers=headers).text
