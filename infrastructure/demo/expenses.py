"""What the demo's collectors spend, and how the supervisors approve it and close the months.

It has a chance of its own and touches no debt but in the last days, so the rest of the year is as it would be without.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

from application import expenses
from application.attachments import Attachment
from application.files import Files
from domain.expense import BorneBy, Kind, NewExpense
from domain.expense_account import ExpenseAccount, account_id
from domain.money import Money
from domain.people import Actor, user_id
from infrastructure.demo.agency import ANA, BRUNO, CARLA, SOFIA, TOMAS, Agency, Story
from infrastructure.demo.file import File
from infrastructure.demo.receipts import FUEL, PARKING, invoice, slip

COLLECTORS = (ANA, BRUNO, CARLA)
NOTES: Mapping[Kind, Sequence[str]] = {
    Kind.FUEL: ("Visitas en Huelva", "Ruta por el Aljarafe", "Visita en Jerez", "Visitas de la semana"),
    Kind.CALLS: ("Tarjeta de prepago", "Llamadas a móviles del mes"),
    Kind.BUROFAX: ("Burofax con acuse de recibo",),
    Kind.RECEIPT: ("Aparcamiento", "Autobús", "Peaje", "Nota simple del Registro"),
    Kind.OTHER: ("Fotocopias", "Carpetas y sobres"),
}
CENTS: Mapping[Kind, tuple[int, int]] = {
    Kind.FUEL: (1800, 6200),
    Kind.CALLS: (1000, 2500),
    Kind.BUROFAX: (3290, 4120),
    Kind.RECEIPT: (180, 1450),
    Kind.OTHER: (240, 1900),
}
KINDS = (Kind.FUEL, Kind.FUEL, Kind.FUEL, Kind.RECEIPT, Kind.RECEIPT, Kind.CALLS, Kind.BUROFAX, Kind.OTHER)
RECEIPTS: Mapping[Kind, Attachment] = {
    Kind.FUEL: slip(FUEL),
    Kind.RECEIPT: slip(PARKING),
    Kind.CALLS: invoice("Factura de llamadas"),
}
REFUSED = ("Falta el justificante", "Ya está en el parte del mes pasado", "No es un gasto del trabajo")


def keep_receipts(files: Files) -> None:
    """Before the year begins: it is one transaction, and files lie beside the log."""
    for collector in COLLECTORS:
        for receipt in RECEIPTS.values():
            receipt.kept_about(user_id(collector.name), files)


def begin_expenses(agency: Agency, files: Files, case_files: Sequence[File], chance: Random) -> None:
    for collector in COLLECTORS:
        agency.begin(_spend(agency, files, case_files, collector, chance), agency.at.date(), chance=chance)
    agency.begin(_close_months(agency, chance), agency.at.date(), chance=chance)
    agency.begin(_charge_debtors(agency, files, case_files, chance), agency.working_days_before_today(4), chance=chance)


def _spend(agency: Agency, files: Files, case_files: Sequence[File], collector: Actor, chance: Random) -> Story:
    while True:
        kind = chance.choice(KINDS)
        worked = [file for file in case_files if file.id in agency.next_actions] if kind is Kind.BUROFAX else []
        own = [file for file in worked if file.collector is collector]
        file = chance.choice(own) if own else None
        days_ago = timedelta(days=chance.choice((0, 0, 0, 1, 2)))
        expense = NewExpense(
            kind=kind,
            amount=Money.of_minor(chance.randint(*CENTS[kind]), "EUR"),
            spent_on=agency.at.date() - days_ago,
            borne_by=BorneBy.CREDITOR if file and chance.random() < 0.4 else BorneBy.US,  # noqa: PLR2004 - two of five
            case_file_id=file.id if file else None,
            note=chance.choice(NOTES[kind]),
        )
        attachment = RECEIPTS.get(kind) if chance.random() < 0.8 and not file else None  # noqa: PLR2004 - four of five
        claimed = _claim(agency, files, collector, expense, attachment, chance)
        agency.begin(_decide(agency, claimed, chance), agency.day_in(chance.randint(1, 6)), chance=chance)
        yield agency.day_in(chance.randint(3, 9))


def _claim(
    agency: Agency, files: Files, by: Actor, expense: NewExpense, attachment: Attachment | None, chance: Random
) -> UUID:
    expense_id = agency.new_id("expense")
    given = agency.command(by, chance)
    expenses.claim_expense(agency.store, given, expense_id, files=files, expense=expense, attachment=attachment)
    return expense_id


def _decide(agency: Agency, expense_id: UUID, chance: Random) -> Story:
    given = agency.command(chance.choice((SOFIA, TOMAS)), chance)
    if chance.random() < 0.07:  # noqa: PLR2004 - one of fourteen
        expenses.reject_expense(agency.store, given, expense_id, reason=chance.choice(REFUSED))
    else:
        expenses.approve_expense(agency.store, given, expense_id)
    yield from ()


def _close_months(agency: Agency, chance: Random) -> Story:
    """In the first days of the next one. Carla's last month is still to be closed."""
    while True:
        month = agency.at.date().replace(day=1) - timedelta(days=1)
        yield _fifth_after(agency, month)
        for collector in COLLECTORS:
            if collector is not CARLA or (agency.today - agency.at.date()).days > 31:  # noqa: PLR2004 - a month
                _close(agency, collector, chance)


def _fifth_after(agency: Agency, month: date) -> date:
    """A working day about the fifth of the next month that is still to come."""
    day = (month + timedelta(days=1)).replace(day=5)
    while day <= agency.at.date():
        day = (day + timedelta(days=31)).replace(day=5)
    return agency.day_in((day - agency.at.date()).days)


def _close(agency: Agency, collector: Actor, chance: Random) -> None:
    """All months that are over and hold something, the earliest first."""
    while True:
        account, _ = agency.store.load(ExpenseAccount(), account_id(collector.name))
        months = [account.counts_in(waiting.spent_on) for waiting in account.waiting.values()]
        over = [month for month in months if month < agency.at.date().replace(day=1)]
        if not over:
            return
        expenses.settle_month(
            agency.store,
            agency.command(TOMAS, chance),
            settlement_id=agency.new_id("settlement"),
            collector=collector.name,
            month=min(over),
        )


def _charge_debtors(agency: Agency, files: Files, case_files: Sequence[File], chance: Random) -> Story:
    """Of the last days: a few burofaxes that the debtors bear, on case files with which nothing else is done."""
    idle = [file for file in case_files if agency.next_actions.get(file.id, agency.today) > agency.today]
    owing = [file for file in idle if file.is_open and not file.now.stopped_by and file.unpaid and not file.waiting]
    held = [file for file in owing if file.collector in COLLECTORS]
    claimed: list[UUID] = []
    for file in chance.sample(held, min(5, len(held))):
        borne = NewExpense(
            kind=Kind.BUROFAX,
            amount=Money.of_minor(chance.randint(*CENTS[Kind.BUROFAX]), "EUR"),
            spent_on=agency.at.date(),
            borne_by=BorneBy.DEBTOR,
            case_file_id=file.id,
            note=NOTES[Kind.BUROFAX][0],
        )
        claimed.append(_claim(agency, files, file.collector, borne, None, chance))
    yield agency.working_days_before_today(2)
    for expense_id in claimed[:3]:
        expenses.approve_expense(agency.store, agency.command(SOFIA, chance), expense_id)
