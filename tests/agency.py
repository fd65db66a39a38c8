"""An agency at work, told in a line for each thing it does, and what its read models then show."""

from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import uuid4

from scenario import TODAY, euros
from sqlalchemy import select

from application import activity, assignments, business, case_files, clients, payments
from application.streams import Change, Command, Decision, change
from domain.case_file import CaseFile
from domain.case_file.activity import Channel, Direction, NewAction, Outcome
from domain.case_file.debt import Item
from domain.client.details import Details
from domain.invoice import Invoice
from domain.lines import NewLine
from domain.money import Money
from domain.payments import Method, NewPayment
from domain.people import OPERATOR, Actor, Role
from infrastructure.read_models.projector import Projector
from infrastructure.read_models.served import PROJECTIONS, ReadModels, rebuild
from projections.days import as_of

BEA = Actor("bea", frozenset({Role.SUPERVISOR}))
EVA = Actor("eva", frozenset({Role.SUPERVISOR}))
ANA = Actor("ana", frozenset({Role.COLLECTOR}))
CARL = Actor("carl", frozenset({Role.COLLECTOR}))


def on(day, *, grace=0, idle=30):
    return as_of(day, country="ES", grace_days=grace, idle_days=idle)


@contextmanager
def shown(store, projections=PROJECTIONS):
    """The read models of a store, as another process would open them."""
    with closing(ReadModels(store, projections)) as read_models:
        yield read_models


def dump(generation):
    """All rows of its read models, to tell two generations apart."""
    with generation.reading.connect() as db:
        return {
            table.name: sorted(map(tuple, db.execute(select(table))), key=repr)
            for projection in PROJECTIONS
            for table in projection.tables
        }


class Agency:
    def __init__(self, store):
        self.store, self.log = store, store.events
        for actor in (BEA, ANA, CARL):
            business.add_user(self.log, self.command(), name=actor.name, roles=actor.roles)

    def command(self, by=OPERATOR, day=TODAY):
        return Command(uuid4(), by, datetime.combine(day, time(12), UTC), day, uuid4())

    def client(self, name="Deudor", *, collector=None, since=date(2026, 1, 1), reference=None):
        client = uuid4()
        clients.register_client(self.log, self.command(), client, reference=reference, details=Details(name))
        if collector:
            self.assign(client, collector, since)
        return client

    def register(self, name, *contacts, collector=None, accounts=(), **details):
        """One of whom more is known."""
        client = uuid4()
        clients.register_client(
            self.log,
            self.command(),
            client,
            reference=None,
            details=Details(name, **details),
            contacts=contacts,
            accounts=accounts,
            collector=collector,
        )
        return client

    def assign(self, client, collector, since):
        assignments.assign_client(self.log, self.command(), client, collector=collector, from_on=since)

    def case_file(
        self,
        debtor=None,
        amount=1000,
        *,
        reference=None,
        creditor=None,
        opened_on=date(2026, 1, 10),
        due_on=date(2026, 2, 1),
        currency="EUR",
    ):
        case_file = uuid4()
        case_files.open_case_file(
            self.log,
            self.command(),
            case_file,
            reference=reference or str(case_file),
            creditor_id=creditor,
            debtor_id=debtor or self.client(),
            currency=currency,
            opened_on=opened_on,
            items=[Item("F", opened_on, due_on, Money.of(amount, currency))],
        )
        return case_file

    def tell_of_payment(self, case_file, amount, received_on=TODAY, currency="EUR"):
        payment = uuid4()
        told = NewPayment(Money.of(amount, currency), received_on, Method.CASH)
        payments.record_payment(self.log, self.command(), CaseFile, case_file, payment_id=payment, payment=told)
        return payment

    def payment(self, case_file, amount, received_on=TODAY, currency="EUR"):
        """One that is approved."""
        payment = self.tell_of_payment(case_file, amount, received_on, currency)
        self.approve(case_file, payment)
        return payment

    def approve(self, case_file, payment, by=BEA):
        payments.approve_payment(self.log, self.command(by), CaseFile, case_file, payment_id=payment)

    def return_(self, case_file, payment, returned_on=TODAY):
        payments.return_payment(
            self.log,
            self.command(BEA),
            CaseFile,
            case_file,
            payment_id=payment,
            returned_on=returned_on,
            reason="sin fondos",
        )

    def imported_invoice(self, client, amount=1000):
        """One of another program, which may be paid."""
        invoice = uuid4()
        told = {"issued_on": date(2026, 2, 1), "due_on": date(2026, 3, 1), "today": TODAY, "by": OPERATOR}
        line = NewLine("Servicios", Decimal(1), Decimal(amount))
        events = Invoice().import_(str(invoice), client, "EUR", [line], **told)
        change(self.log, self.command(), lambda _: Decision([Change(invoice, events, client)]))
        return invoice

    def invoice_payment(self, invoice, amount, received_on=TODAY):
        """One that is approved."""
        payment, told = uuid4(), NewPayment(euros(amount), received_on, Method.CASH)
        payments.record_payment(self.log, self.command(), Invoice, invoice, payment_id=payment, payment=told)
        payments.approve_payment(self.log, self.command(BEA), Invoice, invoice, payment_id=payment)
        return payment

    def promise(self, case_file, amount, due_on, made_on=TODAY):
        promise = uuid4()
        command = self.command(day=made_on)
        activity.make_promise(self.log, command, case_file, promise_id=promise, amount=euros(amount), due_on=due_on)
        return promise

    def call(self, case_file, done_on=TODAY, *, next_on=None, outcome=Outcome.CONTACTED, by=OPERATOR, command=None):
        action = NewAction(
            done_on,
            Channel.CALL,
            Direction.OUTGOING,
            outcome,
            next_action="Llamar" if next_on else None,
            next_action_on=next_on,
        )
        command = command or self.command(by, day=done_on)
        activity.log_action(self.log, command, case_file, action_id=uuid4(), action=action)

    @contextmanager
    def desk(self):
        """What the read models show of all this: a connection to ask."""
        if (current := self.store.generations.current()) is None:
            rebuild(self.store)
        else:
            with closing(self.store.generations.open(current)) as generation:
                Projector(self.store.events, generation, PROJECTIONS).catch_up()
        with shown(self.store) as read_models, read_models.snapshot() as snapshot:
            yield snapshot.db
