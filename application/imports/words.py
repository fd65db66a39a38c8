"""What people write in columns that hold one of a few words of ours. Case and accents are no matter."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

from domain.client.details import ClientRole, IdentificationKind, Kind
from domain.folding import folded
from domain.payments import Method

E = TypeVar("E", bound=StrEnum)

_WRITTEN: Mapping[StrEnum, str] = {
    Kind.PERSON: "persona, persona física, física, particular, individual, autónomo, natural, persona natural",
    Kind.COMPANY: "empresa, sociedad, persona jurídica, jurídica, compañía, business, legal entity",
    IdentificationKind.NIF: "dni, nif dni, dni nif",
    IdentificationKind.CEDULA: "cédula, cédula de ciudadanía, cc",
    IdentificationKind.VAT: "nif-iva, nif iva, vat number, iva intracomunitario",
    IdentificationKind.FOREIGN: "pasaporte, passport, documento extranjero, extranjero",
    IdentificationKind.CODE: "código",
    ClientRole.CREDITOR: "acreedor, acreedora, mandante",
    ClientRole.DEBTOR: "deudor, deudora",
    Method.CASH: "efectivo, metálico, contado, caja, en mano, efvo, efec",
    Method.TRANSFER: "transferencia, transf, trf, tfr, transfer, transferencia bancaria, bank transfer, wire, bizum",
    Method.CARD: "tarjeta, tpv, credit card, datáfono, tarj, visa",
    Method.DIRECT_DEBIT: "domiciliación, recibo domiciliado, recibo, adeudo, adeudo directo, direct debit, sepa",
    Method.CHEQUE: "cheque, talón, check, pagaré",
    Method.DEPOSIT: "ingreso, ingreso en cuenta, depósito, consignación",
    Method.OTHER: "otro, otros, otra",
}

_NO_ROLE = frozenset({"cliente", "client", "customer"})
"""All of them are."""


@cache
def _meanings(words: type[E]) -> Mapping[str, E]:
    known = {folded(written.strip()): one for one in words for written in _WRITTEN.get(one, "").split(",")}
    return known | {folded(one.value): one for one in words}


def meaning(text: str, words: type[E]) -> E | None:
    return _meanings(words).get(folded(text.strip().rstrip(".")))


def called(one: StrEnum) -> str:
    """A Spanish word for it and our own, both of which are read."""
    written = _WRITTEN.get(one, "").split(",")[0].strip()
    return f"{written} / {one.value}" if written else one.value


def says_no_role(text: str) -> bool:
    return folded(text) in _NO_ROLE
