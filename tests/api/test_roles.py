"""What each role may, route by route. A route that is not in the table fails a test, so whoever adds one decides it."""

import re
from functools import reduce
from uuid import UUID, uuid4, uuid5

from eventually import eventually
from office import euros, opening, payment, picture, send_image

from domain.people import Role

COLLECTOR, SUPERVISOR, ADMINISTRATOR, AUDITOR = Role
PEOPLE = {COLLECTOR: "carl", SUPERVISOR: "ana", ADMINISTRATOR: "dora", AUDITOR: "emil"}

EVERYONE = {COLLECTOR, SUPERVISOR, ADMINISTRATOR, AUDITOR}
WORKS = {COLLECTOR, SUPERVISOR, ADMINISTRATOR}
MANAGES = {SUPERVISOR, ADMINISTRATOR}
READS_ALL = {SUPERVISOR, ADMINISTRATOR, AUDITOR}

PUBLIC = {
    "POST /api/token",
    "GET /api/docs",
    "GET /api/openapi.json",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /calendar/{token}.ics",
}

QUESTIONS = {
    "GET /api/clients": EVERYONE,
    "GET /api/clients/{client_id}": EVERYONE,
    "GET /api/clients/{client_id}/history": EVERYONE,
    "GET /api/clients/{client_id}/image": EVERYONE,
    "GET /api/clients/{client_id}/likely-duplicates": EVERYONE,
    "GET /api/likely-duplicates": EVERYONE,
    "GET /api/clients/{client_id}/standing": EVERYONE,
    "GET /api/case-files/by-reference/{reference}": EVERYONE,
    "GET /api/case-files/{case_file_id}": EVERYONE,
    "GET /api/case-files/{case_file_id}/history": EVERYONE,
    "GET /api/escritorio/today": EVERYONE,
    "GET /api/escritorio/case-files": EVERYONE,
    "GET /api/escritorio/unapproved-payments": EVERYONE,
    "GET /api/escritorio/calendar": EVERYONE,
    "GET /api/escritorio/collections-report": EVERYONE,
    "GET /api/escritorio/expenses-report": EVERYONE,
    "GET /api/escritorio/expenses-report.{kind}": EVERYONE,
    "GET /api/escritorio/summary": EVERYONE,
    "GET /api/expenses": EVERYONE,
    "GET /api/expenses/{expense_id}": EVERYONE,
    "GET /api/expenses/{expense_id}/attachment": EVERYONE,
    "GET /api/queue": EVERYONE,
    "GET /api/queue/parts": EVERYONE,
    "GET /api/search": EVERYONE,
    "GET /api/tasks": EVERYONE,
    "GET /api/tasks/days/{day}": EVERYONE,
    "GET /api/tasks/months/{month}": EVERYONE,
    "GET /api/tasks/{task_id}": EVERYONE,
    "GET /api/calendar-address": EVERYONE,
    "GET /api/portfolios": EVERYONE,
    "GET /api/assignment-plans": READS_ALL,
    "GET /api/portfolios/{collector}": EVERYONE,
    "GET /api/portfolios/{collector}/totals": EVERYONE,
    "GET /api/clients/{client_id}/holdings": EVERYONE,
    "GET /api/substitutions": EVERYONE,
    "GET /api/escritorio/proposals": EVERYONE,
    "GET /api/audit/payments": READS_ALL,
    "GET /api/business": EVERYONE,
    "GET /api/messages": EVERYONE,
    "GET /api/messages/{message_id}": EVERYONE,
    "GET /api/messages/{message_id}/letter": EVERYONE,
    "GET /api/correspondence": {ADMINISTRATOR},
    "GET /api/preferences": EVERYONE,
    "GET /api/invoice-status": EVERYONE,
    "GET /api/estimate-status": EVERYONE,
    "GET /api/credits": EVERYONE,
    "GET /api/receivables": EVERYONE,
    "GET /api/receivables/clients": EVERYONE,
    "GET /api/invoices": EVERYONE,
    "GET /api/invoices/{invoice_id}": EVERYONE,
    "GET /api/invoices/{invoice_id}/history": EVERYONE,
    "GET /api/estimates": EVERYONE,
    "GET /api/estimates/{estimate_id}": EVERYONE,
    "GET /api/estimates/{estimate_id}/history": EVERYONE,
    "GET /api/unapproved-invoice-payments": EVERYONE,
    "GET /api/clients/{client_id}/payments": EVERYONE,
    "GET /api/clients/{client_id}/invoice-payments": EVERYONE,
    "GET /api/clients/{client_id}/invoice-credit": EVERYONE,
    "GET /api/invoices/{invoice_id}/pdf": EVERYONE,
    "GET /api/invoices/{invoice_id}/credit-notes/{credit_note_id}/pdf": EVERYONE,
    "GET /api/estimates/{estimate_id}/pdf": EVERYONE,
    "GET /api/clients/{client_id}/statement": EVERYONE,
    "GET /api/issuer": EVERYONE,
    "GET /api/issuer/logo": EVERYONE,
}

