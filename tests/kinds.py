"""One thing of each kind, of one client in carl's portfolio, and the addresses at which they are read or changed."""

from carriers import client_with, issued_invoice, set_up_mail
from office import opening, payment

from api.routers import PAGES

NAME, SAID = "Quintín Zarzalejos", "vive con su hermana en Cuacos"


def one_of_each(office):
    """Their ids, by the names that addresses have for them. All of it says `SAID`, and of the client `NAME`."""
    set_up_mail(office, 9)  # where nobody listens
    client = client_with(office, NAME)
    file = office.ana.does("/api/case-files", opening("EXP-1", client))
    office.carl.does(f"/api/case-files/{file}/actions", {"channel": "call", "outcome": "contacted", "note": SAID})
    expense = {"kind": "fuel", "amount": payment()["amount"], "case_file_id": file, "note": SAID}
    lines = [{"description": SAID, "unit_price": "100", "tax_rate": "21"}]
    invoice = issued_invoice(office, client)
    credit = {"lines": [lines[0] | {"unit_price": "1"}], "reason": SAID}
    return {
        "client_id": client,
        "case_file_id": file,
        "payment_id": office.carl.does(f"/api/case-files/{file}/payments", payment("10.00", note=SAID)),
        "expense_id": office.carl.does("/api/expenses", expense),
        "invoice_id": invoice,
        "credit_note_id": office.ana.does(f"/api/invoices/{invoice}/credit-note", credit),
        "estimate_id": office.carl.does("/api/estimates", {"client_id": client, "lines": lines, "note": SAID}),
        "task_id": office.carl.does("/api/tasks", {"title": SAID, "day": "2026-03-16", "client_id": client}),
        "message_id": office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "post"}),
    }


def all_routes(app):
    return [*app.routes, *(route for router in PAGES for route in router.routes)]


def addresses(routes, ids, method="GET"):
    """Of all that is read, or done, at an address with an id of one of these, and of nothing else."""
    for route in routes:
        names = set(getattr(route, "param_convertors", ()))
        if method in (getattr(route, "methods", None) or ()) and names and names <= set(ids):
            path = route.path
            yield path, path.format(**ids)


def read(office, name, address):
    return office.http.get(address, headers=of_person(office, name, address), follow_redirects=True)


def of_person(office, name, address):
    """The headers of somebody's program, or of a browser where it is a page."""
    return {"Authorization": f"Bearer {office.tokens[name]}"} if address.startswith("/api/") else office.browser(name)
