"""However read models came about, live in batches of any size or built anew, they say what the aggregates say."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from uuid import uuid4

from agency import ANA, BEA, CARL, EVA, Agency, dump, on
from at_random import AtRandom
from categories import assert_categories_follow_from_first_events
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scenario import TODAY, euros
from sqlalchemy import select

from application import activity, assignments, case_files, clients, debts, expenses, payments, restrictions, tasks
from domain.case_file import CaseFile
from domain.case_file.activity import Channel, Direction, NewAction, Outcome, PartyRole
from domain.case_file.debt import AdjustmentKind, Item, Part
from domain.case_file.progress import CaseFileOpened, ClosingReason, Stage
from domain.case_file.promises import PromiseCancelled, PromiseMade, settle
from domain.case_file.schedule import Instalment
from domain.client import Client, ClientRegistered
from domain.client.contacts import Contact, ContactState, Medium
from domain.client.details import Address, Details
from domain.client.restrictions import ErasureGround
from domain.errors import Refusal
from domain.expense import BorneBy, Expense, Kind, NewExpense
from domain.payments import Event as PaymentEvent
from domain.payments import Method, NewPayment, State
from domain.people import OPERATOR, Actor, Role
from domain.personal import BLOCKED
from domain.task import Details as TaskDetails
from domain.task import Kind as TaskKind
from domain.task import State as TaskState
from domain.task import Task, TaskPlanned
from infrastructure.read_models.projector import Projector
from infrastructure.read_models.served import PROJECTIONS, rebuild
from projections import audit
from projections.clients import tables as client_tables
from projections.desk import tables
from projections.desk.detail import case_file_detail
from projections.expenses.tables import expenses as claimed
from projections.portfolios import tables as portfolio_tables
from projections.projection import NEVER
from projections.tasks.tables import tasks as task_table

amounts = st.integers(1, 1200)
days_ago = st.integers(0, 70).map(lambda days: TODAY - timedelta(days=days))
days_ahead = st.integers(0, 40).map(lambda days: TODAY + timedelta(days=days))
texts = st.sampled_from(["reclama", "Ñandú y compañía", "no procede"])


SUPERVISOR = Actor("sol", frozenset({Role.SUPERVISOR}))


class Office(AtRandom):
    """Commands on what was made so far, at random or as a story tells."""

    OFTEN = (
        "promise",
        "record",
        "approve",
        "approve",
        "cancel_promise",
        "return_",
        "reopen_payment",
        "approve_expense",
    )

    def __init__(self, agency):
        super().__init__(agency)
        self.clients, self.moved, self.files, self.payments, self.promises = [], [], [], [], []
        self.tasks, self.contacts, self.expenses = [], [], []

    def register(self):
        client = uuid4()
        self._give(clients.register_client, client, reference=None, details=Details(self.draw(texts)))
        self.clients.append(client)

    def correct_client(self):
        zone = self.draw(st.sampled_from([None, "Norte"]))
        address = Address("Mayor 1", city=self.draw(st.sampled_from([None, "Vigo"])))
        told = Details(self.draw(texts), zone=zone, address=self.draw(st.sampled_from([Address(), address])))
        self._give(clients.correct_client, self._of(self.clients), details=told, reason="así es")

    def add_contact(self):
        """Two numbers only, which differ by their country's code alone or not at all."""
        client, contact = self._of(self.clients), uuid4()
        value = self.draw(st.sampled_from(["+34600123123", "+573001231231", "600123123"]))
        whose = self.draw(st.sampled_from([None, "su hermana"]))
        told = Contact(Medium.PHONE, value, whose=whose, preferred=self.draw(st.booleans()))
        self._give(clients.add_contact, client, contact_id=contact, contact=told)
        self.contacts.append((client, contact))

    def change_contact(self):
        client, contact = self._pair(self.contacts)
        told = Contact(Medium.PHONE, "+573001231231", state=self.draw(st.sampled_from(ContactState)))
        self._give(clients.change_contact, client, contact_id=contact, contact=told, reason="así es")

    def remove_contact(self):
        client, contact = self._pair(self.contacts)
        self._give(clients.remove_contact, client, contact_id=contact, reason="es de otro")

    def verify(self):
        self._give(clients.verify_client, self._of(self.clients))

    def assign_client(self):
        to = self.draw(st.sampled_from([ANA.name, CARL.name, None]))
        said = {"collector": to, "from_on": self.draw(days_ago | days_ahead)}
        self._give(assignments.assign_client, self._of(self.clients), **said)

    def reassign_clients(self):
        some = self._some(self.clients)
        said = {
            "collector": self.draw(st.sampled_from([ANA.name, CARL.name])),
            "from_on": self.draw(days_ago | days_ahead),
        }
        self.moved.append((self._give(assignments.reassign_clients, lambda: some, **said).id, some))

    def undo_assignments(self):
        command, some = self._of(self.moved or [(uuid4(), [])])
        self._give(assignments.undo_assignments, some, done_by=command)

    def cancel_assignment(self):
        client = self._of(self.clients)
        for plan in self.log.load(Client(), client)[0].portfolio.plans[:1]:
            self._give(assignments.cancel_assignments, [(client, plan.plan_id)])

    def stand_in(self):
        said = {"from_on": self.draw(days_ahead), "until_on": self.draw(days_ahead)}
        self._give(assignments.appoint_substitute, uuid4(), collector=ANA.name, substitute=CARL.name, **said)

    def block(self):
        self._give(restrictions.block_client, self._of(self.clients), reason=self.draw(texts))

    def unblock(self):
        self._give(restrictions.unblock_client, self._of(self.clients), reason=self.draw(texts))

    def merge(self):
        self._give(restrictions.merge_client, self._of(self.clients), into=self._of(self.clients), reason="el mismo")

    def unmerge(self):
        self._give(restrictions.unmerge_client, self._of(self.clients), reason="undo")

    def erase(self):
        """Whoever is named in an open case file would stay, so all are closed first."""
        for file in self.files:
            with suppress(Refusal):
                self._give(case_files.close_case_file, file, reason=ClosingReason.UNCOLLECTIBLE)
        files = {"case_files": lambda _: ([], 0)}
        self._give(restrictions.erase_client, self._of(self.clients), ground=ErasureGround.ASKED_FOR, **files)
        self.agency.store.events.forget_erased()

    def open(self):
        """Few, so that much happens to each."""
        if len(self.files) == 2:
            return
        file = uuid4()
        item = Item("F", TODAY, self.draw(days_ago), euros(self.draw(amounts)))
        said = {"reference": str(file), "currency": "EUR", "opened_on": self.draw(days_ago), "items": [item]}
        debtor = self._of(self.clients)
        creditor = self.draw(st.sampled_from([None, *(client for client in self.clients if client != debtor)]))
        self._give(case_files.open_case_file, file, creditor_id=creditor, debtor_id=debtor, **said)
        self.files.append(file)

    def assign_case_file(self):
        collector = self.draw(st.sampled_from([ANA.name, CARL.name, None]))
        self._give(case_files.assign_case_file, self._of(self.files), collector=collector, from_on=self.draw(days_ago))

    def change_stage(self):
        self._give(case_files.change_stage, self._of(self.files), stage=self.draw(st.sampled_from(Stage)))

    def open_dispute(self):
        said = {"dispute_id": uuid4(), "claim": self.draw(texts), "opened_on": self.draw(days_ago)}
        self._give(case_files.open_dispute, self._of(self.files), **said)

    def end_dispute(self):
        self._give(case_files.end_dispute, self._of(self.files), result=self.draw(texts), ended_on=self.draw(days_ago))

    def close(self):
        reason = self.draw(st.sampled_from(ClosingReason))
        self._give(case_files.close_case_file, self._of(self.files), reason=reason)

    def reopen(self):
        self._give(case_files.reopen_case_file, self._of(self.files), reason="sigue")

    def add_items(self):
        item = Item("G", TODAY, self.draw(days_ahead), euros(self.draw(amounts)))
        self._give(debts.add_items, self._of(self.files), items=[item])

    def charge(self):
        said = {"amount": euros(self.draw(amounts)), "charged_on": self.draw(days_ago)}
        self._give(debts.charge, self._of(self.files), Part.COSTS, charge_id=uuid4(), **said)
        self._give(debts.charge, self._of(self.files), Part.INTEREST, charge_id=uuid4(), **said)

    def adjust(self):
        amount = euros(self.draw(amounts))
        said = {"kind": AdjustmentKind.WAIVER, "part": self.draw(st.sampled_from(Part)), "adjusted_on": TODAY}
        self._give(debts.adjust_debt, self._of(self.files), adjustment_id=uuid4(), amount=-amount, reason="x", **said)

    def agree_plan(self):
        file = self._of(self.files)
        state, _ = self.log.load(CaseFile(), file)
        said = [Instalment(self.draw(days_ahead), state.outstanding)]
        self._give(debts.agree_plan, file, plan_id=uuid4(), instalments=said)

    def end_plan(self):
        self._give(debts.end_plan, self._of(self.files), reason="no cumple")

    def move_credit(self):
        said = {"credit_id": uuid4(), "amount": euros(self.draw(amounts)), "to": self._of(self.files), "reason": "x"}
        self._give(debts.move_credit, self._of(self.files), **said)

    def act(self):
        next_on = self.draw(st.none() | days_ahead)
        action = NewAction(
            self.draw(days_ago),
            self.draw(st.sampled_from(Channel)),
            self.draw(st.sampled_from(Direction)),
            Outcome.CONTACTED,
            next_action=next_on and "Llamar",
            next_action_on=next_on,
        )
        self._give(activity.log_action, self._of(self.files), action_id=uuid4(), action=action)

    def add_party(self):
        self._give(activity.add_party, self._of(self.files), client_id=self._of(self.clients), role=PartyRole.GUARANTOR)

    def remove_party(self):
        self._give(
            activity.remove_party, self._of(self.files), client_id=self._of(self.clients), role=PartyRole.GUARANTOR
        )

    def promise(self):
        file, promise = self._of(self.files), uuid4()
        said = {"amount": euros(self.draw(amounts)), "due_on": self.draw(days_ahead)}
        self._give(activity.make_promise, file, day=self.draw(days_ago), promise_id=promise, **said)
        self.promises.append((file, promise))

    def cancel_promise(self):
        file, promise = self._pair(self.promises)
        self._give(activity.cancel_promise, file, promise_id=promise, reason="se anula")

    def record(self):
        file, payment = self._of(self.files), uuid4()
        told = NewPayment(
            euros(self.draw(amounts)), self.draw(days_ago), Method.CASH, overpayment=self.draw(st.booleans())
        )
        self._give(payments.record_payment, CaseFile, file, payment_id=payment, payment=told)
        self.payments.append((file, payment))

    def approve(self):
        file, payment = self._pair(self.payments)
        self._give(payments.approve_payment, CaseFile, file, payment_id=payment, by=BEA)

    def reject(self):
        file, payment = self._pair(self.payments)
        self._give(payments.reject_payment, CaseFile, file, payment_id=payment, reason="falso", by=BEA)

    def withdraw(self):
        file, payment = self._pair(self.payments)
        self._give(payments.withdraw_payment, CaseFile, file, payment_id=payment, reason="error")

    def return_(self):
        file, payment = self._pair(self.payments)
        self._give(
            payments.return_payment, CaseFile, file, payment_id=payment, returned_on=TODAY, reason="devuelto", by=BEA
        )

    def reopen_payment(self):
        file, payment = self._pair(self.payments)
        self._give(payments.reopen_payment, CaseFile, file, payment_id=payment, reason="undo", by=BEA)

    def plan_task(self):
        task, client = uuid4(), self.draw(st.none() | st.sampled_from(self.clients))
        self._give(tasks.plan_task, task, client_id=client, details=self._details())
        self.tasks.append(task)

    def edit_task(self):
        self._give(tasks.edit_task, self._of(self.tasks), details=self._details())

    def copy_task(self):
        copy, command = uuid4(), self.agency.command()
        tasks.copy_task(self.log, command, self._of(self.tasks), copy_id=copy, day=self.draw(days_ahead))
        self.tasks.append(copy)

    def step_task(self):
        steps = (tasks.start_task, tasks.mark_task_unattended, tasks.reopen_task)
        self._give(self.draw(st.sampled_from(steps)), self._of(self.tasks))

    def complete_task(self):
        self._give(tasks.complete_task, self._of(self.tasks), result=self.draw(st.none() | texts))

    def _details(self):
        assignee = self.draw(st.sampled_from([ANA.name, CARL.name]))
        at = self.draw(st.none() | st.just(time(9, 30)))
        notes = self.draw(st.none() | texts)
        return TaskDetails(TaskKind.CALL, self.draw(texts), assignee, self.draw(days_ahead), at, notes=notes)

    def move_collection(self):
        file, payment = self._pair(self.payments)
        self._give(payments.move_collection, file, payment_id=payment, collector=CARL.name, reason="suyo", by=EVA)

    def claim_expense(self):
        expense, file = uuid4(), self.draw(st.sampled_from([None, *self.files]))
        bearer = self.draw(st.sampled_from(BorneBy)) if file else BorneBy.US
        new = NewExpense(Kind.FUEL, euros(self.draw(amounts)), self.draw(days_ago), bearer, file)
        by = self.draw(st.sampled_from([BEA, OPERATOR]))
        self._give(expenses.claim_expense, expense, files=None, expense=new, by=by)
        self.expenses.append(expense)

    def approve_expense(self):
        self._give(expenses.approve_expense, self._of(self.expenses), by=SUPERVISOR)

    def reopen_expense(self):
        said = {"adjustment_id": uuid4(), "reason": "undo"}
        self._give(expenses.reopen_expense, self._of(self.expenses), by=SUPERVISOR, **said)

    def withdraw_expense(self):
        self._give(expenses.withdraw_expense, self._of(self.expenses), by=BEA)

    def settle_month(self):
        said = {"collector": BEA.name, "month": self.draw(days_ago).replace(day=1), "settlement_id": uuid4()}
        self._give(expenses.settle_month, by=SUPERVISOR, **said)

    def reopen_month(self):
        said = {"collector": BEA.name, "month": self.draw(days_ago).replace(day=1), "reason": "x"}
        self._give(expenses.reopen_month, by=SUPERVISOR, **said)


