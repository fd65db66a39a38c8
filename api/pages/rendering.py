"""Templates, with what every one of them may use: the reader's words, formats, and the names of what is chosen from."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from api.http.catalogues import filled
from api.http.countries import countries, usual
from api.http.formats import Formats
from api.http.labels import EXPENSE_REJECTIONS, LABELS, REJECTION_REASONS
from api.http.words import Words
from api.pages.assets import address
from api.pages.menu import menu, on_phones
from domain.money import Money
from domain.payment_reference import printed

TEMPLATES = sorted(Path(__file__).parents[1].glob("*/templates"))
"""Those of the frame and of each subject. Their names are their own: no two subjects call one alike."""


def render(template: str, words: Words, formats: Formats, **shown: Any) -> str:
    return _environment().get_template(template).render(**_speaking(words, formats), **shown)


@cache
def _environment() -> Environment:
    """Everything is escaped; a variable that is not given is an error, not an empty text."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", Unindented],
    )


class Unindented(Extension):
    """Templates are indented for whoever reads them, not for whoever loads the pages."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        return re.sub(r"(?m)^[ \t]+", "", source)


def initials(name: str) -> str:
    """Of the first two words in capitals; of whatever words there are, where none is."""
    words = re.findall(r"[^\W_]\S*", name)
    return "".join(word[0] for word in ([word for word in words if word[0].isupper()] or words)[:2])


def _speaking(words: Words, formats: Formats) -> Mapping[str, Any]:
    def gettext(message: str, /, **values: object) -> str:
        return _filled(words.gettext(message), values)

    def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
        return _filled(words.ngettext(one, many, num), {"num": formats.number(num), **values})

    def label(kind: str, value: str) -> str:
        return words.gettext(LABELS[kind][value])

    def labels(kind: str) -> Mapping[str, str]:
        return {str(value): words.gettext(text) for value, text in LABELS[kind].items()}

    functions: Mapping[str, Callable[..., Any]] = {
        "static": address,
        "menu": menu,
        "on_phones": on_phones,
        "initials": initials,
        "_": gettext,
        "gettext": gettext,
        "ngettext": ngettext,
        "label": label,
        "labels": labels,
        "money": formats.money,
        "typed": formats.typed,
        "number": formats.number,
        "decimal": formats.decimal,
        "price": formats.price,
        "percent": formats.percent,
        "day": formats.day,
        "short_day": formats.short_day,
        "long_day": formats.long_day,
        "month_name": formats.month,
        "of_month": formats.of_month,
        "moment": formats.moment,
        "clock": formats.clock,
        "phone": formats.phone,
        "dialled": formats.dialled,
        "payment_reference": printed,
    }
    return {
        **functions,
        "formats": formats,
        "countries": countries(formats.locale.language),
        "usual_countries": usual(formats.locale.language),
        "rejection_reasons": [words.gettext(reason) for reason in REJECTION_REASONS],
        "expense_rejections": [words.gettext(reason) for reason in EXPENSE_REJECTIONS],
        "zero": Money.zero(formats.currency),
    }


def _filled(text: str, values: Mapping[str, object]) -> str:
    """What is filled in is escaped, the text itself may hold markup of ours. Without values, % is a percent sign."""
    return filled(Markup(text), values)  # noqa: S704 - our own catalogues
