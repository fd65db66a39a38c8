"""What becomes of the demo's case files. Each story is told from the day its case file is opened.

Little of it is certain: who is reached and who keeps their word depends on chance, and on the collector's skill.
"""

from collections.abc import Callable

from domain.case_file.activity import Channel, Outcome, PartyRole
from domain.case_file.debt import AdjustmentKind
from domain.case_file.progress import ClosingReason, Stage
from domain.money import Money
from domain.payments import Method, PaidTo
from infrastructure.demo import phrases
from infrastructure.demo.agency import ANA, BRUNO, CARLA, Story
from infrastructure.demo.collecting import DAY, decide, go_to_law, pay, pay_in_parts, reach
from infrastructure.demo.file import File
from infrastructure.demo.people import Client

StoryOf = Callable[[File], Story]


def pays_when_asked(file: File) -> Story:
    yield file.write(Channel.LETTER, "Carta de presentación con el detalle de la deuda.", 6)
    yield from reach(file)
    yield from pay_in_parts(file)


def agrees_a_plan(file: File) -> Story:
    """Kept by some to the end; with others it ends after two instalments missed in a row."""
    agency = file.agency
    yield from reach(file)
    missed = 0
    for instalment in file.agree_plan(agency.random.choice((3, 4, 6, 6, 8, 12))):
        days = (instalment.due_on - agency.at.date()).days
        yield file.call(Outcome.CONTACTED, max(0, days) + 1, "Acordado el plan. Se vigila la próxima cuota.")
        if not file.unpaid:
            break
        if agency.chance(0.55 + 0.4 * file.skill):
            pay(file, min(instalment.amount, file.unpaid))
            missed = 0
        else:
            missed += 1
        if missed > 1:
            break
    if missed > 1:
        file.end_plan(agency.one_of(phrases.PLAN_BROKEN))
        yield from go_to_law(file)
    else:
        yield from pay_in_parts(file)


def breaks_a_plan(file: File) -> Story:
    yield from reach(file)
    first, *_ = file.agree_plan(6)
    yield file.call(Outcome.CONTACTED, 31, "Acordado el plan de seis cuotas.")
    pay(file, first.amount, method=Method.DIRECT_DEBIT)
    yield file.call(Outcome.NO_ANSWER, 32)
    file.end_plan(file.agency.one_of(phrases.PLAN_BROKEN))
    yield from go_to_law(file)


def refuses(file: File) -> Story:
    yield from reach(file)
    yield file.call(Outcome.REFUSES, 8)
    yield from go_to_law(file)


def cannot_be_found(file: File) -> Story:
    yield file.call(Outcome.WRONG_NUMBER, 3)
    file.move_to(Stage.LOCATING, "Los teléfonos del acreedor no sirven.")
    yield file.write(Channel.LETTER, "Carta al domicilio que consta en el contrato.", 15)
    yield file.visit(Outcome.UNLOCATABLE, 20, "En el domicilio vive otra familia desde hace un año.")
    if file.agency.chance(0.5):
        yield file.observe("Consultadas guías y registros, sin resultado.", 60)
    file.close(ClosingReason.UNLOCATABLE, "Agotadas las vías de localización.")


def is_found(file: File) -> Story:
    """Some only once the case file has been closed."""
    yield file.call(Outcome.WRONG_NUMBER, 3)
    file.move_to(Stage.LOCATING, "Los teléfonos del acreedor no sirven.")
    yield file.observe("Se piden datos al acreedor y se buscan en fuentes públicas.", 14)
    if file.agency.chance(0.3):
        file.close(ClosingReason.UNLOCATABLE)
        yield file.in_days(file.agency.random.randint(15, 40))
        file.reopen("Aparece un domicilio nuevo")
    yield file.locate(2)
    file.move_to(Stage.AMICABLE, "Localizado.")
    yield from pays_when_asked(file)


