"""What the demo's office does not show by itself: made through the API, so that a crawl meets each kind of form.

Somebody who crawls decides on what others did: payments, expenses.
"""

from itertools import count

from carriers import Box, client_with, issued_invoice, set_up_mail
from eventually import eventually
from html_page import read
from office import Office, euros, opening, payment
from second_factor import with_phone

from infrastructure.wiring import credentials

LINES = [{"description": "Asesoría", "unit_price": "100", "tax_rate": "21"}]
DEBTS = (
    "reference;creditor_reference;debtor_reference;principal;currency;opened_on;due_on\n"
    "RASTREO-1;{creditor};{debtor};10;EUR;2026-01-10;2026-02-10\n"
    "RASTREO-2;{creditor};nobody;10;EUR;2026-01-10;2026-02-10\n"
)


def logged_in(office: Office, *names: str) -> Office:
    logins = credentials(office.store)
    office.tokens |= {name: logins.issue(name, now=office.clock.now) for name in names}
    logins.close()
    return office


def reachable(office: Office, mail: Box) -> list[str]:
    """The addresses of what was made, and those that only other people, a mail or a page loaded again lead to."""
    with_phone(office.store, "hugo", office.clock.now)
    return [
        "/users/ana/link",
        "/users/hugo",
        "/log-in/code",
        "/account/second-factor/confirmation",
        "/account/second-factor/recovery-codes",
        *_mails(office, mail),
        *_case_files(office),
        *_clients(office),
        *_invoices(office),
        *_estimates(office),
        *_expenses(office),
        *_imports(office),
        "/account/tokens",
        "/account/calendar",
        "/messages",
        "/reassignment?collector=ana&to=sofia&from=2026-04-01",
    ]


def _client(office, name, **more):
    return office.sofia.does("/api/clients", {"name": name, "collector": "ana", **more})


def _case_files(office):
    """One for each form: what one form does is no other's business. On one others proposed to charge, and olga did."""

    def case_file(**more):
        reference = f"RASTREO-E{next(numbers)}"
        return office.sofia.does("/api/case-files", opening(reference, _client(office, reference)) | more)

    def paid(case_file, who=office.ana, amount="10.00", **more):
        return who.does(f"/api/case-files/{case_file}/payments", payment(amount, **more))

    def in_credit(case_file):
        more = paid(case_file, amount="1500.00", overpayment=True)
        office.sofia.does(f"/api/case-files/{case_file}/payments/{more}/approval")
        return case_file

    def refund(who):
        """Proposed by this person."""
        case_file_ = in_credit(case_file())
        told = {"amount": euros("5.00"), "reason": "la pide"}
        return f"/case-files/{case_file_}", who.does(f"/api/case-files/{case_file_}/refunds", told)

    numbers = count(1)
    open_, planned, closed = (case_file() for _ in range(3))
    plan = {"instalments": [{"due_on": "2026-04-01", "amount": euros("1000.00")}]}
    office.sofia.does(f"/api/case-files/{planned}/plan", plan)
    office.sofia.does(f"/api/case-files/{closed}/closing", {"reason": "withdrawn"})
    costs, limit = f"/api/case-files/{open_}/costs", {"currency": "EUR"}
    for _ in range(3):
        office.ana.does(costs, {"amount": euros("3.00")})
    office.olga.does("/api/business/charge-limit", {**limit, "limit": euros("1.00")})
    office.olga.does(costs, {"amount": euros("4.00")})
    office.olga.does("/api/business/charge-limit", limit)
    with_party, promised, to_withdraw, to_move = (case_file() for _ in range(4))
    party = {"client_id": _client(office, "Clienta Avalista"), "role": "guarantor"}
    office.sofia.does(f"/api/case-files/{with_party}/parties", party)
    office.ana.does(f"/api/case-files/{promised}/promises", {"amount": euros("5.00"), "due_on": "2026-03-20"})
    asked = ["plan", "payment", "promise", "cost", "interest", "adjustment"]
    refund(office.sofia)
    returned = case_file()
    approved = paid(returned)
    office.sofia.does(f"/api/case-files/{returned}/payments/{approved}/approval")
    (rejecting, rejected), (withdrawing, withdrawn) = (refund(who) for who in (office.sofia, office.olga))
    return [
        "/case-files/by-reference/RASTREO-E1",
        f"/case-files/{open_}",
        *(f"/case-files/{case_file()}?do={one}" for one in asked),
        f"/case-files/{case_file()}?do=plan&count=3&first_on=2026-04-01&every=month",
        *(f"/case-files/{case_file()}?do={one}&find=Clienta" for one in ("party", "registry-entry")),
        f"/case-files/{_written_to(office, case_file)}/notice",
        f"/case-files/{planned}",
        f"/case-files/{planned}?do=plan-end",
        f"/case-files/{closed}",
        f"/case-files/{closed}?do=reopening",
        f"/case-files/{with_party}",
        f"/case-files/{to_withdraw}?do=withdrawal&about={paid(to_withdraw, office.olga)}",
        f"/case-files/{to_move}?do=collection-move&about={paid(to_move)}",
        f"/case-files/{in_credit(case_file())}?do=credit-move",
        f"/case-files/{in_credit(case_file())}?do=refund",
        f"/case-files/{returned}?do=return&about={approved}",
        f"/clients/{office.sofia.sees(f'/api/case-files/{returned}')['line']['debtor_id']}/transactions",
        f"{rejecting}?do=refund-rejection&about={rejected}",
        f"{withdrawing}?do=refund-withdrawal&about={withdrawn}",
        _linked(office, f"/escritorio/calendar?month=2026-03&day=2026-03-20&case_file_id={promised}", "missed="),
    ]