TOMORROW = {"until": "2026-03-17"}
REASON = {"reason": "Porque sí"}
PROMISE = {"amount": euros("5.00"), "due_on": "2026-03-20"}
CLIENT = "POST /api/clients/{client_id}"
TASK = {"title": "Llamar", "day": "2026-03-20"}
ALL_OF_CARL = {"collector": "carl", "to": "carl", "from": "2026-03-01"}
FILE, PAYMENT = "POST /api/case-files/{case_file_id}", "POST /api/case-files/{case_file_id}/payments/{payment_id}"
EXPENSE = "POST /api/expenses/{expense_id}"
INVOICE, INVOICED = "POST /api/invoices/{invoice_id}", "POST /api/invoices/{invoice_id}/payments/{invoice_payment_id}"
ESTIMATE = "POST /api/estimates/{estimate_id}"
LINES = [{"description": "Gestión", "unit_price": "100", "tax_rate": "21"}]
IDENTITY = {
    "name": "Recobros del Sur S.L.",
    "tax_id": "B41234568",
    "street": "Calle Sierpes 1",
    "postcode": "41004",
    "city": "Sevilla",
    "country": "ES",
    "email": "cobros@recobrosdelsur.es",
    "iban": "ES9121000418450200051332",
}

MESSAGE = "POST /api/messages/{message_id}"
BY_MAIL = {"channel": "email"}
MAIL_SERVER = {
    "host": "127.0.0.1",
    "port": 9,  # where nobody listens
    "security": "none",
    "sender": "cobros@agencia.es",
    "sender_name": "Cobros",
}
DEMAND = {"kind": "demand", "language": "es"}