def disputes(file: File) -> Story:
    agency = file.agency
    yield from reach(file)
    claim = agency.one_of(phrases.CLAIMS)
    next_on = file.call(Outcome.DISPUTES, agency.random.randint(15, 50), claim)
    file.open_dispute(claim)
    yield next_on
    if agency.chance(0.5):
        file.end_dispute(phrases.DISPUTES_ACCEPTED)
        file.take_off(AdjustmentKind.CREDIT_NOTE, file.share(5), "Abono parcial del acreedor")
    else:
        file.end_dispute(agency.one_of(phrases.DISPUTES_REJECTED))
    yield from pay_in_parts(file)


def is_right_to_dispute(file: File) -> Story:
    next_on = file.call(Outcome.DISPUTES, 15, phrases.CLAIMS[0])
    file.open_dispute(phrases.CLAIMS[0])
    yield next_on
    file.end_dispute("El acreedor confirma la baja anterior a la factura.")
    file.close(ClosingReason.UNFOUNDED, "La deuda no existía.")


def has_paid_the_creditor(file: File) -> Story:
    """Before the case file came to us, or just after."""
    yield from reach(file)
    yield file.call(Outcome.CLAIMS_PAID, 5, "Dice que pagó directamente al acreedor y manda el justificante.")
    received_on = file.now.opened_on - file.agency.random.randint(2, 9) * DAY
    amount = file.share(file.agency.random.choice((1, 1, 2)))
    payment = file.record_payment(amount, Method.TRANSFER, received_on=received_on, paid_to=PaidTo.CREDITOR)
    file.agency.begin(decide(file, payment, Method.TRANSFER), file.in_days(2))
    yield file.in_days(4)
    yield from pay_in_parts(file)


def becomes_insolvent(file: File) -> Story:
    yield from reach(file)
    file.move_to(Stage.INSOLVENCY, "Auto de declaración de concurso publicado en el BOE.")
    yield file.write(Channel.BUROFAX, "Comunicado el crédito a la administración concursal.", 60)
    if file.agency.chance(0.5):
        yield file.observe("Pendiente de la lista de acreedores.", 70)
    file.close(ClosingReason.INSOLVENT, "Concluye el concurso por insuficiencia de masa.")


def dies(file: File) -> Story:
    """An heir takes on the debt, or the inheritance is refused."""
    heir = _further(file)
    yield file.call(Outcome.THIRD_PARTY, 10, "La familia comunica el fallecimiento. Se pide el certificado.")
    heir.register(file.agency)
    file.add_party(heir, PartyRole.HEIR)
    yield file.write(Channel.LETTER, "Carta a la heredera o heredero, con el pésame y el detalle.", 20)
    if file.agency.chance(0.4):
        pay(file, file.unpaid, method=Method.TRANSFER, payer=heir.name)
        yield file.in_days(8)
        yield from pay_in_parts(file)
    else:
        file.close(ClosingReason.DECEASED, "Renuncia a la herencia ante notario.")


def is_succeeded(file: File) -> Story:
    successor = _further(file)
    yield file.call(Outcome.NO_ANSWER, 4)
    successor.register(file.agency)
    yield file.find_successor(successor, 5)
    yield from pay_in_parts(file)


def has_a_guarantor(file: File) -> Story:
    yield from _is_paid_by(file, PartyRole.GUARANTOR, "Requerimiento al avalista; abona la mitad.")


def has_a_co_debtor(file: File) -> Story:
    yield from _is_paid_by(file, PartyRole.CO_DEBTOR, "Requerimiento al deudor solidario; abona la mitad.")


def _is_paid_by(file: File, role: PartyRole, demand: str) -> Story:
    other = _further(file)
    other.register(file.agency)
    file.add_party(other, role)
    yield from reach(file)
    yield file.call(Outcome.REFUSES, 5)
    pay(file, file.share(2), method=Method.TRANSFER, payer=other.name)
    yield file.write(Channel.EMAIL, demand, 12)
    yield from pay_in_parts(file)


