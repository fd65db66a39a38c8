"""Users as files name them, which decides who may approve a payment."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from scenario import DORA, TODAY

from application import business, payments
from application.imports import BadRows, import_file
from application.imports.lookups import Lookups
from application.imports.maps import Contents
from application.imports.table import Row, Table
from application.streams import Command
from domain.case_file import CaseFile
from domain.case_file.progress import CaseFileAssignedToCollector
from domain.payments import FourEyesRequired, PaymentRecorded
from domain.people import OPERATOR, Actor, Role

DEBTS = (
    "Nombre",
    "Nº",
    "Moneda",
    "Fecha",
    "Importe total",
    "Gestor expediente",
    "Cobrado",
    "Fecha cobro",
    "Registrado por",
    "Aprobado por",
)
SOFIA = Actor("sofia", frozenset({Role.SUPERVISOR}))


@pytest.fixture
def agency(store):
    for name, full_name in (
        ("sofia", "Sofía Pérez Llorente"),
        ("juan", "Juan Gil"),
        ("juana", "Juan Gil"),
        ("carl", "Carlos Ruiz"),
    ):
        said = {"name": name, "full_name": full_name, "roles": [Role.SUPERVISOR]}
        business.add_user(store.events, command(OPERATOR), **said)
    return store


def command(actor):
    return Command(uuid4(), actor, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


def read(store, recorded_by, collector="", approved_by=""):
    row = ("Bar Uno", "F-1", "EUR", "2026-01-10", "100,00", collector, "40,00", "2026-02-01", recorded_by, approved_by)
    lookups = Lookups(user_names=lambda: ["carl", "juan", "juana", "sofia"])
    return import_file(store.events, command(DORA), Table(DEBTS, [Row(2, row)]), Contents.RECEIVABLES, lookups=lookups)


def load(store, recorded_by, **told):
    read(store, recorded_by, **told)
    [paid] = [known for known in store.events.since(0, 1000) if isinstance(known.event, PaymentRecorded)]
    return paid


@pytest.mark.parametrize(
    "written",
    [
        "sofia",
        "Sofia",
        "SOFÍA  PEREZ LLORENTE",
        "Pérez Llorente, Sofía",
        "Llorente Pérez, Sofia",
        "Sofía Pérez",
        "Pérez, Sofía",
        "Sofía Llorente",
    ],
)
def test_who_recorded_a_payment_by_the_file_decides_on_nothing_of_it_however_the_file_names_her(agency, written):
    paid = load(agency, written)
    assert paid.event.recorded_by == "sofia"
    with pytest.raises(FourEyesRequired):
        payments.approve_payment(agency.events, command(SOFIA), CaseFile, paid.stream, payment_id=paid.event.payment_id)


@pytest.mark.parametrize(
    ("recorded_by", "approved_by"), [("Pérez, Sofía", "Sofía Llorente"), ("Sanz Gil, Ana", "Ana Sanz Gil")]
)
def test_who_recorded_a_payment_by_the_file_is_not_its_approver_by_another_writing_of_the_name(
    agency, recorded_by, approved_by
):
    with pytest.raises(BadRows) as refused:
        read(agency, recorded_by, approved_by=approved_by)
    assert [found.column for found in refused.value.report.bad] == ["Aprobado por"]


@pytest.mark.parametrize(
    ("written", "why"),
    [("Juan Gil", "several users here"), ("Gil, Juan", "several users here"), ("Marta de la gestoría", "nobody here")],
)
def test_a_row_warns_of_who_is_said_to_have_recorded_or_approved_its_payment_and_is_nobody_here(agency, written, why):
    warned = read(agency, written, approved_by="Sofía Ruiz").warnings
    assert [(found.line, found.column, found.value) for found in warned] == [
        (2, "Aprobado por", "Sofía Ruiz"),
        (2, "Registrado por", written),
    ]
    assert warned[0].why.startswith("nobody here has this name")
    assert warned[1].why.startswith(why)


def test_a_file_that_named_her_before_she_had_an_account_says_the_same_when_it_is_loaded_again(agency):
    assert read(agency, "Ana Sanz").payments == 1
    business.add_user(
        agency.events, command(OPERATOR), name="carl.ana", full_name="Ana Sanz Gil", roles=[Role.SUPERVISOR]
    )
    lookups = Lookups(user_names=lambda: ["carl.ana"])
    row = ("Bar Uno", "F-1", "EUR", "2026-01-10", "100,00", "", "40,00", "2026-02-01", "Sanz, Ana", "")
    again = import_file(
        agency.events, command(DORA), Table(DEBTS, [Row(2, row)]), Contents.RECEIVABLES, lookups=lookups
    )
    assert again.skipped == 1


@pytest.mark.parametrize("written", ["Juan Gil", "Gil", "Marta de la gestoría"])
def test_a_name_of_no_user_or_of_several_stays_as_written(agency, written):
    assert load(agency, written).event.recorded_by == written


def test_a_portfolio_is_told_by_its_holder_s_full_name(agency):
    load(agency, "", collector="Carlos Ruiz")
    held = [
        known.event for known in agency.events.since(0, 1000) if isinstance(known.event, CaseFileAssignedToCollector)
    ]
    assert [one.collector for one in held] == ["carl"]
