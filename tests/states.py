"""What the demo's office does not show by itself: made through the API, so that a crawl meets each kind of form.

Somebody who crawls decides on what others did: payments, expenses.
"""

from eventually import eventually
from office import Office, euros, opening, payment

from infrastructure.main import credentials

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


def reachable(office: Office) -> list[str]:
    """The addresses of what was made, and those that only other people or a page loaded again lead to."""
    return [
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
    """With what others proposed to charge, to be decided on, and what olga did, to be withdrawn."""

    def case_file(reference, **more):
        return office.sofia.does("/api/case-files", opening(reference, _client(office, reference)) | more)

    open_, planned, closed = (case_file(f"RASTREO-{one}") for one in "ABC")
    plan = {"instalments": [{"due_on": "2026-04-01", "amount": euros("1000.00")}]}
    office.sofia.does(f"/api/case-files/{planned}/plan", plan)
    office.sofia.does(f"/api/case-files/{closed}/closing", {"reason": "withdrawn"})
    costs, limit = f"/api/case-files/{open_}/costs", {"currency": "EUR"}
    for _ in range(3):
        office.ana.does(costs, {"amount": euros("3.00")})
    office.olga.does("/api/business/charge-limit", {**limit, "limit": euros("1.00")})
    office.olga.does(costs, {"amount": euros("4.00")})
    office.olga.does("/api/business/charge-limit", limit)
    asked = ["party", "registry-entry", "plan", "payment", "promise", "cost", "interest", "adjustment"]
    return [
        "/case-files/by-reference/RASTREO-A",
        f"/case-files/{open_}",
        f"/case-files/{open_}/notice",
        *(f"/case-files/{open_}?do={one}" for one in asked),
        f"/case-files/{planned}",
        f"/case-files/{planned}?do=plan-end",
        f"/case-files/{closed}",
        f"/case-files/{closed}?do=reopening",
    ]


def _clients(office):
    one, other, kept, absorbed = (_client(office, f"Clienta {name}") for name in ("Una", "Otra", "Hallada", "Doble"))
    office.sofia.does(f"/api/clients/{absorbed}/merging", {"into": kept, "reason": "la misma"})
    return [
        f"/clients/{one}/merging/{other}",
        f"/clients/{kept}",
        f"/clients/{kept}/standing",
        f"/clients/{one}/statement",
    ]


def _invoices(office):
    """Payments that wait, that were approved and rejected; a credit, and what it may be moved to."""
    client = _client(
        office, "Clienta Facturada", address={"street": "Mayor 1", "postcode": "46001", "city": "València"}
    )
    draft, void, open_, credit = (
        office.sofia.does("/api/invoices", {"client_id": client, "lines": LINES, "due_days": 0}) for _ in range(4)
    )
    for one in (void, open_, credit):
        office.sofia.does(f"/api/invoices/{one}/issue", {})
    for one in (open_, credit):
        office.sofia.does(f"/api/invoices/{one}/sent", {})

    def paid(invoice, amount="10.00", **more):
        return office.ana.does(f"/api/invoices/{invoice}/payments", payment(amount, **more))

    waiting = [paid(open_) for _ in range(4)]
    approved, rejected = paid(open_), paid(open_)
    office.sofia.does(f"/api/invoices/{open_}/payments/{approved}/approval")
    office.sofia.does(f"/api/invoices/{open_}/payments/{rejected}/rejection", {"reason": "no llegó"})
    more = paid(credit, "150.00", overpayment=True)
    office.sofia.does(f"/api/invoices/{credit}/payments/{more}/approval")
    office.sofia.does(f"/api/invoices/{open_}/sending", {"channel": "post"})
    return [
        "/invoices/payments",
        f"/invoices/{open_}",
        f"/invoices/{open_}?do=rejection&about={waiting[0]}",
        f"/invoices/{open_}?do=return&about={approved}",
        f"/invoices/{open_}?do=reopening&about={rejected}",
        f"/invoices/{open_}?do=payment-reopening&about={rejected}",
        f"/invoices/{credit}?do=credit-move",
        f"/invoices/{credit}",
        f"/invoices/{open_}/reminder",
        f"/invoices/{draft}",
        f"/invoices/{void}?do=void",
    ]


def _estimates(office):
    client = _client(office, "Clienta Presupuestada")
    written = {"client_id": client, "lines": LINES, "valid_days": 10}
    one, other, accepted = (office.sofia.does("/api/estimates", written) for _ in range(3))
    for estimate in (one, other, accepted):
        office.sofia.does(f"/api/estimates/{estimate}/sent", {})
    office.sofia.does(f"/api/estimates/{accepted}/acceptance", {})
    links = [office.sofia.post(f"/api/estimates/{estimate}/link").json()["address"] for estimate in (one, other)]
    paths = ["/" + link.partition("://")[2].partition("/")[2] for link in links]
    return [*paths, f"{paths[1]}/pdf", f"/estimates/{accepted}"]


def _expenses(office):
    bare, approved = (office.ana.does("/api/expenses", {"kind": "fuel", "amount": euros("5.00")}) for _ in range(2))
    office.sofia.does(f"/api/expenses/{approved}/approval")
    return [f"/expenses/{bare}", "/escritorio/expenses-report?month=2026-03&collector=ana"]


def _imports(office):
    """Two files of olga's: one whose columns are to be matched, one that was checked and has a row that is wrong."""
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
    return [f"{files[1]}/left-out.csv", f"{files[1]}/debts.csv", *files, "/import"]