COMMANDS = {
    "POST /api/token/revocation": (EVERYONE, None),
    "POST /api/calendar-address": (EVERYONE, None),
    "POST /api/calendar-address/revocation": (EVERYONE, None),
    "POST /api/tasks": (WORKS, {**TASK, "client_id": "{client_id}"}),
    "POST /api/tasks/{task_id}/start": (WORKS, None),
    "POST /api/tasks/{task_id}/reopening": (WORKS, None),
    "POST /api/tasks/{task_id}/unattended": (WORKS, None),
    "POST /api/tasks/{task_id}/edit": (WORKS, {**TASK, "assignee": "carl"}),
    "POST /api/tasks/{task_id}/copy": (WORKS, {"day": "2026-03-20"}),
    "POST /api/tasks/{task_id}/completion": (WORKS, None),
    "POST /api/clients": (WORKS, {"name": "Deudora S.L."}),
    "POST /api/clients/{client_id}/assignment": (MANAGES, {"collector": "carl", "from": "2026-03-01"}),
    f"{CLIENT}/correction": (WORKS, {"name": "Deudora y Cía.", **REASON}),
    f"{CLIENT}/verification": (WORKS, None),
    f"{CLIENT}/verification-withdrawal": (WORKS, REASON),
    f"{CLIENT}/contacts": (WORKS, {"medium": "phone", "value": "600 123 123"}),
    f"{CLIENT}/contacts/{{contact_id}}/correction": (WORKS, {"value": "otra@deudora.es", **REASON}),
    f"{CLIENT}/contacts/{{contact_id}}/removal": (WORKS, REASON),
    f"{CLIENT}/accounts": (WORKS, {"number": "ES9121000418450200051332"}),
    f"{CLIENT}/accounts/{{account_id}}/removal": (WORKS, REASON),
    f"{CLIENT}/cards": (WORKS, {"brand": "visa", "last_four": "4242", "token": "tok_1"}),
    f"{CLIENT}/cards/{{card_id}}/removal": (WORKS, REASON),
    f"{CLIENT}/credit-entries": (WORKS, {"source": "Informe", "score": "720"}),
    f"{CLIENT}/credit-entries/{{entry_id}}/removal": (WORKS, REASON),
    f"{CLIENT}/skip": (WORKS, TOMORROW),
    "POST /api/portfolios/reassignments/preview": (MANAGES, ALL_OF_CARL),
    "POST /api/portfolios/reassignments": (MANAGES, ALL_OF_CARL),
    "POST /api/portfolios/reassignments/{reassignment_id}/undo": (MANAGES, None),
    "POST /api/portfolios/reassignments/{planned_id}/cancellation": (MANAGES, None),
    "POST /api/clients/{client_id}/assignment-plans/{plan_id}/cancellation": (MANAGES, None),
    "POST /api/preferences/period": (EVERYONE, {"period": "year"}),
    "POST /api/substitutions": (
        MANAGES,
        {"collector": "carl", "substitute": "cora", "from": "2026-05-01", "until": "2026-05-31"},
    ),
    "POST /api/substitutions/{substitution_id}/end": (MANAGES, None),
    f"{CLIENT}/image": (WORKS, None),
    f"{CLIENT}/image/removal": (WORKS, None),
    "POST /api/clients/{merged_id}/merging": (MANAGES, {"into": "{client_id}", **REASON}),
    "POST /api/clients/{merged_id}/unmerging": (MANAGES, REASON),
    "POST /api/clients/{guarantor_id}/blocking": (MANAGES, REASON),
    "POST /api/clients/{guarantor_id}/unblocking": ({ADMINISTRATOR}, REASON),
    "POST /api/clients/{guarantor_id}/retention": ({ADMINISTRATOR}, {"until": "2026-03-01", "ground": "tax"}),
    "POST /api/clients/{erased_id}/erasure": ({ADMINISTRATOR}, {"ground": "asked_for"}),
    "POST /api/case-files": (WORKS, opening("EXP-9", "{client_id}")),
    f"{FILE}/assignment": (MANAGES, {"collector": "carl", "from": "2026-03-01"}),
    f"{FILE}/skip": (WORKS, TOMORROW),
    f"{FILE}/stage": (WORKS, {"stage": "legal"}),
    f"{FILE}/plan": (WORKS, {"instalments": [{"due_on": "2026-04-01", "amount": euros("900.00")}]}),
    f"{FILE}/plan-end": (WORKS, REASON),
    f"{FILE}/dispute": (WORKS, {"claim": "No lo recibió"}),
    f"{FILE}/dispute-end": (WORKS, {"result": "Sí lo recibió"}),
    f"{FILE}/items": (
        WORKS,
        {"items": [{"issued_on": "2026-03-01", "due_on": "2026-04-01", "amount": euros("1.00")}]},
    ),
    f"{FILE}/costs": (WORKS, {"amount": euros("1.00")}),
    f"{FILE}/interest": (WORKS, {"amount": euros("1.00")}),
    f"{FILE}/proposals/{{proposal_id}}/approval": ({SUPERVISOR}, None),
    f"{FILE}/proposals/{{proposal_id}}/rejection": ({SUPERVISOR}, REASON),
    f"{FILE}/proposals/{{proposal_id}}/withdrawal": (WORKS, None),
    f"{FILE}/adjustments": (WORKS, {"kind": "waiver", "amount": euros("-1.00"), **REASON}),
    f"{FILE}/allocation-order": (WORKS, {"order": ["interest", "costs", "principal"], **REASON}),
    f"{FILE}/credit-moves": ({SUPERVISOR}, {"amount": euros("1.00"), "to": "{other_case_file_id}", **REASON}),
    f"{FILE}/refunds": (WORKS, {"amount": euros("1.00"), **REASON}),
    f"{FILE}/refunds/{{refund_id}}/approval": ({SUPERVISOR}, None),
    f"{FILE}/refunds/{{refund_id}}/rejection": ({SUPERVISOR}, REASON),
    f"{FILE}/refunds/{{refund_id}}/withdrawal": (WORKS, REASON),
    f"{FILE}/actions": (WORKS, {"channel": "call", "outcome": "contacted"}),
    f"{FILE}/promises": (WORKS, PROMISE),
    f"{FILE}/promises/{{promise_id}}/cancellation": (WORKS, REASON),
    f"{FILE}/parties": (WORKS, {"client_id": "{guarantor_id}", "role": "guarantor"}),
    f"{FILE}/parties/{{guarantor_id}}/guarantor/removal": (WORKS, None),
    f"{FILE}/payments": (WORKS, payment()),
    "POST /api/receipts": (
        WORKS,
        {
            "received_on": "2026-03-16",
            "method": "transfer",
            "payments": [{"case_file_id": "{case_file_id}", "amount": euros("1.00")}],
        },
    ),
    f"{CLIENT}/receipts": (WORKS, {"amount": euros("1.00"), "received_on": "2026-03-16", "method": "transfer"}),
    f"{PAYMENT}/approval": ({SUPERVISOR}, None),
    f"{PAYMENT}/rejection": ({SUPERVISOR}, REASON),
    f"{PAYMENT}/return": ({SUPERVISOR}, {"returned_on": "2026-03-16", **REASON}),
    f"{PAYMENT}/reopening": ({SUPERVISOR}, REASON),
    f"{PAYMENT}/withdrawal": (WORKS, REASON),
    f"{PAYMENT}/collection-move": ({SUPERVISOR}, {"collector": "cora", **REASON}),
    "POST /api/expenses": (WORKS, {"kind": "calls", "amount": euros("1.00")}),
    f"{EXPENSE}/attachment": (WORKS, None),
    f"{EXPENSE}/withdrawal": (WORKS, None),
    f"{EXPENSE}/approval": ({SUPERVISOR}, None),
    f"{EXPENSE}/rejection": ({SUPERVISOR}, REASON),
    f"{EXPENSE}/reopening": ({SUPERVISOR}, REASON),
    "POST /api/expenses/settlements": ({SUPERVISOR}, {"collector": "carl", "month": "2026-02"}),
    "POST /api/expenses/settlements/reopening": ({SUPERVISOR}, {"collector": "carl", "month": "2026-02", **REASON}),
    f"{INVOICE}/refunds": (WORKS, {"amount": euros("1.00"), **REASON}),
    f"{INVOICE}/refunds/{{refund_id}}/approval": ({SUPERVISOR}, None),
    f"{INVOICE}/refunds/{{refund_id}}/rejection": ({SUPERVISOR}, REASON),
    f"{INVOICE}/refunds/{{refund_id}}/withdrawal": (WORKS, REASON),
    "POST /api/invoices": (WORKS, {"client_id": "{client_id}", "lines": LINES}),
    "POST /api/invoices/{draft_id}/edit": (WORKS, {"lines": LINES, "note": "Urgente"}),
    "POST /api/invoices/{draft_id}/issue": (WORKS, {}),
    "POST /api/invoices/{deleted_id}/deletion": (WORKS, None),
    "POST /api/invoices/{void_id}/void": (MANAGES, REASON),
    f"{INVOICE}/sent": (WORKS, {}),
    f"{INVOICE}/dispute": (WORKS, {"claim": "No lo pidió"}),
    f"{INVOICE}/dispute-end": (WORKS, {"result": "Sí lo pidió"}),
    f"{INVOICE}/payments": (WORKS, payment("1.00")),
    f"{INVOICED}/approval": ({SUPERVISOR}, None),
    f"{INVOICED}/rejection": ({SUPERVISOR}, REASON),
    f"{INVOICED}/return": ({SUPERVISOR}, {"returned_on": "2026-03-16", **REASON}),
    f"{INVOICED}/reopening": ({SUPERVISOR}, REASON),
    f"{INVOICED}/withdrawal": (WORKS, REASON),
    f"{INVOICE}/credit-moves": ({SUPERVISOR}, {"amount": euros("1.00"), "to": "{other_invoice_id}", **REASON}),
    f"{INVOICE}/credit-moves/{{transfer_id}}/taking-back": ({SUPERVISOR}, None),
    f"{INVOICE}/credit-note": (MANAGES, {"lines": [{**LINES[0], "unit_price": "1"}], **REASON}),
    "POST /api/case-files/from-invoices": (WORKS, {"reference": "EXP-8", "invoice_ids": ["{overdue_id}"]}),
    "POST /api/estimates": (WORKS, {"client_id": "{client_id}", "lines": LINES}),
    f"{ESTIMATE}/edit": (WORKS, {"lines": LINES, "note": "Urgente"}),
    f"{ESTIMATE}/copy": (WORKS, {}),
    f"{ESTIMATE}/sent": (WORKS, {}),
    f"{ESTIMATE}/link": (WORKS, None),
    f"{ESTIMATE}/acceptance": (WORKS, {}),
    f"{ESTIMATE}/invoice": (WORKS, None),
    "POST /api/estimates/{sent_estimate_id}/version": (WORKS, None),
    "POST /api/estimates/{declined_id}/decline": (WORKS, {}),
    "POST /api/estimates/{deleted_estimate_id}/deletion": (WORKS, None),
    "POST /api/issuer/identity": ({ADMINISTRATOR}, {**IDENTITY, "name": "Recobros del Norte S.L."}),
    "POST /api/issuer/series/continuation": ({ADMINISTRATOR}, {"numbered": "credit_notes", "after": 45}),
    "POST /api/issuer/series": ({ADMINISTRATOR}, {"invoices": "A", "credit_notes": "B", "estimates": "C"}),
    "POST /api/issuer/terms": ({ADMINISTRATOR}, {"due_days": 15, "estimate_days": 15, "tax_rate": "21"}),
    "POST /api/issuer/logo": ({ADMINISTRATOR}, None),
    "POST /api/issuer/logo/removal": ({ADMINISTRATOR}, None),
    f"{INVOICE}/sending": (WORKS, BY_MAIL),
    f"{INVOICE}/reminders": (WORKS, BY_MAIL),
    "POST /api/estimates/{unsent_id}/sending": (WORKS, BY_MAIL),
    f"{FILE}/notices": (WORKS, {**BY_MAIL, **DEMAND}),
    "POST /api/invoices/sending": (WORKS, {**BY_MAIL, "ids": ["{invoice_id}"]}),
    "POST /api/invoices/reminders": (WORKS, {**BY_MAIL, "ids": ["{invoice_id}"]}),
    "POST /api/estimates/sending": (WORKS, {**BY_MAIL, "ids": ["{estimate_id}"]}),
    "POST /api/case-files/notices": (WORKS, {**BY_MAIL, **DEMAND, "ids": ["{case_file_id}"]}),
    f"{MESSAGE}/retry": (WORKS, None),
    f"{MESSAGE}/resolution": (WORKS, None),
    f"{MESSAGE}/printing": (WORKS, None),
    f"{MESSAGE}/cancellation": (WORKS, None),
    "POST /api/correspondence/templates": (
        {ADMINISTRATOR},
        {"kind": "demand", "language": "es", "subject": "Deuda", "body": "Pague.", "short": "Pague."},
    ),
    "POST /api/correspondence/templates/reset": ({ADMINISTRATOR}, DEMAND),
    "POST /api/correspondence/reminder-policy": ({ADMINISTRATOR}, {"on": False, "from_hour": 9, "steps": []}),
    "POST /api/correspondence/mail-server": ({ADMINISTRATOR}, MAIL_SERVER),
    "POST /api/correspondence/sms-gateway": (
        {ADMINISTRATOR},
        {"url": "https://sms.example.com", "body": "{to} {text}", "format": "form"},
    ),
    "POST /api/correspondence/secrets": ({ADMINISTRATOR}, {"secret": "sms_token", "value": "s3cret"}),
    "POST /api/correspondence/suspension": ({ADMINISTRATOR}, None),
    "POST /api/correspondence/resumption": ({ADMINISTRATOR}, None),
    "POST /api/correspondence/test": ({ADMINISTRATOR}, {"channel": "email", "to": "yo@agencia.es"}),
    f"{FILE}/closing": (WORKS, {"reason": "uncollectible"}),
    f"{FILE}/reopening": ({SUPERVISOR}, REASON),
    "POST /api/business/description": (
        {ADMINISTRATOR},
        {"name": "Cobros S.L.", "kind": "agency", "country": "ES", "time_zone": "Europe/Madrid"},
    ),
    "POST /api/business/four-eyes": ({ADMINISTRATOR}, {"required": True}),
    "POST /api/business/charge-limit": ({ADMINISTRATOR}, {"currency": "EUR", "limit": euros("500.00")}),
    "POST /api/business/session-limits": ({ADMINISTRATOR}, {"idle_minutes": 60, "hours": 12}),
    "POST /api/business/second-factor": ({ADMINISTRATOR}, {"roles": []}),
    "POST /api/business/deadlines": ({ADMINISTRATOR}, {"grace_days": 0, "idle_days": 30}),
}