def _written_to(office, case_file):
    """One whose debtor has a postal address."""
    at = {"street": "Mayor 2", "postcode": "46001", "city": "València"}
    return case_file(debtor_id=_client(office, "Clienta con Dirección", address=at))


def _linked(office, address, part):
    """Where the first link leads of which this is a part: a page's own keys are in no API."""

    def found():
        page = read(office.http.get(address, headers=office.browser("olga")).text)
        return next((link for link in page.links if part in link), None)

    return eventually(found)


def _clients(office):
    one, other, kept, absorbed = (_client(office, f"Clienta {name}") for name in ("Una", "Otra", "Hallada", "Doble"))
    office.sofia.does(f"/api/clients/{absorbed}/merging", {"into": kept, "reason": "la misma"})
    carded, planned = (_client(office, f"Clienta {name}") for name in ("con Tarjeta", "con Plan"))
    card = office.ana.does(f"/api/clients/{carded}/cards", {"brand": "visa", "last_four": "4242", "token": "pagos-1"})
    moved = {"clients": [planned], "to": "sofia", "from": "2026-05-01"}
    office.sofia.does("/api/portfolios/reassignments", moved)
    return [
        f"/clients/{one}/merging/{other}",
        f"/clients/{kept}",
        f"/clients/{kept}/standing",
        f"/clients/{one}/statement",
        f"/clients/{carded}?do=card-removal&about={card}",
        f"/portfolios/of-clients/{planned}",
    ]


def _invoices(office):
    """Payments that wait, that were approved and rejected; a credit, and what it may be moved to."""
    client = _client(
        office, "Clienta Facturada", address={"street": "Mayor 1", "postcode": "46001", "city": "València"}
    )
    draft, edited, issued, void, open_, credit, other, moved = (
        office.sofia.does("/api/invoices", {"client_id": client, "lines": LINES, "due_days": 0}) for _ in range(8)
    )
    for one in (open_, credit, other, moved):
        office.sofia.does(f"/api/invoices/{one}/issue", {"issued_on": "2026-03-02", "earlier_day_confirmed": True})
        office.sofia.does(f"/api/invoices/{one}/sent", {})

    def paid(invoice, amount="10.00", *, by=office.ana, **more):
        return by.does(f"/api/invoices/{invoice}/payments", payment(amount, **more))

    waiting = [paid(open_) for _ in range(4)]
    approved, rejected = paid(open_), paid(open_)
    office.sofia.does(f"/api/invoices/{open_}/payments/{approved}/approval")
    office.sofia.does(f"/api/invoices/{open_}/payments/{rejected}/rejection", {"reason": "no llegó"})
    for one in (credit, moved):
        more = paid(one, "150.00", overpayment=True)
        office.sofia.does(f"/api/invoices/{one}/payments/{more}/approval")
    told = {"amount": euros("1.00"), "to": other, "reason": "de esta"}
    office.sofia.does(f"/api/invoices/{moved}/credit-moves", told)
    for _ in range(3):
        office.sofia.does(f"/api/invoices/{open_}/sending", {"channel": "post", "again": True})
    back = {"amount": euros("1.00"), "reason": "pagó de más"}
    refunds = [office.ana.does(f"/api/invoices/{credit}/refunds", back) for _ in range(4)]
    own = office.olga.does(f"/api/invoices/{credit}/refunds", back)
    return [
        "/invoices/payments",
        f"/invoices/{open_}",
        f"/invoices/{open_}?do=rejection&about={waiting[0]}",
        f"/invoices/{open_}?do=return&about={approved}",
        f"/invoices/{open_}?do=reopening&about={rejected}",
        f"/invoices/{open_}?do=payment-reopening&about={rejected}",
        f"/invoices/{credit}?do=credit-move",
        f"/invoices/{credit}?do=refund",
        f"/invoices/{credit}?do=refund-rejection&about={refunds[3]}",
        f"/invoices/{credit}?do=refund-withdrawal&about={own}",
        f"/invoices/{credit}",
        f"/invoices/{other}/reminder",
        f"/invoices/{other}?do=withdrawal&about={paid(other, by=office.olga)}",
        f"/invoices/{moved}",
        f"/invoices/{draft}",
        f"/invoices/{issued}?do=issue",
        f"/invoices/{edited}/edit",
        f"/invoices/{void}?do=void",
        "/messages?state=to-print",
    ]


