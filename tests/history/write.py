"""Writes down a log as this release stores it, for all later ones to load: `python tests/history/write.py NAME`.

A story in which every kind of event happens. Written once for each format that lands, and never again.
"""

import base64
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

from billed import Billing  # noqa: E402
from figures import figures  # noqa: E402
from sent import Sending  # noqa: E402
from sqlalchemy import create_engine  # noqa: E402

from application import (  # noqa: E402 - found by the path above
    activity,
    assignments,
    business,
    case_files,
    clients,
    debts,
    expenses,
    payments,
    queue,
    refunds,
    restrictions,
    tasks,
)
from application.access import note  # noqa: E402
from application.attachments import Attachment  # noqa: E402
from application.images import change_image, remove_image  # noqa: E402
from application.streams import Change, Command, Decision, Outcome  # noqa: E402
from application.tasks import Logged  # noqa: E402
from domain import access  # noqa: E402
from domain.business import Kind  # noqa: E402
from domain.case_file import CaseFile  # noqa: E402
from domain.case_file.activity import Channel, Direction, Located, NewAction, PartyRole  # noqa: E402
from domain.case_file.activity import Outcome as Result  # noqa: E402
from domain.case_file.debt import AdjustmentKind, Item, Part  # noqa: E402
from domain.case_file.progress import ClosingReason, Stage  # noqa: E402
from domain.case_file.schedule import Instalment  # noqa: E402
from domain.client.contacts import Contact, ContactState, Medium  # noqa: E402
from domain.client.details import Address, Details, Identification, IdentificationKind  # noqa: E402
from domain.client.details import Kind as ClientKind  # noqa: E402
from domain.client.finances import Card, CardBrand, CreditEntry, account_of  # noqa: E402
from domain.client.portfolio import AssignmentPlanned  # noqa: E402
from domain.client.restrictions import ErasureGround, RetentionGround, StillNeeded  # noqa: E402
from domain.events import BY_NAME, Event  # noqa: E402
from domain.expense import BorneBy, MediaType, NewExpense  # noqa: E402
from domain.expense import Kind as Spent  # noqa: E402
from domain.money import Money  # noqa: E402
from domain.payments import Method, NewPayment, PaidTo  # noqa: E402
from domain.people import OPERATOR, Actor, Role, User, user_id  # noqa: E402
from domain.task import Details as TaskDetails  # noqa: E402
from domain.task import Kind as TaskKind  # noqa: E402
from infrastructure.files.images import portrait  # noqa: E402
from infrastructure.files.store import StoredFiles  # noqa: E402
from infrastructure.keys.rotation import rotate  # noqa: E402
from infrastructure.log.backups import back_up  # noqa: E402
from infrastructure.read_models.served import rebuild  # noqa: E402
from infrastructure.stores import Store, open_store  # noqa: E402
from infrastructure.wiring import credentials  # noqa: E402