CANNOT_BE_DONE_NOW = {
    f"{INVOICE}/reminders",
    f"{MESSAGE}/retry",
    f"{MESSAGE}/resolution",
    f"{MESSAGE}/printing",
    f"{MESSAGE}/cancellation",
    "GET /api/messages/{message_id}/letter",
    f"{FILE}/credit-moves",
    f"{FILE}/refunds",
    f"{FILE}/refunds/{{refund_id}}/approval",
    f"{FILE}/refunds/{{refund_id}}/rejection",
    f"{FILE}/refunds/{{refund_id}}/withdrawal",
    f"{INVOICE}/refunds",
    f"{INVOICE}/refunds/{{refund_id}}/approval",
    f"{INVOICE}/refunds/{{refund_id}}/rejection",
    f"{INVOICE}/refunds/{{refund_id}}/withdrawal",
    f"{PAYMENT}/rejection",
    f"{PAYMENT}/withdrawal",
    f"{FILE}/proposals/{{proposal_id}}/rejection",
    f"{FILE}/proposals/{{proposal_id}}/withdrawal",
    f"{INVOICED}/withdrawal",
    f"{FILE}/closing",
    f"{FILE}/reopening",
    f"{EXPENSE}/attachment",
    f"{EXPENSE}/rejection",
    "GET /api/expenses/{expense_id}/attachment",
    f"{CLIENT}/image",
    "GET /api/issuer/logo",
    "POST /api/issuer/logo",
    "POST /api/issuer/series/continuation",
    f"{INVOICED}/rejection",
}
"""There is no credit to move, the payments, the proposal and the expense are approved by then, others wait, so the case
file does not close; the series has begun; and no attachment, image or logo is sent."""


