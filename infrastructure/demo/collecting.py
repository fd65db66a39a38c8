"""How the demo's collectors ask for money, and how it comes in, is decided on, or is sued for."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from domain.case_file.activity import Channel, Outcome
from domain.case_file.progress import ClosingReason, Stage
from domain.money import Money
from domain.payments import Method, PaidTo, State
from infrastructure.demo import phrases
from infrastructure.demo.agency import Agency, Story
from infrastructure.demo.file import METHODS, RECALLED, File

DAY = timedelta(days=1)

PATIENCE = 4
"""So many broken promises, and it goes to law."""

LEFT_OVER, A_DAY, WAITING, RETURNED_TODAY = 3, 8, 35, 2
"""Payments that nobody has decided on for weeks, that came in on each of the last days, and in all in the end; and what
comes back on the last day, after its case file was closed."""


def reach(file: File) -> Story:
    """Call until somebody answers who can decide."""
    agency = file.agency
    for _ in range(4):
        if agency.chance(file.skill):
            break
        outcome = agency.random.choice(
            (Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.MESSAGE_LEFT, Outcome.THIRD_PARTY)
        )
        yield file.call(outcome, agency.random.randint(2, 6))
    if agency.chance(0.4):
        yield file.call(Outcome.CONTACTED, agency.random.randint(3, 10))


def pay(file: File, amount: Money, *, method: Method | None = None, payer: str | None = None) -> None:
    """Some days ago by the bank's date, as a rule; a supervisor decides within some days."""
    agency = file.agency
    method = method or agency.random.choice(METHODS)
    days_ago = 0 if method is Method.CASH else agency.random.randint(0, 3)
    received_on = max(file.now.opened_on, agency.at.date() - days_ago * DAY)
    payment = file.record_payment(amount, method, received_on=received_on, payer=payer)
    agency.begin(decide(file, payment, method), file.in_days(agency.random.randint(1, 5)))


def decide(file: File, payment: UUID, method: Method) -> Story:
    """Approved, most of the time; and what may happen to it afterwards."""
    agency = file.agency
    if agency.chance(0.05):
        file.reject(payment, agency.one_of(phrases.REJECTIONS))
        if agency.chance(0.4) and file.is_open:
            yield file.in_days(2)
            if file.is_open and file.now.ledger.payments[payment].amount <= file.unpaid:
                file.reopen_payment(payment, phrases.APPEARED)
                file.approve(payment)
        return
    file.approve(payment)
    if agency.chance(0.02):
        file.reopen_payment(payment, phrases.UNDO)
        yield file.in_days(1)
        file.approve(payment)
    if agency.chance(0.2 if method in RECALLED else 0.005):
        yield file.in_days(agency.random.randint(4, 12))
        file.return_payment(payment, agency.one_of(phrases.RETURNS))
        if not file.is_open:
            file.reopen("El banco devuelve el último pago")
            yield from pay_in_parts(file)


def leave_for_approval(agency: Agency, files: Sequence[File]) -> Story:
    """The supervisors are behind with their work: a few payments have been forgotten, and of late they pile up."""
    for file in _some(agency, files, LEFT_OVER):
        _tell(file, PaidTo.CREDITOR, phrases.UNCONFIRMED)
    yield agency.working_days_before_today(3)
    for days in (2, 1):
        for file in _some(agency, files, A_DAY):
            _tell(file, PaidTo.US, agency.one_of(phrases.TOLD))
        yield agency.working_days_before_today(days)
    for file in _some(agency, files, WAITING - sum(file.waiting for file in files)):
        _tell(file, PaidTo.US, agency.one_of(phrases.TOLD))
    return_after_closing(files)


def return_after_closing(files: Sequence[File]) -> None:
    """What the bank sends back this morning of case files that were closed as paid: nobody has seen to it yet."""
    paid = [file for file in files if file.now.closed_for is ClosingReason.PAID]
    for file in paid[-RETURNED_TODAY:]:
        approved = [id_ for id_, one in file.now.ledger.payments.items() if one.state is State.APPROVED]
        file.return_payment(approved[-1], phrases.RETURNS[0])


def _some(agency: Agency, files: Sequence[File], how_many: int) -> Sequence[File]:
    """Of those that owe something, and with which nothing else is done before today."""
    idle = [file for file in files if agency.next_actions.get(file.id, agency.today) > agency.today]
    owing = [file for file in idle if file.is_open and file.unpaid and not file.waiting]
    return agency.random.sample(owing, max(0, min(how_many, len(owing))))


def _tell(file: File, paid_to: PaidTo, note: str) -> None:
    """Of a payment on which nobody decides."""
    random = file.agency.random
    method = Method.TRANSFER if paid_to is PaidTo.CREDITOR else random.choice(METHODS)
    days_ago = 0 if method is Method.CASH else random.randint(0, 2)
    received_on = max(file.now.opened_on, file.agency.at.date() - days_ago * DAY)
    amount = file.share(random.choice((1, 2, 3, 4)))
    file.record_payment(amount, method, received_on=received_on, paid_to=paid_to, note=note or None)


def pay_in_parts(file: File) -> Story:
    """Promise after promise, until all is paid or patience ends."""
    agency = file.agency
    parts, broken = agency.random.choice((1, 1, 2, 3, 4, 6)), 0
    while broken < PATIENCE:
        if file.waiting:
            yield file.in_days(3)
        elif not file.unpaid:
            file.close(ClosingReason.PAID)
            return
        else:
            yield file.take_promise(file.share(parts), agency.random.randint(4, 20))
            if not file.is_open:
                return
            if agency.chance(0.25 + 0.6 * file.skill) and file.unpaid:
                pay(file, file.share(parts))
                parts = max(1, parts - 1)
                yield file.in_days(agency.random.randint(5, 12))
            elif file.unpaid:
                broken += 1
                yield file.call(Outcome.CONTACTED, agency.random.randint(3, 9), agency.one_of(phrases.BROKEN))
    yield from go_to_law(file)


def go_to_law(file: File) -> Story:
    agency = file.agency
    file.move_to(Stage.PRE_LEGAL, "Agotada la vía amistosa.")
    file.charge_cost(Money.of("38.50", "EUR"), "Burofax con acuse de recibo")
    yield file.write(Channel.BUROFAX, "Burofax con requerimiento de pago y aviso de demanda.", 20)
    if agency.chance(0.3) and file.unpaid:
        file.answer("Llama al recibir el burofax. Hará un pago a cuenta.")
        pay(file, file.share(3))
        yield file.in_days(25)
    while file.waiting:
        yield file.in_days(3)
    file.move_to(Stage.LEGAL, "Se interpone petición inicial de monitorio.")
    file.charge_cost(Money.of("185.00", "EUR"), "Procurador y tasa")
    file.charge_interest(4)
    yield file.observe("Presentado el monitorio; pendiente de admisión a trámite.", agency.random.randint(45, 75))
    if agency.chance(0.5):
        yield file.observe("Decreto que pone fin al monitorio: se pide la ejecución.", agency.random.randint(40, 60))
    for _ in range(agency.random.randint(0, 8)):
        if file.unpaid:
            pay(file, file.share(6), method=Method.DEPOSIT, payer="Juzgado de Primera Instancia")
            yield file.observe("Ingreso del juzgado por embargo de nómina.", 30)
    while file.waiting:
        yield file.in_days(3)
    paid = not file.unpaid
    file.close(ClosingReason.PAID if paid else ClosingReason.UNCOLLECTIBLE, None if paid else "Sin bienes embargables.")