AGO, AHEAD = TODAY - timedelta(days=40), TODAY + timedelta(days=10)
LAST_MONTH = TODAY.replace(day=1) - timedelta(days=1)

EVERYTHING = [
    # Clients, their contacts, and who holds them
    ("register", "reclama"),
    ("correct_client", "Norte", "Vigo", "no procede", Address("Mayor 1", city="Vigo"), 0),
    ("add_contact", 0, "+34600123123", None, True),
    ("change_contact", 0, ContactState.WRONG),
    ("verify", 0),
    ("remove_contact", 0),
    ("assign_client", "ana", AGO, 0),
    ("register", "Ñandú y compañía"),
    ("reassign_clients", [1], "carl", TODAY),
    ("undo_assignments", 0),
    ("assign_client", "carl", AHEAD, 1),
    ("cancel_assignment", 1),
    ("stand_in", TODAY, AHEAD),
    ("block", 1, "reclama"),
    ("unblock", 1, "no procede"),
    ("register", "reclama"),
    ("merge", 2, 1),
    ("unmerge", 2),
    ("erase", 2),
    # A case file, its debt and its way
    ("open", AGO, 500, AGO, 0, None),
    ("assign_case_file", "ana", 0, AGO),
    ("change_stage", 0, Stage.LEGAL),
    ("add_items", AHEAD, 100, 0),
    ("charge", 10, AGO, 0, 0),
    ("adjust", 20, Part.PRINCIPAL, 0),
    ("open_dispute", "reclama", AGO, 0),
    ("end_dispute", 0, "no procede", TODAY),
    ("agree_plan", 0, AHEAD),
    ("end_plan", 0),
    ("act", AHEAD, TODAY, Channel.CALL, Direction.OUTGOING, 0),
    ("add_party", 0, 1),
    ("remove_party", 0, 1),
    ("promise", 0, 50, AHEAD, TODAY),
    ("cancel_promise", 0),
    # What becomes of payments, and of more than was owed
    ("record", 0, 1200, TODAY, True),
    ("approve", 0),
    ("move_collection", 0),
    ("open", AGO, 300, AGO, 0, None),
    ("move_credit", 20, 1, 0),
    ("return_", 0),
    ("record", 0, 10, TODAY, False),
    ("reject", 1),
    ("reopen_payment", 1),
    ("withdraw", 1),
    ("close", ClosingReason.UNCOLLECTIBLE, 0),
    ("reopen", 0),
    # Tasks
    ("plan_task", None, "ana", time(9, 30), "reclama", "no procede", AHEAD),
    ("edit_task", 0, "carl", None, None, "reclama", AHEAD),
    ("step_task", tasks.start_task, 0),
    ("complete_task", 0, "reclama"),
    ("copy_task", 0, AHEAD),
    # Expenses
    ("claim_expense", None, 10, LAST_MONTH, BEA),
    ("approve_expense", 0),
    ("reopen_expense", 0),
    ("approve_expense", 0),
    ("settle_month", LAST_MONTH),
    ("reopen_month", LAST_MONTH),
    ("claim_expense", None, 10, TODAY, BEA),
    ("withdraw_expense", 1),
]
"""A story in which all of it happens."""


