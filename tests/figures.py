"""What the read models of a store say, as plain data: enough to tell two stores apart."""

import json
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from fastapi.encoders import jsonable_encoder

from domain.people import OPERATOR
from infrastructure.read_models.served import ReadModels
from infrastructure.stores import Store
from projections.audit import Filters, list_payment_changes
from projections.days import as_of
from projections.desk import case_files, collections, money, summary
from projections.desk.detail import case_file_detail
from projections.expenses.report import expenses_report
from projections.invoices.status import estimate_status, invoice_status

DAY = as_of(date(2026, 2, 20), country="ES", grace_days=2, idle_days=20)


def figures(store: Store) -> object:
    read_models = ReadModels(store)
    with read_models.snapshot() as snapshot:
        db = snapshot.db
        lines = case_files.list_case_files(db, OPERATOR, DAY, case_files.Filters(state="all"), "reference", None, 50)
        said = {
            "summary": summary.summary(db, OPERATOR, DAY),
            "report": collections.collections_report(db, OPERATOR, date(2026, 1, 1), None),
            "unapproved": money.list_unapproved_payments(db, OPERATOR, None, 50),
            "case files": [case_file_detail(db, OPERATOR, DAY, line.id) for line in lines.items],
            "expenses": expenses_report(db, OPERATOR, date(2026, 1, 1), None),
            "invoices": [invoice_status(db, OPERATOR, day) for day in (DAY.day, date(2026, 1, 27))],
            "estimates": estimate_status(db, OPERATOR, DAY.day),
            "audit": list_payment_changes(db, ZoneInfo("Europe/Madrid"), Filters(), None, 200),
        }
    read_models.close()
    return json.loads(json.dumps(jsonable_encoder(said, custom_encoder={Decimal: str})))