ANA, BEA = (Actor(name, frozenset({Role.SUPERVISOR})) for name in ("ana", "bea"))
CARL = Actor("carl", frozenset({Role.COLLECTOR}))


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""The smallest PNG."""


class Story:
    def __init__(self, store: Store) -> None:
        self.store, self.day = store, date(2026, 1, 12)

    def does(self, use_case: Callable[..., Outcome], by: Actor, *about: object, **said: object) -> None:
        use_case(self.store.events, self.command(by), *about, **said)

    def command(self, by: Actor) -> Command:
        command_id = uuid4()
        return Command(command_id, by, datetime.combine(self.day, time(9), UTC), self.day, command_id)

    def registered(self, name: str) -> UUID:
        client = uuid4()
        self.does(clients.register_client, ANA, client, reference=None, details=Details(name, zone="Centro"))
        return client

    def propose(self, file: UUID) -> None:
        """A collector's proposals, each decided on in another way."""
        does = self.does
        said = {"amount": euros("5.00"), "charged_on": self.day, "concept": "Sellos"}
        approved, rejected, withdrawn = uuid4(), uuid4(), uuid4()
        for proposal_id in (approved, rejected, withdrawn):
            does(debts.charge, CARL, file, Part.COSTS, charge_id=proposal_id, **said)
        does(debts.approve_proposal, ANA, file, proposal_id=approved)
        does(debts.reject_proposal, ANA, file, proposal_id=rejected, reason="Sin justificante")
        does(debts.withdraw_proposal, CARL, file, proposal_id=withdrawn)

    def carried_out(self, client: UUID) -> None:
        """What was planned for this client and has come due."""
        for recorded in self.store.events.history(client):
            if isinstance(recorded.event, AssignmentPlanned):
                assignments.carry_out_assignment(
                    self.store.events,
                    client,
                    plan_id=recorded.event.plan_id,
                    correlation_id=recorded.correlation_id,
                    at=datetime.combine(self.day, time(0), UTC),
                    today=self.day,
                )

    def opened(self, reference: str, debtor: UUID, creditor: UUID | None, *amounts: str) -> UUID:
        case_file = uuid4()
        items = [
            Item(f"F-{number}", self.day, date(2026, 2, 1), euros(amount)) for number, amount in enumerate(amounts)
        ]
        self.does(
            case_files.open_case_file,
            ANA,
            case_file,
            reference=reference,
            creditor_id=creditor,
            debtor_id=debtor,
            currency="EUR",
            opened_on=self.day,
            items=items,
        )
        return case_file

    def paid(self, case_file: UUID, amount: str, **more: object) -> UUID:
        payment = uuid4()
        new = NewPayment(euros(amount), self.day, Method.TRANSFER, payer="Núria Peña", note="Por el banco", **more)
        self.does(payments.record_payment, CARL, CaseFile, case_file, payment_id=payment, payment=new)
        return payment

    def keep_account(self, client: UUID) -> None:
        """All that can be known of a client, corrected and taken back again."""
        nif = Identification(IdentificationKind.NIF, "12345678Z")
        known = Details("Núria Peña Gil", ClientKind.PERSON, nif, Address("Calle Mayor 1", city="Vigo"), "Norte")
        self.does(clients.correct_client, ANA, client, details=known, reason="Nos llamó")
        phone, account, card, entry = (uuid4() for _ in range(4))
        told = Contact(Medium.PHONE, "600123123", whose="Su madre", hours="Tardes", source="Contrato", preferred=True)
        self.does(clients.add_contact, ANA, client, contact_id=phone, contact=told)
        self.does(clients.add_contact, ANA, client, contact_id=uuid4(), contact=Contact(Medium.EMAIL, "n@ejemplo.es"))
        wrong = replace(told, state=ContactState.WRONG)
        self.does(clients.change_contact, ANA, client, contact_id=phone, contact=wrong, reason="Contesta otro")
        self.does(clients.remove_contact, ANA, client, contact_id=phone, reason="Es de otro")
        iban = account_of("ES9121000418450200051332")
        self.does(clients.add_account, ANA, client, account_id=account, account=iban)
        self.does(clients.remove_account, ANA, client, account_id=account, reason="Cerrada")
        visa = Card(CardBrand.VISA, "4242", "tok_1")
        self.does(clients.add_card, ANA, client, card_id=card, card=visa)
        self.does(clients.remove_card, ANA, client, card_id=card, reason="Caducada")
        score = CreditEntry(self.day, "Informe", "720", "Sin incidencias")
        self.does(clients.add_credit_entry, ANA, client, entry_id=entry, entry=score)
        self.does(clients.remove_credit_entry, ANA, client, entry_id=entry, reason="De otra")
        self.does(clients.verify_client, ANA, client)
        self.does(clients.withdraw_verification, ANA, client, reason="Falta el teléfono")

    def stand(self) -> None:
        """Clients blocked, merged, kept by law and erased; and one with a picture."""
        blocked, kept, twin, gone = (self.registered(name) for name in ("Bloqueada", "Guardada", "Guardado", "Borrada"))
        self.does(restrictions.block_client, ANA, blocked, reason="Lo pide")
        self.does(restrictions.unblock_client, OPERATOR, blocked, reason="Ya no lo pide")
        self.does(restrictions.block_client, ANA, blocked, reason="Lo pide otra vez")
        self.does(restrictions.merge_client, ANA, twin, into=kept, reason="Es la misma")
        self.does(restrictions.unmerge_client, ANA, twin, reason="undo")
        self.does(restrictions.merge_client, ANA, twin, into=kept, reason="Sí es la misma")
        until, none = date(2032, 1, 1), {"case_files": lambda _: ((), 0)}
        self.does(restrictions.set_retention, OPERATOR, kept, until=until, ground=RetentionGround.ACCOUNTING)
        with suppress(StillNeeded):
            self.does(restrictions.erase_client, OPERATOR, kept, ground=ErasureGround.ASKED_FOR, **none)
        self.does(restrictions.erase_client, OPERATOR, gone, ground=ErasureGround.ASKED_FOR, **none)
        with closing(credentials(self.store)) as logins:
            files = StoredFiles(logins.engine, self.store.keys)
            for _ in range(2):
                at, new = self.command(ANA), uuid4()
                change_image(self.store.events, files, at, kept, file_id=new, portrait=portrait(PIXEL, field="image"))
            remove_image(self.store.events, files, self.command(ANA), kept)
            change_image(
                self.store.events,
                files,
                self.command(ANA),
                kept,
                file_id=uuid4(),
                portrait=portrait(PIXEL, field="image"),
            )
        self.store.events.forget_erased()

    def tell(self) -> None:  # noqa: PLR0915 - one thing after another
        does = self.does
        does(
            business.describe_business,
            OPERATOR,
            name="Cobros Ría",
            kind=Kind.AGENCY,
            country="ES",
            time_zone="Europe/Madrid",
        )
        does(business.set_deadlines, OPERATOR, grace_days=2, idle_days=20)
        does(business.set_session_limits, OPERATOR, idle_minutes=30, hours=10)
        does(business.require_second_factor, OPERATOR, roles=[Role.ADMINISTRATOR])
        does(business.switch_four_eyes_off, OPERATOR, reason="Somos una sola persona")
        does(business.switch_four_eyes_on, OPERATOR)
        for name, roles in (("ana", ANA.roles), ("bea", BEA.roles), ("carl", CARL.roles), ("dora", CARL.roles)):
            does(business.add_user, OPERATOR, name=name, roles=roles)
        does(business.change_roles, OPERATOR, name="dora", roles=[Role.SUPERVISOR, Role.AUDITOR])
        does(business.describe_user, OPERATOR, name="dora", full_name="Dora Gil", email="dora@cobros.es")
        does(business.disable_user, OPERATOR, name="dora")
        does(business.enable_user, OPERATOR, name="dora")

        creditor, debtor, other = (self.registered(name) for name in ("Telefonía Sur", "Núria Peña", "Óptica Güell"))
        for client in (debtor, other):
            does(assignments.assign_client, ANA, client, collector="carl", from_on=self.day)
        does(assignments.assign_client, ANA, creditor, collector="bea", from_on=self.day)
        does(assignments.assign_client, ANA, creditor, collector=None, from_on=self.day)
        for to, from_on in (("ana", date(2026, 1, 19)), ("bea", date(2026, 1, 19)), ("dora", date(2026, 1, 27))):
            does(assignments.assign_client, ANA, creditor, collector=to, from_on=from_on)
        does(
            assignments.appoint_substitute,
            ANA,
            uuid4(),
            collector="carl",
            substitute="bea",
            from_on=self.day,
            until_on=date(2026, 1, 30),
        )
        self.keep_account(debtor)
        file = self.opened("EXP-1", debtor, creditor, "600.00", "400.00")
        second = self.opened("EXP-2", other, None, "80.00")
        does(debts.add_items, ANA, file, items=[Item("F-9", self.day, date(2026, 3, 1), euros("100.00"))])
        does(business.set_charge_limit, OPERATOR, currency="EUR", limit=euros("500.00"))
        does(
            debts.charge,
            ANA,
            file,
            Part.COSTS,
            charge_id=uuid4(),
            amount=euros("25.50"),
            charged_on=self.day,
            concept="Burofax",
        )
        does(debts.charge, ANA, file, Part.INTEREST, charge_id=uuid4(), amount=euros("9.99"), charged_on=self.day)
        self.propose(file)
        does(
            debts.adjust_debt,
            ANA,
            file,
            adjustment_id=uuid4(),
            kind=AdjustmentKind.CREDIT_NOTE,
            part=Part.PRINCIPAL,
            amount=-euros("50.00"),
            adjusted_on=self.day,
            reason="Factura repetida",
        )
        order = (Part.PRINCIPAL, Part.COSTS, Part.INTEREST)
        does(debts.change_allocation_order, CARL, file, order=order, reason="Lo pide el acreedor")

        self.day = date(2026, 1, 20)
        self.carried_out(creditor)
        located = Located("Vecino", address="Calle Mayor 1", phone="600000000")
        new = NewAction(
            self.day,
            Channel.VISIT,
            Direction.OUTGOING,
            Result.LOCATED,
            note="Vive aquí",
            next_action="Llamar",
            next_action_on=date(2026, 2, 2),
            located=located,
        )
        promise = (uuid4(), euros("200.00"), date(2026, 2, 16))
        does(activity.log_action, CARL, file, action_id=uuid4(), action=new, promise=promise)
        does(activity.add_party, CARL, file, client_id=other, role=PartyRole.GUARANTOR)
        does(activity.remove_party, CARL, file, client_id=other, role=PartyRole.GUARANTOR)
        cancelled = uuid4()
        does(activity.make_promise, CARL, file, promise_id=cancelled, amount=euros("10.00"), due_on=date(2026, 3, 2))
        does(activity.cancel_promise, CARL, file, promise_id=cancelled, reason="Se equivocó de mes")
        does(case_files.change_stage, CARL, file, stage=Stage.PRE_LEGAL, note="Último aviso")
        does(case_files.assign_case_file, ANA, file, collector="bea", from_on=self.day)
        does(case_files.assign_case_file, ANA, file, collector=None, from_on=self.day)
        does(case_files.open_dispute, CARL, file, dispute_id=uuid4(), claim="Dice que pagó", opened_on=self.day)
        does(queue.skip_case_file, CARL, second, until=date(2026, 1, 23))
        does(queue.skip_client, CARL, debtor, until=date(2026, 1, 26))
        self.day = date(2026, 1, 27)
        does(business.disable_user, OPERATOR, name="dora")
        self.carried_out(creditor)
        [substitution] = self.store.events.load(User(), user_id("bea"))[0].substitutions
        does(assignments.end_substitution, ANA, substitution.substitution_id, substitute="bea")
        does(case_files.end_dispute, CARL, file, result="No era esta factura", ended_on=self.day)

        approved = self.paid(file, "200.00")
        returned = self.paid(file, "30.00", paid_to=PaidTo.CREDITOR, reference="R-1")
        rejected = self.paid(file, "40.00")
        does(payments.approve_payment, ANA, CaseFile, file, payment_id=approved)
        does(payments.move_collection, ANA, file, payment_id=approved, collector="bea", reason="Lo consiguió Bea")
        does(payments.approve_payment, ANA, CaseFile, file, payment_id=returned)
        does(
            payments.return_payment, ANA, CaseFile, file, payment_id=returned, returned_on=self.day, reason="Sin fondos"
        )
        does(payments.reject_payment, ANA, CaseFile, file, payment_id=rejected, reason="No consta en el banco")
        does(payments.reopen_payment, BEA, CaseFile, file, payment_id=rejected, reason="Consta en otra cuenta")
        twice = self.paid(file, "40.00")
        does(payments.withdraw_payment, CARL, CaseFile, file, payment_id=twice, reason="Anotado dos veces")
        instalments = [
            Instalment(date(2026, month, 5), euros(amount)) for month, amount in ((3, "400.00"), (4, "490.49"))
        ]
        does(debts.agree_plan, CARL, file, plan_id=uuid4(), instalments=instalments)
        does(debts.end_plan, CARL, file, reason="No cumplió")
        too_much = self.paid(second, "100.00", overpayment=True)
        does(payments.approve_payment, ANA, CaseFile, second, payment_id=too_much)
        does(debts.move_credit, ANA, second, credit_id=uuid4(), amount=euros("15.00"), to=file, reason="Mismo pagador")
        refund, rejected, withdrawn = uuid4(), uuid4(), uuid4()
        for proposed in (refund, rejected, withdrawn):
            propose = {"refund_id": proposed, "amount": euros("1.00"), "reason": "Pagó de más"}
            does(refunds.propose_refund, CARL, CaseFile, second, **propose)
        does(refunds.approve_refund, ANA, CaseFile, second, refund_id=refund)
        does(refunds.reject_refund, ANA, CaseFile, second, refund_id=rejected, reason="Se aplica a otra deuda")
        does(refunds.withdraw_refund, CARL, CaseFile, second, refund_id=withdrawn, reason="Por error")
        closing = {"reason": ClosingReason.PAID, "note": "Gracias", "keep_credit": True}
        does(case_files.close_case_file, CARL, second, **closing)
        does(case_files.reopen_case_file, ANA, second, reason="Quedan 5 € por devolver")
        self.tell_of_tasks(file)
        self.spend(file)
        self.stand()
        Billing(self, other, PIXEL).tell()
        Sending(self, debtor, file).tell()
        self.tell_of_access()

    def tell_of_access(self) -> None:
        """By keyed hashes: of whom does not matter here."""
        at = self.command(CARL).at
        told = (
            access.LoggedIn("1" * 32, "2" * 32, device_known=False),
            access.LogInsFailed("1" * 32, "2" * 32, 12, 2, at, at),
            access.PasswordLinkMade("1" * 32),
            access.PasswordSet("1" * 32, access.Means.OWN),
            access.SecondFactorSetUp("1" * 32),
            access.CodeRefused("1" * 32, "2" * 32),
            access.RecoveryCodeUsed("1" * 32, 9),
            access.RecoveryCodesMade("1" * 32),
            access.SecondFactorRemoved("1" * 32),
        )
        note(self.store.events, *told, at=at)

    def appended(self, stream: UUID, events: Sequence[Event], subject: UUID) -> None:
        """What no use case of a few lines does: a file brings it in."""
        self.store.events.append(Decision([Change(stream, events, subject)]), self.command(ANA), after={})

    def collected(self, case_file: UUID, payment: UUID, amount: Money) -> None:
        new = NewPayment(amount, self.day, Method.CASH)
        self.does(payments.record_payment, CARL, CaseFile, case_file, payment_id=payment, payment=new)
        self.does(payments.approve_payment, ANA, CaseFile, case_file, payment_id=payment)

    def tell_of_tasks(self, file: UUID) -> None:
        """One for the debtor, completed with an action, and its copy; one for nobody, edited, left, taken up again."""
        does, debtor = self.does, self.store.events.load(CaseFile(), file)[0].debtor_id
        visit, copy, alone = uuid4(), uuid4(), uuid4()
        told = TaskDetails(
            TaskKind.MEETING, "Firmar el plan", "carl", self.day, time(10, 30), 45, "Dos copias", "Mayor 1"
        )
        does(tasks.plan_task, CARL, visit, client_id=debtor, details=told)
        does(tasks.start_task, CARL, visit)
        action = NewAction(self.day, Channel.IN_PERSON, Direction.OUTGOING, Result.CONTACTED, note="Firmado")
        does(tasks.complete_task, CARL, visit, result="Firmado", logged=Logged(file, uuid4(), action))
        does(tasks.copy_task, CARL, visit, copy_id=copy, day=date(2026, 2, 20))
        does(
            tasks.plan_task,
            CARL,
            alone,
            client_id=None,
            details=TaskDetails(TaskKind.TASK, "Revisar", "carl", self.day),
        )
        does(tasks.edit_task, CARL, alone, details=TaskDetails(TaskKind.CALL, "Llamar al banco", "bea", self.day))
        does(tasks.mark_task_unattended, BEA, alone)
        does(tasks.reopen_task, BEA, alone)

    def spend(self, case_file: UUID) -> None:
        """Three expenses: of a month that is closed, reopened and closed again; rejected; and withdrawn."""
        does, month = self.does, {"collector": "carl", "month": date(2026, 1, 1)}
        engine = create_engine(f"sqlite:///{self.store.folder}/events.db")
        files = StoredFiles(engine, self.store.keys)
        told = (Spent.FUEL, euros("42.10"), self.day), (Spent.BUROFAX, euros("38.50"), self.day)
        settled, borne, withdrawn = uuid4(), uuid4(), uuid4()
        attached = Attachment(MediaType.PDF, b"%PDF-1.4 %%EOF")
        claims = {
            settled: NewExpense(*told[0], note="Visita a Núria Peña"),
            borne: NewExpense(*told[1], BorneBy.DEBTOR, case_file, "Burofax a Núria Peña"),
            withdrawn: NewExpense(*told[0]),
        }
        for expense, new in claims.items():
            attachment = attached if expense == settled else None
            does(expenses.claim_expense, CARL, expense, files=files, expense=new, attachment=attachment)
        engine.dispose()
        does(expenses.withdraw_expense, CARL, withdrawn)
        does(expenses.approve_expense, ANA, borne)
        does(expenses.reopen_expense, ANA, borne, adjustment_id=uuid4(), reason="undo")
        does(expenses.reject_expense, ANA, borne, reason="No consta el burofax")
        does(expenses.approve_expense, ANA, settled)
        self.day = date(2026, 2, 3)
        does(expenses.settle_month, ANA, settlement_id=uuid4(), **month)
        does(expenses.reopen_month, BEA, reason="Falta un tique", **month)
        does(expenses.settle_month, ANA, settlement_id=uuid4(), **month)


def rotate_master_key(store: Store) -> None:
    with closing(credentials(store)) as logins:
        now = datetime(2026, 2, 4, 9, tzinfo=UTC)
        command = Command(uuid4(), OPERATOR, now, now.date(), uuid4())
        rotate(store, logins.engine, command, lambda _: None)


def write(folder: Path) -> None:
    folder.mkdir()
    with TemporaryDirectory() as made, open_store(Path(made) / "store", Path(made) / "master.key") as store:
        Story(store).tell()
        rotate_master_key(store)
        happened = {recorded.name for recorded in store.events.since(0, 1_000)}
        assert happened == set(BY_NAME), set(BY_NAME) - happened
        rebuild(store)
        backup = back_up(store, folder, now=datetime.now(UTC))
        shutil.copy(Path(made) / "master.key", folder / "master.key")
        backup.log.rename(folder / "events.db")
        backup.log.with_suffix(".head").rename(folder / "events.head")
        (folder / "figures.json").write_text(json.dumps(figures(store), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    write(HERE / sys.argv[1])
