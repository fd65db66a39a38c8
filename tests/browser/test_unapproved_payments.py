"""A supervisor's morning: payments approved and rejected, one by one or several at once, and undone."""

import re

import pytest
from office import payment
from playwright.sync_api import expect

HERE = "/escritorio/unapproved-payments"


@pytest.fixture
def told(office, unique):
    """Records payments, each on a case file of its own: the references of these."""

    def record(*amounts, by="carl", **more):
        references = []
        for amount in amounts:
            references.append(unique("COBRO"))
            case_file = office.case_file(references[-1])
            path = f"/api/case-files/{case_file}/payments"
            paths[references[-1]] = f"{path}/{getattr(office, by).does(path, payment(amount, **more))}"
        return references

    paths = {}
    record.paths = paths
    return record


def row(page, reference):
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=reference, exact=True))


def state(office, path):
    case_file, _, payment_id = path.partition("/payments/")
    shown = office.ana.sees(case_file)
    return next(one["state"] for one in shown["payments"] if one["id"] == payment_id)


@pytest.mark.on_both_databases
def test_one_click_approves_and_a_toast_undoes_it(office, browse, told):
    [reference] = told("120.50", payer="Tía Paca", note="En mano")
    page = browse("ana")
    page.goto(HERE)
    one = row(page, reference)
    expect(one).to_contain_text("120,50 €")
    expect(one).to_contain_text("Tía Paca")
    expect(one).to_contain_text("En mano")
    one.get_by_role("button", name="Aprobar").click()
    expect(one).to_have_count(0)
    assert state(office, told.paths[reference]) == "approved"
    page.get_by_role("status").get_by_role("button", name="Deshacer").click()
    expect(one).to_be_visible()
    assert state(office, told.paths[reference]) == "unapproved"


def test_the_wheel_rejects_for_a_reason_of_its_menu_or_another_one(browse, told):
    preset, other = told("10.00", "20.00")
    page = browse("ana")
    page.goto(HERE)
    row(page, preset).get_by_label(re.compile("^Rechazar")).click()
    row(page, preset).get_by_role("button", name="No figura en el extracto bancario").click()
    expect(row(page, preset)).to_have_count(0)
    row(page, other).get_by_label(re.compile("^Rechazar")).click()
    row(page, other).get_by_role("link", name="Otro motivo").click()
    expect(page.get_by_label("Otro motivo")).to_be_focused()
    page.keyboard.type("Lo dice <b>Paca</b>")
    page.keyboard.press("Enter")
    expect(row(page, other)).to_have_count(0)

    collector = browse("carl")
    collector.goto(HERE)
    rejected = collector.get_by_role("table", name="Rechazados en los últimos 60 días")
    expect(rejected.get_by_role("row").filter(has_text=preset)).to_contain_text("No figura en el extracto bancario")
    expect(rejected.get_by_role("row").filter(has_text=other)).to_contain_text("Lo dice <b>Paca</b>")


def test_all_is_done_by_key(office, browse, told):
    approved, rejected = told("10.00", "20.00")
    page = browse("ana")
    page.goto(HERE)
    for reference, keys in ((approved, ["a"]), (rejected, ["r", "Enter"])):
        page.keyboard.press("j")
        for _ in range(60):
            if row(page, reference).locator(":focus").count():
                break
            page.keyboard.press("j")
        for key in keys:
            page.keyboard.press(key)
        expect(row(page, reference)).to_have_count(0)
    assert [state(office, told.paths[one]) for one in (approved, rejected)] == ["approved", "rejected"]


def test_whoever_approves_by_key_goes_on_with_the_row_that_comes_next(browse, told):
    first, second, third = told("10.00", "20.00", "30.00")
    page = browse("ana")
    page.goto(HERE)
    row(page, first).get_by_role("link").first.focus()
    for done, following in ((first, second), (second, third)):
        page.keyboard.press("a")
        expect(row(page, done)).to_have_count(0)
        expect(row(page, following).locator(":focus")).to_have_count(1)


@pytest.mark.on_both_databases
def test_several_are_decided_on_at_once_each_with_its_result_and_undone_together(office, browse, told):
    first, second, raced = told("10.00", "20.00", "30.00")
    page = browse("ana")
    page.goto(HERE)
    for reference in (first, second, raced):
        row(page, reference).get_by_role("checkbox").check()
    office.bea.does(f"{told.paths[raced]}/approval")
    page.get_by_role("button", name=re.compile("Aprobar los marcados")).click()
    expect(page.get_by_role("heading", name="Hecho en 2 de 3 cobros")).to_be_visible()
    expect(row(page, first)).to_contain_text("Aprobado")
    expect(row(page, raced)).to_contain_text("bea")
    page.get_by_role("button", name="Deshacer todo").click()
    expect(page.get_by_role("heading", name="Hecho en 2 de 2 cobros")).to_be_visible()
    assert [state(office, told.paths[one]) for one in (first, second, raced)] == [
        "unapproved",
        "unapproved",
        "approved",
    ]
    page.get_by_role("link", name="Seguir con los cobros sin aprobar").click()
    row(page, first).get_by_role("checkbox").check()
    page.get_by_text("Rechazar los marcados").click()
    page.get_by_role("group").filter(has_text="Rechazar los marcados").get_by_role("button", name="duplicado").click()
    expect(page.get_by_role("heading", name="Hecho en 1 de 1 cobros")).to_be_visible()
    assert state(office, told.paths[first]) == "rejected"