def test_live_read_models_equal_a_fresh_rebuild_and_what_the_aggregates_say(store):
    agency = Agency(store)
    live = store.generations.open(1, making=True)
    live.create(PROJECTIONS)
    live.index(PROJECTIONS)
    projector = Projector(store.events, live, PROJECTIONS, partitions_kept=1)

    @settings(max_examples=20, deadline=None, phases=[Phase.generate])  # all share one log, so none can be shrunk
    @given(st.data())
    def law(data):
        office = Office(agency)
        office.begin(data, "register", "open")
        for _ in range(data.draw(st.integers(10, 50))):
            office.do_something()
            if data.draw(st.booleans()):
                projector.catch_up(data.draw(st.integers(1, 7)))
        holds()

    def holds():
        projector.catch_up()
        says_what_the_aggregates_say(live, store.events)
        says_who_holds_which_clients(live, store.events)
        says_what_portfolios_list(live, store.events)
        says_what_is_known_of_clients(live, store.events)
        says_what_is_to_be_done(live, store.events)

    Office(agency).tell(EVERYTHING)
    holds()
    law()
    store.generations.serve(1)
    rebuild(store)
    fresh = store.generations.open(store.generations.current())
    assert dump(live) == dump(fresh)
    live.close()
    fresh.close()
    assert_categories_follow_from_first_events(store)


