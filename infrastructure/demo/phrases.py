"""What the demo's people write: the notes, reasons and to-dos of a Spanish agency. All of it is invented."""

from datetime import date

from domain.case_file.activity import Outcome
from domain.money import Money

MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def spelled(day: date) -> str:
    return f"{day.day} de {MONTHS[day.month - 1]}"


def in_euros(money: Money) -> str:
    return f"{money.amount:,.2f} €".translate(str.maketrans(",.", ".,"))


NOTES: dict[Outcome, tuple[str, ...]] = {
    Outcome.NO_ANSWER: (
        "No contesta.",
        "Da señal, pero no lo coge. Probar por la tarde.",
        "Comunica las dos veces que llamo.",
        "Cuelga en cuanto me identifico.",
        "Apagado o fuera de cobertura.",
    ),
    Outcome.WRONG_NUMBER: (
        "El número es ahora de otra persona, que no lo conoce.",
        "Teléfono dado de baja.",
        "Contesta una tienda; dicen que llaman mucho preguntando por él.",
    ),
    Outcome.THIRD_PARTY: (
        "Coge un familiar: vuelve de trabajar a partir de las siete.",
        "Atiende un compañero. Está de viaje hasta el lunes.",
        "Contesta administración; toman nota y avisan a gerencia.",
    ),
    Outcome.MESSAGE_LEFT: (
        "Dejo mensaje en el contestador para que llame.",
        "Mensaje en el buzón con nuestro teléfono y horario.",
    ),
    Outcome.CONTACTED: (
        "Hablo con el titular. Conoce la deuda; pide el desglose por correo.",
        "Dice que lo mira con su gestoría y que lo llame la semana que viene.",
        "Amable. Está esperando cobrar él mismo y pide unos días.",
        "Ha estado de baja y va atrasado con todo. Quedamos en volver a hablar.",
    ),
    Outcome.PROMISE: (
        "Reconoce la deuda. Pagará {amount} el {day}, cuando cobre la nómina.",
        "Se compromete a transferir {amount} el {day}. Le mando el número de cuenta.",
        "Puede hacer {amount} para el {day}; el resto lo hablamos después.",
        "Tras insistir, compromiso de {amount} para el {day}.",
    ),
    Outcome.REFUSES: (
        "Dice que no piensa pagar y que hablemos con su abogado.",
        "Se niega: asegura que el servicio no funcionó nunca.",
        "No quiere saber nada. Tono desagradable; corto la llamada.",
    ),
    Outcome.OBSERVATION: ("Reviso la documentación del expediente: está completa.",),
}

TO_DO: dict[Outcome, tuple[str, ...]] = {
    Outcome.NO_ANSWER: ("Volver a llamar", "Llamar a otra hora", "Llamar por la tarde"),
    Outcome.WRONG_NUMBER: ("Buscar otro teléfono", "Consultar al acreedor si tiene otro teléfono"),
    Outcome.THIRD_PARTY: ("Volver a llamar al titular",),
    Outcome.MESSAGE_LEFT: ("Llamar si no responde",),
    Outcome.CONTACTED: ("Retomar la conversación", "Llamar y cerrar un compromiso"),
    Outcome.PROMISE: ("Comprobar si ha entrado el pago", "Verificar el ingreso"),
    Outcome.REFUSES: ("Preparar el burofax",),
    Outcome.SENT: ("Comprobar el acuse de recibo", "Llamar tras el envío"),
    Outcome.LOCATED: ("Llamar a los datos nuevos",),
    Outcome.REGISTRY_ENTRY: ("Reclamar a la sociedad sucesora",),
    Outcome.DISPUTES: ("Pedir documentación al acreedor",),
    Outcome.CLAIMS_PAID: ("Cotejar el justificante con el acreedor",),
    Outcome.UNLOCATABLE: ("Decidir si se sigue buscando",),
    Outcome.OBSERVATION: ("Revisar el expediente",),
}

BROKEN = (
    "No ha entrado nada. No coge el teléfono.",
    "No ha pagado: dice que le surgió un imprevisto.",
    "Incumple. Asegura que lo hará a primeros de mes.",
)
CLAIMS = (
    "Dice que dio de baja el servicio antes de la factura reclamada.",
    "Alega que el importe no coincide con el presupuesto firmado.",
    "Reclama que parte del material llegó defectuoso.",
    "No reconoce la firma del contrato.",
)
DISPUTES_REJECTED = (
    "El acreedor aporta contrato y albarán: la deuda es correcta.",
    "Revisada la documentación, la reclamación no se sostiene.",
)
DISPUTES_ACCEPTED = "El acreedor acepta en parte y hace un abono."
REJECTIONS = (
    "No aparece en el extracto del banco",
    "El importe no coincide con el ingresado",
    "Duplicado: el ingreso ya estaba registrado",
    "Falta el justificante",
)
RETURNS = ("Recibo devuelto por falta de fondos", "Devuelto a petición del pagador", "Cheque sin fondos")
APPEARED = "El ingreso aparece en el extracto del día siguiente"
UNDO = "undo"
PLAN_BROKEN = ("Impagadas dos cuotas seguidas", "Deja de pagar y no atiende llamadas")
SOURCES = ("Su empleador", "Un vecino", "El acreedor", "Guía de empresas", "Respuesta a nuestra carta")
STREETS = ("Calle del Olmo", "Avenida de la Paz", "Plaza Mayor", "Calle Nueva", "Camino del Molino", "Ronda Norte")

UNCONFIRMED = "Lo ingresó al acreedor; falta que el acreedor lo confirme."

TOLD = (
    "",
    "",
    "Manda el justificante por WhatsApp.",
    "Avisa por teléfono de que ya lo ha hecho.",
    "Falta cotejarlo con el extracto.",
    "",
)