def settles(file: File) -> Story:
    """Most of it at once, and the rest is waived."""
    yield from reach(file)
    yield file.call(Outcome.CONTACTED, 4, "Ofrece pagar una parte de una vez si se le perdona el resto.")
    pay(file, Money.of_minor(max(1, file.unpaid.minor * 7 // 10), "EUR"), method=Method.TRANSFER)
    while file.waiting:
        yield file.in_days(3)
    if file.unpaid.minor * 2 > file.now.debt.principal.minor:  # the payment was not approved
        yield from pay_in_parts(file)
        return
    file.take_off(AdjustmentKind.WAIVER, file.unpaid, "Quita autorizada por el acreedor")
    file.close(ClosingReason.SETTLED_WITH_WAIVER)


def pays_too_much(file: File) -> Story:
    """A cheque, though it was promised by transfer. What is over goes back, or stays as credit for now."""
    yield from reach(file)
    yield file.take_promise(file.unpaid, 6)
    file.cancel_promise("Envía un cheque por más importe")
    over = file.unpaid + Money.of_minor(file.agency.random.randint(500, 6000), "EUR")
    payment = file.record_payment(over, Method.CHEQUE, overpayment=True, note="Paga de más: incluye otra factura.")
    yield file.in_days(3)
    file.approve(payment)
    if file.agency.chance(0.7):
        yield file.in_days(6)
        file.refund_credit("Se devuelve el exceso por transferencia")
        file.close(ClosingReason.PAID)
    else:
        file.propose_refund("Paga de más y pide que se le devuelva")


def pays_two_with_one_receipt(file: File) -> Story:
    """Half of each of two debts; and once one is paid twice over, the excess pays towards the other."""
    agency, other = file.agency, file.beside
    assert other is not None  # noqa: S101 - see PLOTS
    other.open()
    yield from reach(file)
    for one, payment in file.record_receipt([file, other], Method.TRANSFER, note="Un ingreso por los dos."):
        agency.begin(decide(one, payment, Method.TRANSFER), file.in_days(2))
    yield file.call(Outcome.CONTACTED, 12, "Paga la mitad de los dos expedientes con una transferencia.")
    while file.waiting:
        yield file.in_days(3)
    over = file.record_payment(
        file.unpaid + Money.of("20.00", "EUR"), Method.CHEQUE, overpayment=True, note="Redondea el cheque."
    )
    yield file.in_days(3)
    file.approve(over)
    yield file.in_days(2)
    file.move_credit(other, "El exceso se aplica al otro expediente")
    file.close(ClosingReason.PAID)
    yield from pay_in_parts(other)


def is_worked_by_another(file: File) -> Story:
    """Given to another collector than the debtor's; one collection is moved to who earned it."""
    before = file.collector
    file.assign(next(one for one in (ANA, BRUNO, CARLA) if one is not before))
    yield from reach(file)
    amount = file.share(3)
    file.withdraw(file.record_payment(file.share(2), Method.CASH), "El importe no era ese")
    payment = file.record_payment(amount, Method.CASH, note="Cobrado en visita.")
    yield file.visit(Outcome.CONTACTED, 3, "Paga una parte en mano; se le entrega recibo.")
    file.approve(payment)
    file.credit_collection_to(payment, before if before in (ANA, BRUNO, CARLA) else ANA, "La gestión previa era suya")
    yield from pay_in_parts(file)


def is_time_barred(file: File) -> Story:
    yield file.observe("Las facturas tienen más de cinco años: consultar a jurídico.", 10)
    file.close(ClosingReason.TIME_BARRED, "Prescrita: sin interrupciones que consten.")


def is_withdrawn(file: File) -> Story:
    yield from reach(file)
    yield file.call(Outcome.CONTACTED, 20)
    file.close(ClosingReason.WITHDRAWN, "El acreedor retira el expediente.")


def is_sold(file: File) -> Story:
    yield from reach(file)
    yield file.call(Outcome.REFUSES, 30)
    file.close(ClosingReason.SOLD, "Cedido en venta de cartera.")


def _further(file: File) -> Client:
    assert file.further is not None  # noqa: S101 - see PLOTS
    return file.further