def says_what_the_aggregates_say(generation, log):
    recorded = log.since(0, 1_000_000)
    with generation.reading.connect() as db:
        files = {row.case_file_id: row for row in db.execute(select(tables.case_files))}
        shown = {(row.case_file_id, row.payment_id): row for row in db.execute(select(tables.payments))}
        promised = {row.promise_id: row for row in db.execute(select(tables.promises))}
        details = {id_: case_file_detail(db, OPERATOR, on(TODAY), id_) for id_ in files}
        numbers = {row.client_id: row.number for row in db.execute(select(tables.clients))}
        expense_states = {row.expense_id: row.state for row in db.execute(select(claimed))}
        audited = [(row.position, row.what) for row in db.execute(select(audit.changes))]
    opened = {one.stream: one.event for one in recorded if isinstance(one.event, CaseFileOpened)}
    registered = [one.stream for one in recorded if isinstance(one.event, ClientRegistered)]
    assert numbers == {client: number for number, client in enumerate(registered, start=1)}
    assert files.keys() == opened.keys()
    assert sorted(audited) == [(one.position, one.name) for one in recorded if isinstance(one.event, PaymentEvent)]
    for expense_id, state in expense_states.items():
        assert state == log.load(Expense(), expense_id)[0].state
    for stream, event in opened.items():
        file, row = log.load(CaseFile(), stream)[0], files[stream]
        debtor, _ = log.load(Client(), event.debtor_id)
        ledger = file.ledger
        assert row.collector == (file.held_by(TODAY) or debtor.held_by(TODAY) or "")
        assert (row.outstanding, row.principal) == (file.outstanding.minor, file.debt.principal.minor)
        assert (row.collected, row.unapproved) == (ledger.approved.minor, ledger.waiting)
        assert row.waiting == ledger.undecided.minor
        assert row.returned_since == NEVER or file.closed_for is not None
        assert (row.is_open, row.stage, row.plan_id) == (file.closed_for is None, file.stage, file.schedule.plan_id)
        assert (row.dispute_since != NEVER) == (file.dispute is not None)
        detail = details[stream]
        assert sum((part.owed - part.paid).minor for part in detail.debt) == max(row.outstanding, 0)
        assert sum(line.open.minor for line in detail.schedule) == max(row.outstanding, 0)
        for payment_id, payment in ledger.payments.items():
            assert shown[stream, payment_id].state == payment.state
            assert shown[stream, payment_id].amount == payment.amount.minor
        made = [one.event for one in recorded if one.stream == stream and isinstance(one.event, PromiseMade)]
        gone = {one.event.promise_id for one in recorded if isinstance(one.event, PromiseCancelled)}
        standing = [promise for promise in made if promise.promise_id not in gone]
        standing.sort(key=lambda promise: promise.made_on)
        approved = [
            (payment.received_on, payment.amount.minor)
            for payment in ledger.payments.values()
            if payment.state is State.APPROVED
        ]
        kept = settle([(promise.amount.minor, promise.made_on) for promise in standing], approved)
        assert [promised[promise.promise_id].kept_on for promise in standing] == [day or NEVER for day in kept]


