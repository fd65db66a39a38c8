"""The texts that a new business begins with. They are kept nowhere: a business that writes its own keeps those.

A demand to somebody whose data a creditor gave tells what GDPR, art. 14 asks for: the controller (1 a), purpose and
legal basis (1 c), what data (1 d), for how long (2 a), the legitimate interest (2 b), rights and complaints (2 c, e),
and whom the data come from (2 f). What differs from one business to another (a data protection officer, recipients,
transfers to third countries: 1 b, e, f) is for the business to add.
"""

from collections.abc import Mapping

from domain.correspondence.templates import Template, TemplateKind
from domain.sending import Language

_PAGUE = "Al pagar, indique la referencia {referencia_pago}.\nCuenta: {cuenta}"
_PAY = "When you pay, give the reference {payment_reference}.\nAccount: {account}"
"""The account is a line of its own, which is left out where none is set."""

ENCLOSED: Mapping[Language, str] = {Language.SPANISH: "Se la adjuntamos.", Language.ENGLISH: "It is attached."}
ENCLOSED_AGAIN: Mapping[Language, str] = {
    Language.SPANISH: "Se la adjuntamos de nuevo.",
    Language.ENGLISH: "It is attached again.",
}

_SPANISH: Mapping[TemplateKind, Template] = {
    TemplateKind.INVOICE: Template(
        "Factura {numero} de {empresa}",
        "Hola, {nombre}:\n\nLe enviamos adjunta la factura {numero}, del {emitida}, por {importe}. "
        "Vence el {vencimiento}.\n\n"
        + _PAGUE
        + "\n\nSi tiene cualquier duda, póngase en contacto con nosotros.\n\nUn saludo,\n{empresa}",
        "{empresa}: factura {numero} por {importe}, vence el {vencimiento}. Referencia de pago: {referencia_pago}.",
    ),
    TemplateKind.ESTIMATE: Template(
        "Presupuesto {numero} de {empresa}",
        "Hola, {nombre}:\n\nLe enviamos adjunto el presupuesto {numero}, por {importe}. Es válido hasta el "
        "{vencimiento}.\n\n{enlace}\n\nUn saludo,\n{empresa}",
        "{empresa}: presupuesto {numero} por {importe}, válido hasta el {vencimiento}. {enlace}",
    ),
    TemplateKind.FIRST_REMINDER: Template(
        "Recordatorio: factura {numero}",
        "Hola, {nombre}:\n\nLe recordamos que la factura {numero} venció el {vencimiento} y quedan pendientes "
        "{pendiente}.\n{adjunta}\nSi ya la ha pagado, no tenga en cuenta este recordatorio.\n\n"
        + _PAGUE
        + "\n\nUn saludo,\n{empresa}",
        "{empresa}: la factura {numero} venció el {vencimiento}. Pendiente: {pendiente}, con la referencia "
        "{referencia_pago}. Si ya la ha pagado, "
        "ignore este mensaje.",
    ),
    TemplateKind.SECOND_REMINDER: Template(
        "Segundo recordatorio: factura {numero}, {pendiente} pendientes",
        "Hola, {nombre}:\n\nLa factura {numero} venció hace {dias_vencida} días, el {vencimiento}, y quedan pendientes "
        "{pendiente}. Le rogamos que la pague, o que nos diga si hay algún problema con ella.\n\n"
        + _PAGUE
        + "\n\nUn saludo,\n{empresa}",
        "{empresa}: la factura {numero} venció hace {dias_vencida} días. Pendiente: {pendiente}, con la referencia "
        "{referencia_pago}. Le rogamos que la "
        "pague o nos llame.",
    ),
    TemplateKind.LAST_REMINDER: Template(
        "Último aviso: factura {numero}",
        "{nombre}:\n\nLa factura {numero} venció hace {dias_vencida} días y siguen pendientes {pendiente}, a pesar de "
        "nuestros recordatorios. Si no la paga en los próximos días, pasaremos la deuda a gestión de cobro.\n\n"
        + _PAGUE
        + "\n\n{empresa}",
        "{empresa}: último aviso. Factura {numero}, {pendiente} pendientes desde el {vencimiento}. Referencia de pago: "
        "{referencia_pago}.",
    ),
    TemplateKind.DEMAND: Template(
        "Requerimiento de pago {referencia}",
        "{nombre}:\n\nConforme a nuestros registros debe a {acreedor} la cantidad de {pendiente} (expediente "
        "{referencia}):\n\nPrincipal: {principal}\nGastos y costas: {gastos}\nIntereses: {intereses}\n"
        "Saldo devuelto o traspasado, de nuevo pendiente: {saldo_devuelto}\n"
        "Total: {total}\nPagado: {pagado}\nPendiente: {pendiente}\n\n"
        "Le requerimos su pago por transferencia a la cuenta {cuenta}, con la referencia {referencia_pago}.\n\n"
        "Si no está de acuerdo o desea acordar cómo pagarla, póngase en contacto con nosotros: {contacto}.\n\n"
        "{hoy}\n{empresa}\n\n"
        "Protección de datos. Responsable: {responsable}.\n"
        "Sus datos proceden de {origen_datos}.\n"
        "Tratamos sus datos identificativos, de contacto y de la deuda para reclamar su pago, por interés legítimo, "
        "mientras dure la reclamación. Puede ejercer sus derechos de acceso, rectificación, supresión, limitación y "
        "oposición en {contacto}, y reclamar ante la autoridad de protección de datos.",
        "{empresa}: le requerimos el pago de {pendiente} en la cuenta {cuenta}, con la referencia {referencia_pago}. "
        "Contacto: {contacto}.",
    ),
    TemplateKind.PROMISE_REMINDER: Template(
        "Su compromiso de pago del {vencimiento}",
        "Hola, {nombre}:\n\nLe recordamos que se comprometió a pagar {importe} el {vencimiento} (referencia "
        "{referencia}). Si ya lo ha hecho, no tenga en cuenta este mensaje.\n\n" + _PAGUE + "\n\nUn saludo,\n{empresa}",
        "{empresa}: recuerde su compromiso de pagar {importe} el {vencimiento} (referencia {referencia_pago}).",
    ),
    TemplateKind.INSTALMENT_REMINDER: Template(
        "Cuota del {vencimiento}",
        "Hola, {nombre}:\n\nLe recordamos la cuota de {importe} con vencimiento el {vencimiento} (referencia "
        "{referencia}). Si ya la ha pagado, no tenga en cuenta este mensaje.\n\n"
        + _PAGUE
        + "\n\nUn saludo,\n{empresa}",
        "{empresa}: cuota de {importe}, vence el {vencimiento} (referencia {referencia_pago}).",
    ),
}

