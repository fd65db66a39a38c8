"""Users as files name them, which decides who may approve a payment."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from scenario import DORA, TODAY

from application import business, payments
from application.imports import import_file
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
)
SOFIA = Actor("sofia", frozenset({Role.SUPERVISOR}))


@pytest.fixture
def agency(store):
    for name, full_name in (
        ("sofia", "Sofía Pérez"),
        ("juan", "Juan Gil"),
        ("juana", "Juan Gil"),
        ("carl", "Carlos Ruiz"),
    ):
        said = {"name": name, "full_name": full_name, "roles": [Role.SUPERVISOR]}
        business.add_user(store.events, command(OPERATOR), **said)
    return store


def command(actor):
    return Command(uuid4(), actor, datetime(2026, 3, 16, 9, tzinfo=UTC), TODAY, uuid4())


def load(store, recorded_by, collector=""):
    row = ("Bar Uno", "F-1", "EUR", "2026-01-10", "100,00", collector, "40,00", "2026-02-01", recorded_by)
    lookups = Lookups(user_names=lambda: ["carl", "juan", "juana", "sofia"])
    import_file(store.events, command(DORA), Table(DEBTS, [Row(2, row)]), Contents.RECEIVABLES, lookups=lookups)
    [paid] = [known for known in store.events.since(0, 1000) if isinstance(known.event, PaymentRecorded)]
    return paid


@pytest.mark.parametrize("written", ["sofia", "Sofia Pérez", "SOFÍA  PEREZ", "Sofia"])
def test_who_recorded_a_payment_by_the_file_decides_on_nothing_of_it_however_the_file_names_her(agency, written):
    paid = load(agency, written)
    assert paid.event.recorded_by == "sofia"
    with pytest.raises(FourEyesRequired):
        payments.approve_payment(agency.events, command(SOFIA), CaseFile, paid.stream, payment_id=paid.event.payment_id)


@pytest.mark.parametrize("written", ["Juan Gil", "Marta de la gestoría"])
def test_a_name_of_no_user_or_of_several_stays_as_written(agency, written):
    assert load(agency, written).event.recorded_by == written


def test_a_portfolio_is_told_by_its_holder_s_full_name(agency):
    load(agency, "", collector="Carlos Ruiz")
    held = [
        known.event for known in agency.events.since(0, 1000) if isinstance(known.event, CaseFileAssignedToCollector)
    ]
    assert [one.collector for one in held] == ["carl"]