def says_what_is_known_of_clients(generation, log):
    with generation.reading.connect() as db:
        numbers = {row.client_id: row.number for row in db.execute(select(tables.clients))}
        known = {row.client_id: row for row in db.execute(select(client_tables.clients))}
        reached = {(row.client_id, row.contact_id): row for row in db.execute(select(client_tables.contacts))}
    for client_id, row in known.items():
        client, _ = log.load(Client(), client_id)
        name = row.hidden_name or row.name
        assert (row.number, name, row.zone) == (numbers[client_id], client.details.name, client.details.zone)
        assert (row.name == BLOCKED, row.standing == "blocked") == (
            client.restrictions.blocked,
            client.restrictions.blocked,
        )
        assert (row.merged_into, row.standing == "erased") == (
            client.restrictions.merged_into,
            client.restrictions.erased,
        )
        assert (row.city, row.collector) == (client.details.address.city, client.held_by(TODAY) or "")
        assert (row.verified_at is not None) == client.verified
        there = {contact_id: one for (of, contact_id), one in reached.items() if of == client_id}
        assert {id_: (one.value, one.state, one.preferred) for id_, one in there.items()} == {
            id_: (one.value, one.state, one.preferred) for id_, one in client.contacts.known.items()
        }


def says_what_is_to_be_done(generation, log):
    recorded = log.since(0, 1_000_000)
    with generation.reading.connect() as db:
        planned = {row.task_id: row for row in db.execute(select(task_table))}
    assert planned.keys() == {one.stream for one in recorded if isinstance(one.event, TaskPlanned)}
    for stream, row in planned.items():
        task, version = log.load(Task(), stream)
        told = task.details
        holder = log.load(Client(), task.client_id)[0].held_by(TODAY) if task.client_id else None
        assert (row.client_id, row.holder) == (task.client_id, holder or "")
        assert (row.state, row.title, row.assignee) == (task.state, told.title, told.assignee)
        assert (row.notes, row.address) == (told.notes, told.address)
        assert row.begins == datetime.combine(told.day, told.starts_at or time())
        assert (row.timed, row.version) == (told.starts_at is not None, version)