_ENGLISH: Mapping[TemplateKind, Template] = {
    TemplateKind.INVOICE: Template(
        "Invoice {number} from {business}",
        "Dear {name},\n\nPlease find attached invoice {number} of {issued_on} for {amount}. It is due on {due_on}.\n\n"
        + _PAY
        + "\n\nIf you have any questions, please contact us.\n\nKind regards,\n{business}",
        "{business}: invoice {number} for {amount}, due on {due_on}. Payment reference: {payment_reference}.",
    ),
    TemplateKind.ESTIMATE: Template(
        "Estimate {number} from {business}",
        "Dear {name},\n\nPlease find attached estimate {number} for {amount}. It is valid until {due_on}.\n\n{link}\n\n"
        "Kind regards,\n{business}",
        "{business}: estimate {number} for {amount}, valid until {due_on}. {link}",
    ),
    TemplateKind.FIRST_REMINDER: Template(
        "Reminder: invoice {number}",
        "Dear {name},\n\nThis is a reminder that invoice {number} was due on {due_on} and {outstanding} is still to be "
        "paid.\n{enclosed}\nIf you have paid it already, please ignore this reminder.\n\n"
        + _PAY
        + "\n\nKind regards,\n{business}",
        "{business}: invoice {number} was due on {due_on}. To be paid: {outstanding}, with the reference "
        "{payment_reference}. If you have paid, ignore this.",
    ),
    TemplateKind.SECOND_REMINDER: Template(
        "Second reminder: invoice {number}, {outstanding} to be paid",
        "Dear {name},\n\nInvoice {number} was due {days_overdue} days ago, on {due_on}, and {outstanding} is still to "
        "be paid. Please pay it, or tell us if there is anything wrong with it.\n\n"
        + _PAY
        + "\n\nKind regards,\n{business}",
        "{business}: invoice {number} was due {days_overdue} days ago. To be paid: {outstanding}, with the reference "
        "{payment_reference}. Please pay or call.",
    ),
    TemplateKind.LAST_REMINDER: Template(
        "Final notice: invoice {number}",
        "{name},\n\nInvoice {number} was due {days_overdue} days ago and {outstanding} is still to be paid, in spite "
        "of our reminders. Unless it is paid within the next days, the debt goes to collection.\n\n"
        + _PAY
        + "\n\n{business}",
        "{business}: final notice. Invoice {number}, {outstanding} to be paid since {due_on}. Payment reference: "
        "{payment_reference}.",
    ),
    TemplateKind.DEMAND: Template(
        "Demand for payment {reference}",
        "{name},\n\nAccording to our records you owe {creditor} {outstanding} (case file {reference}):\n\n"
        "Principal: {principal}\nCosts: {costs}\nInterest: {interest}\n"
        "Credit paid out or moved, owed again: {credit_owed_again}\n"
        "Total: {total}\nPaid: {paid}\nOutstanding: {outstanding}\n\n"
        "We ask you to pay it by transfer to {account}, with the reference {payment_reference}.\n\n"
        "If you do not agree, or wish to arrange how to pay, please contact us: {contact}.\n\n{today}\n{business}\n\n"
        "Data protection. Controller: {controller}.\n"
        "We have your data from {data_source}.\n"
        "We process your identification, contact data and what you owe to claim its payment, by legitimate interest, "
        "for as long as the claim lasts. You have the rights of access, rectification, erasure, restriction and "
        "objection, which you may exercise at {contact}, and to complain to the data protection authority.",
        "{business}: we ask you to pay {outstanding} to {account}, with the reference {payment_reference}. Contact: "
        "{contact}.",
    ),
    TemplateKind.PROMISE_REMINDER: Template(
        "Your promise to pay by {due_on}",
        "Dear {name},\n\nThis is a reminder that you promised to pay {amount} by {due_on} (reference {reference}). If "
        "you have done so, please ignore this message.\n\n" + _PAY + "\n\nKind regards,\n{business}",
        "{business}: please remember your promise to pay {amount} by {due_on} (reference {payment_reference}).",
    ),
    TemplateKind.INSTALMENT_REMINDER: Template(
        "Instalment due on {due_on}",
        "Dear {name},\n\nThis is a reminder of the instalment of {amount} due on {due_on} (reference {reference}). If "
        "you have paid it, please ignore this message.\n\n" + _PAY + "\n\nKind regards,\n{business}",
        "{business}: instalment of {amount}, due on {due_on} (reference {payment_reference}).",
    ),
}

USUAL: Mapping[Language, Mapping[TemplateKind, Template]] = {
    Language.SPANISH: _SPANISH,
    Language.ENGLISH: _ENGLISH,
}