def test_what_is_more_than_owed_is_approved_among_several_where_that_is_ticked(office, browse, told):
    whole, too_much = told("10.00", "1500.00")
    page = browse("ana")
    page.goto(HERE)

    def approve(*references):
        for reference in references:
            row(page, reference).get_by_role("checkbox").check()
        page.get_by_role("button", name=re.compile("Aprobar los marcados")).click()

    approve(whole, too_much)
    expect(page.get_by_role("heading", name="Hecho en 1 de 2 cobros")).to_be_visible()
    page.get_by_role("link", name="Seguir con los cobros sin aprobar").click()
    page.get_by_label("También los que superan lo pendiente").check()
    approve(too_much)
    expect(page.get_by_role("heading", name="Hecho en 1 de 1 cobros")).to_be_visible()
    assert state(office, told.paths[too_much]) == "approved"


@pytest.mark.on_both_databases
def test_two_supervisors_click_at_once_and_the_later_one_is_told_who_decided(browse, told):
    [reference] = told("10.00")
    pages = [browse("ana"), browse("bea")]
    for page in pages:
        page.goto(HERE)
    row(pages[0], reference).get_by_role("button", name="Aprobar").click()
    expect(row(pages[0], reference)).to_have_count(0)
    row(pages[1], reference).get_by_role("button", name="Aprobar").click()
    expect(pages[1].get_by_role("status")).to_contain_text("ana")
    expect(row(pages[1], reference)).to_have_count(0)


def test_whoever_recorded_it_sees_that_another_decides(browse, told):
    [own] = told("10.00", by="bea")
    page = browse("bea")
    page.goto(HERE)
    expect(row(page, own)).to_contain_text("decide otro supervisor")
    expect(row(page, own).get_by_role("button")).to_have_count(0)
    expect(row(page, own).get_by_role("checkbox")).to_have_count(0)


def test_a_collector_sees_the_own_ones_and_decides_on_none(browse, told):
    [reference] = told("10.00")
    page = browse("carl")
    page.goto(HERE)
    expect(row(page, reference)).to_be_visible()
    expect(page.get_by_role("button", name="Aprobar")).to_have_count(0)
    page = browse("cora")
    page.goto(HERE)
    expect(page.get_by_text(reference)).to_have_count(0)


def test_the_chosen_payment_is_shown_beside_what_is_known_of_its_debtor(office, browse, told):
    reference, _ = told("10.00", "20.00")
    case_file = told.paths[reference].partition("/payments/")[0]
    office.carl.does(f"{case_file}/payments", payment("77.00", received_on="2026-03-01"))
    office.carl.does(f"{case_file}/actions", {"channel": "call", "outcome": "contacted", "note": "Pagará mañana"})
    page = browse("ana")
    page.goto(HERE)
    page.get_by_role("link", name=f"Deudora de {reference}").first.click()
    beside = page.get_by_role("complementary")
    expect(beside.get_by_role("heading", name=f"Deudora de {reference}")).to_be_visible()
    expect(beside).to_contain_text("77,00 €")
    expect(beside).to_contain_text("Pagará mañana")


def test_without_javascript_it_works_as_well(office, browse, told):
    one, two = told("10.00", "20.00")
    page = browse("ana", java_script_enabled=False)
    page.goto(HERE)
    row(page, one).get_by_role("button", name="Aprobar").click()
    expect(row(page, one)).to_have_count(0)
    row(page, two).get_by_role("checkbox").check()
    page.get_by_role("button", name=re.compile("Aprobar los marcados")).click()
    expect(row(page, two)).to_contain_text("Aprobado")
    page.reload()
    expect(row(page, two)).to_contain_text("Aprobado")
    assert state(office, told.paths[two]) == "approved"


def test_nothing_is_done_where_nothing_is_ticked(browse, told):
    told("10.00")
    page = browse("ana")
    page.goto(HERE)
    page.get_by_role("button", name=re.compile("Aprobar los marcados")).click()
    expect(page.get_by_role("status")).to_contain_text("Marque antes los cobros")


def test_what_stands_beside_the_list_is_of_the_row_that_one_walks_to(office, browse, told):
    first, second = told("31.00", "32.00")
    page = browse("ana")
    page.goto(HERE)
    row(page, first).get_by_role("link").first.focus()
    beside = page.locator("#debtor")
    expect(beside.get_by_role("link", name=first, exact=True)).to_be_visible()
    page.keyboard.press("j")
    expect(beside.get_by_role("link", name=second, exact=True)).to_be_visible()
    expect(row(page, second)).to_have_class("here")
    beside.get_by_role("textbox", name="Otro motivo").fill("No es de aquí")
    beside.get_by_role("button", name="Rechazar").click()
    expect(row(page, second)).to_have_count(0)
    assert [state(office, told.paths[one]) for one in (first, second)] == ["unapproved", "rejected"]