NOT_THE_RECORDER = "/problems/not-the-recorder"
"""Whoever may withdraw payments withdraws the own ones only."""


def routes(office):
    """Every route of the application, those in no document too."""
    documented = {
        f"{method.upper()} {path}" for path, methods in office.http.app.openapi()["paths"].items() for method in methods
    }
    undocumented = {
        f"{method} {route.path}"
        for route in office.http.app.routes
        if hasattr(route, "methods")
        for method in route.methods - {"HEAD"}
    }
    return documented | undocumented


def named(office):
    """What the placeholders of the table stand for: one case file with something of each."""
    case_file = office.case_file("EXP-1")
    at = f"/api/case-files/{case_file}"
    client = office.ana.sees(at)["line"]["debtor_id"]
    returned, waiting = (office.carl.does(f"{at}/payments", payment()) for _ in range(2))
    office.bea.does(f"{at}/payments/{returned}/approval")
    of_client = f"/api/clients/{client}"
    moved, planned, lone = (
        office.ana.does("/api/portfolios/reassignments", {"clients": [one], "to": "cora", "from": from_on})
        for one, from_on in (
            (office.client("Movida S.L."), "2026-03-01"),
            (office.client("Prevista S.L."), "2026-04-01"),
            (client, "2026-05-01"),
        )
    )
    substitution = {"collector": "carl", "substitute": "cora", "from": "2026-04-01", "until": "2026-04-30"}
    duplicate = office.client("Deudora de EXP-1")
    office.ana.does(f"/api/clients/{duplicate}/assignment", {"collector": "carl", "from": "2026-03-01"})
    send_image(office.carl, client, picture())
    return {
        "{case_file_id}": case_file,
        "{client_id}": client,
        "{contact_id}": office.carl.does(f"{of_client}/contacts", {"medium": "email", "value": "d@deudora.es"}),
        "{account_id}": office.carl.does(f"{of_client}/accounts", {"number": "ES6000491500051234567892"}),
        "{card_id}": office.carl.does(f"{of_client}/cards", {"brand": "visa", "last_four": "1111", "token": "tok_0"}),
        "{entry_id}": office.carl.does(f"{of_client}/credit-entries", {"source": "Informe", "score": "700"}),
        "{task_id}": office.carl.does("/api/tasks", {**TASK, "client_id": client}),
        "{day}": "2026-03-20",
        "{month}": "2026-03",
        "{kind}": "csv",
        "{collector}": "carl",
        "{reassignment_id}": moved,
        "{planned_id}": planned,
        "{plan_id}": str(uuid5(UUID(lone), f"plan {client}")),
        "{substitution_id}": office.ana.does("/api/substitutions", substitution),
        "{reference}": "EXP-1",
        "{proposal_id}": office.carl.does(f"{at}/costs", {"amount": euros("3.00")}),
        "{promise_id}": office.carl.does(f"{at}/promises", PROMISE),
        "{guarantor_id}": office.client("Avala S.A.", collector="carl"),
        "{merged_id}": duplicate,
        "{erased_id}": office.client("Se va S.L."),
        "{other_case_file_id}": client,  # no credit gets there
        "{refund_id}": client,  # there is none
        "{payment_id}": waiting,
        "{approved_id}": returned,
        **{f"{{expense_of_{name}}}": claimed(getattr(office, name)) for name in ("carl", "ana", "dora")},
        "{expense_id}": claimed(office.carl),
        "{settled_id}": approved(office, claimed(office.carl)),
        **invoiced(office, client),
        **estimated(office, client),
        "{message_id}": messaged(office, client, case_file),
    }


