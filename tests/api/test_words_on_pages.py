"""What pages say to people: in whole words, names and amounts, and with what may be chosen from."""

from html_page import read


def page(office, path, who="ana"):
    """As a browser has it once it shows what was done."""
    answer = office.http.get(path, headers=office.browser(who))
    assert answer.status_code == 200, (path, answer.text)
    return answer.text.replace("\xa0", " ")


def choices(html, name):
    return {one for form in read(html).forms for field in form.fields if field.name == name for one in field.options}


def test_an_email_address_is_not_offered_to_be_a_mobile(sqlite_office):
    told = [{"medium": "email", "value": "a@ejemplo.es"}, {"medium": "phone", "value": "600123123"}]
    client = sqlite_office.client(contacts=told)
    ids = {one["medium"]: one["id"] for one in sqlite_office.ana.sees(f"/api/clients/{client}")["contacts"]}
    for medium in ("email", "phone"):
        new = choices(page(sqlite_office, f"/clients/{client}?do={medium}"), "kind")
        correction = f"/clients/{client}?do=contact-correction&about={ids[medium]}"
        assert new == choices(page(sqlite_office, correction), "kind")
        assert new == choices(page(sqlite_office, "/clients/new"), f"{medium}_kind")
        assert ("mobile" in new, "work" in new) == (medium == "phone", True)