def says_who_holds_which_clients(generation, log):
    with generation.reading.connect() as db:
        listed = {row.client_id: row for row in db.execute(select(portfolio_tables.clients))}
        same = ("case_file_id", "collector", "is_open", "outstanding", "collected")
        worked, on_desk = (
            {tuple(getattr(row, name) for name in same) for row in db.execute(select(table))}
            for table in (portfolio_tables.case_files, tables.case_files)
        )
        plans = {(row.client_id, row.plan_id) for row in db.execute(select(portfolio_tables.plans))}
    clients_now = {client: log.load(Client(), client)[0] for client in listed}
    for client, row in listed.items():
        told, stands = clients_now[client].details, clients_now[client].restrictions
        assert (row.hidden_name or row.name, row.name == BLOCKED) == (told.name, stands.blocked)
        zone = None if stands.erased else told.zone
        assert (row.zone, row.city) == (zone or "", told.address.city or "")
        assert row.collector == (clients_now[client].held_by(TODAY) or "")
    assert worked == on_desk
    assert plans == {(client, plan.plan_id) for client, known in clients_now.items() for plan in known.portfolio.plans}


def says_what_portfolios_list(generation, log):
    """Whoever survives, with what is owed on the case files of all who are the same person."""
    with generation.reading.connect() as db:
        listed = {row.client_id: row for row in db.execute(select(portfolio_tables.clients))}
        sums = {(row.client_id, row.owed, row.collected) for row in db.execute(select(portfolio_tables.sums))}
        creditors = {row.creditor_id for row in db.execute(select(tables.case_files))}
        debtors = {row.case_file_id: row.debtor_id for row in db.execute(select(tables.case_files))}
        opened = db.execute(select(tables.case_files).where(tables.case_files.c.is_open))
        actions = [(row.debtor_id, row.next_action_on) for row in opened]
        planned = [(row.task_id, row.client_id) for row in db.execute(select(task_table))]
    known = {client: log.load(Client(), client)[0] for client in listed}
    told = [(log.load(Task(), task)[0], task, client) for task, client in planned]
    to_do = {TaskState.OPEN, TaskState.IN_PROGRESS}
    waiting = [(task.details.day, id_, client) for task, id_, client in told if task.state in to_do]

    def survivor(client):
        into = known[client].restrictions.merged_into
        return client if into is None else survivor(into)

    for client, row in listed.items():
        one = {other for other in known if survivor(other) == client}
        files = [log.load(CaseFile(), file)[0] for file, debtor in debtors.items() if debtor in one]
        active = any(file.closed_for is None for file in files)
        for_collecting = known[client].held_by(TODAY) or files or not one & creditors
        assert row.survivor_id == survivor(client)
        assert row.is_listed == bool(one and for_collecting and (active or not known[client].restrictions.erased))
        assert row.activity == ("active" if active else "passive" if files else "new")
        if one:
            action = min((day for debtor, day in actions if debtor in one), default=NEVER)
            task = min(((day, id_) for day, id_, of in waiting if of in one), default=(NEVER, None))
            assert row.next_action_on == min(action, task[0])
            assert row.next_task_id == (task[1] if task[0] < action else None)
        worked = [file for file in files if file.held_by(TODAY) in {None, known[client].held_by(TODAY)}]
        owed = sum(max(0, file.outstanding.minor) for file in worked if file.closed_for is None)
        collected = sum(file.ledger.approved.minor for file in worked)
        assert {amounts for amounts in sums if amounts[0] == client} == (
            {(client, owed, collected)} if worked else set()
        )