def messaged(office, client, case_file):
    """In the outbox, as the mail server is not reached."""
    office.dora.does("/api/correspondence/mail-server", MAIL_SERVER)
    office.carl.does(f"/api/clients/{client}/contacts", {"medium": "email", "value": "pagos@deudora.es"})
    message = office.carl.does(f"/api/case-files/{case_file}/notices", {**BY_MAIL, **DEMAND})
    eventually(lambda: office.ana.sees(f"/api/messages/{message}")["line"]["why"])  # it is tried again in a minute
    return message


def invoiced(office, client):
    office.dora.does("/api/issuer/identity", IDENTITY)
    draft = {"client_id": client, "lines": LINES}
    names = ("invoice_id", "other_invoice_id", "overdue_id", "draft_id", "deleted_id", "void_id")
    made = {f"{{{name}}}": office.carl.does("/api/invoices", draft) for name in names}
    for name in ("{invoice_id}", "{other_invoice_id}", "{overdue_id}"):
        office.carl.does(f"/api/invoices/{made[name]}/issue", {})
    at = f"/api/invoices/{made['{invoice_id}']}"
    returned, waiting = (office.carl.does(f"{at}/payments", payment("20.00")) for _ in range(2))
    office.bea.does(f"{at}/payments/{returned}/approval")
    kept = office.carl.does(f"{at}/payments", payment("30.00"))
    office.bea.does(f"{at}/payments/{kept}/approval")
    move = {"amount": euros("2.00"), "to": made["{other_invoice_id}"], **REASON}
    credited = {"lines": [{**LINES[0], "unit_price": "1"}], **REASON}
    return made | {
        "{invoice_payment_id}": waiting,
        "{approved_invoice_payment_id}": returned,
        "{credit_note_id}": office.bea.does(f"{at}/credit-note", credited),
        "{transfer_id}": office.bea.does(f"{at}/credit-moves", move),
    }