def _estimates(office):
    at = {"street": "Mayor 3", "postcode": "46001", "city": "València"}
    client = _client(office, "Clienta Presupuestada", address=at)
    written = {"client_id": client, "lines": LINES, "valid_days": 10}
    one, other, accepted, plain, declined, outstanding, draft = (
        office.sofia.does("/api/estimates", written) for _ in range(7)
    )
    for estimate in (one, other, accepted, plain, declined, outstanding):
        office.sofia.does(f"/api/estimates/{estimate}/sent", {})
    office.sofia.does(f"/api/estimates/{accepted}/acceptance", {})
    links = [office.sofia.post(f"/api/estimates/{estimate}/link").json()["address"] for estimate in (one, other)]
    paths = ["/" + link.partition("://")[2].partition("/")[2] for link in links]
    return [
        *paths,
        f"{paths[1]}/pdf",
        f"/estimates/{accepted}",
        f"/estimates/{plain}",
        f"/estimates/{declined}?do=decline",
        f"/estimates/{outstanding}?do=acceptance",
        f"/estimates/{draft}/sending",
    ]


def _mails(office, mail):
    """Mail is set up; one that was not taken, one of which nobody knows; a link that came by mail."""
    set_up_mail(office, mail.port, by="olga")

    def becomes(state, does):
        mail.does = does
        client = client_with(office, f"Clienta {does}", email=f"{does}@deudora.es", collector="ana", by="sofia")
        sent = {"channel": "email"}
        invoice = issued_invoice(office, client, by="sofia")
        message = office.sofia.does(f"/api/invoices/{invoice}/sending", sent)
        eventually(lambda: office.sofia.sees(f"/api/messages/{message}")["line"]["state"] == state)
        mail.does = "accept"
        return f"/messages/{message}"

    text = {"kind": "demand", "language": "es", "subject": "Deuda", "body": "Pague.", "short": "Pague."}
    office.olga.does("/api/correspondence/templates", text)
    logins = credentials(office.store)
    token = logins.issue_for_new_password("hugo", now=office.clock.now)
    logins.close()
    return [
        becomes("failed", "refuse"),
        becomes("unknown", "die"),
        "/settings/mail",
        "/settings/mail/texts/demand/es",
        "/forgotten-password",
        f"/new-password/{token}",
    ]


def _expenses(office):
    bare, approved = (office.ana.does("/api/expenses", {"kind": "fuel", "amount": euros("5.00")}) for _ in range(2))
    office.sofia.does(f"/api/expenses/{approved}/approval")
    own = office.olga.does("/api/expenses", {"kind": "fuel", "amount": euros("6.00")})
    return [f"/expenses/{own}", f"/expenses/{bare}", "/escritorio/expenses-report?month=2026-03&collector=ana"]


def _imports(office):
    """Files of olga's: one whose columns are to be matched, some that were checked and have a row that is wrong, one of
    two clients with the same identification."""
    for reference in ("ACREE", "DEUD"):
        _client(office, f"Clienta {reference}", reference=f"RASTREO-{reference}")

    def post(path, fields, **more):
        answer = office.http.post(path, data=fields, headers=office.browser("olga"), **more)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def once(address, text):
        eventually(lambda: text in office.http.get(address, headers=office.browser("olga")).text)

    content = DEBTS.format(creditor="RASTREO-ACREE", debtor="RASTREO-DEUD").encode()
    files = []
    for _ in range(3):
        files.append(post("/import", {"contents": "case-files"}, files={"file": ("deudas.csv", content)}))
        once(files[-1], f"{files[-1]}/columns")
    columns = {f"columns.case_files.{one}": one for one in content.decode().partition("\n")[0].split(";")}
    for one in files[1:]:
        post(f"{one}/columns", {**columns, "form_name": "columns", "map_name": "Rastreo"})
        once(one, f"{one}/load")
    same = b"reference;name;identification\nS-1;Ana Soler;00000001R\nS-2;Soler, Ana;00000001R\n"
    files.append(post("/import", {"contents": "clients"}, files={"file": ("clientes.csv", same)}))
    once(files[-1], f"{files[-1]}/columns")
    post(f"{files[-1]}/columns", {f"columns.clients.{one}": one for one in ("reference", "name", "identification")})
    once(files[-1], f"{files[-1]}/recognised")
    return [f"{files[1]}/left-out.csv", f"{files[1]}/debts.csv", *files, "/import"]