def estimated(office, client):
    draft = {"client_id": client, "lines": LINES}
    names = ("estimate_id", "sent_estimate_id", "declined_id", "deleted_estimate_id", "unsent_id")
    made = {f"{{{name}}}": office.carl.does("/api/estimates", draft) for name in names}
    for name in ("{sent_estimate_id}", "{declined_id}"):
        office.carl.does(f"/api/estimates/{made[name]}/sent", {})
    return made


def claimed(person):
    return person.does("/api/expenses", {"kind": "fuel", "amount": euros("5.00"), "spent_on": "2026-02-02"})


def approved(office, expense):
    return office.bea.does(f"/api/expenses/{expense}/approval")


def ask(office, role, route, body, names):
    method, path = route.split()
    if path.endswith(("/return", "payment_id}/reopening")):
        path = path.replace("{payment_id}", "{approved_id}")
        path = path.replace("{invoice_payment_id}", "{approved_invoice_payment_id}")
    if path.endswith(("/attachment", "/withdrawal")):  # only whoever claimed it changes it
        path = path.replace("{expense_id}", f"{{expense_of_{PEOPLE[role]}}}" if role in WORKS else "{expense_id}")
    for name, value in names.items():
        path = path.replace(name, value)
        body = filled(body, name, value)
    person = getattr(office, PEOPLE[role])
    if method == "GET":
        month = (
            "2026-03"
            if path.endswith(("calendar", "collections-report", "expenses-report", "report.{kind}", "report.csv"))
            else None
        )
        name = "Deudora" if path == "/api/likely-duplicates" else None
        return person.get(path, month=month, name=name, text="EXP" if path.endswith("search") else None)
    return person.post(path, body)


def filled(body, name, value):
    if isinstance(body, dict):
        return {key: filled(one, name, value) for key, one in body.items()}
    if isinstance(body, list):
        return [filled(one, name, value) for one in body]
    return value if body == name else body


def test_every_route_is_in_the_table(shared_office):
    examples = {"{guarantor_id}/guarantor": "{client_id}/{role}", "{planned_id}": "{reassignment_id}"}
    known = {reduce(lambda path, one: path.replace(*one), examples.items(), route) for route in COMMANDS}
    for kind in ("client", "invoice", "estimate", "payment"):
        known = {re.sub(rf"{kind}s/\{{\w+_id\}}", f"{kind}s/{{{kind}_id}}", route) for route in known}
    assert routes(shared_office) == known | QUESTIONS.keys() | PUBLIC


def test_an_auditor_may_change_nothing_but_what_they_get_in_with_and_prefer():
    assert {route for route, (may, _) in COMMANDS.items() if AUDITOR in may} == {
        "POST /api/token/revocation",
        "POST /api/calendar-address",
        "POST /api/calendar-address/revocation",
        "POST /api/preferences/period",
    }


def test_whoever_is_not_logged_in_gets_nowhere(shared_office):
    for route in sorted(COMMANDS.keys() | QUESTIONS.keys()):
        method, path = route.split()
        answer = shared_office.http.request(method, path, json={} if method == "POST" else None)
        assert (route, answer.status_code) == (route, 401)


def test_a_role_that_may_not_gets_403_and_changes_nothing(sqlite_office):
    names = named(sqlite_office)
    before = sqlite_office.store.events.head()
    table = COMMANDS | {route: (may, None) for route, may in QUESTIONS.items()}
    for route, (may, body) in table.items():
        for role in EVERYONE - may:
            answer = ask(sqlite_office, role, route, body, names)
            assert (route, role, answer.status_code) == (route, role, 403)
            assert answer.json()["type"] == "/problems/role-required"
    assert sqlite_office.store.events.head() == before


def test_commands_on_what_is_anothers_are_answered_as_on_what_is_not_there(sqlite_office):
    """With bodies that are right, by a collector of another portfolio."""
    office, names = sqlite_office, named(sqlite_office)
    nobodys = {name: str(uuid4()) if name.endswith("_id}") else value for name, value in names.items()}
    differ, before = {}, office.store.events.head()
    for route, (_, body) in COMMANDS.items():
        if "_id}" in route:
            theirs, none = (said_to(office.cora, route, body, known) for known in (names, nobodys))
            if theirs != none:
                differ[route] = theirs, none
    assert not differ, "\n".join(map(str, differ.items()))
    assert office.store.events.head() == before


def said_to(person, route, body, names):
    path = route.split()[1]
    for name, value in names.items():
        path, body = path.replace(name, value), filled(body, name, value)
    answer = person.post(path, body)
    return answer.status_code, answer.json().get("type")


def test_a_role_that_may_is_refused_by_no_rule_about_roles(sqlite_office):
    names = named(sqlite_office)
    logging_out = "POST /api/token/revocation"
    table = {route: (may, None) for route, may in QUESTIONS.items()} | COMMANDS
    table[logging_out] = table.pop(logging_out)  # the last thing they do
    for route, (may, body) in table.items():
        done = []
        for role in sorted(may):
            answer = ask(sqlite_office, role, route, body, names)
            by_role = answer.status_code in {401, 403} and answer.json()["type"] != NOT_THE_RECORDER
            assert not by_role, (route, role, answer.text)
            done.append(answer.is_success)
        assert any(done) or route in CANNOT_BE_DONE_NOW, (route, answer.text)
