"""Texts for people, in their language. Messages are written in English in the code; the folder `es` has the Spanish."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.pofile import read_po
from markupsafe import Markup

LANGUAGES = ("es", "en")


def marked(message: str) -> str:
    """Imported as `_`, it marks a text for the catalogues that is told later, in the reader's words."""
    return message


def translated(message: str, into: str) -> str:
    return messages(into).get(message, (message,))[0]


def language(accept_language: str | None) -> str:
    """The best of ours for an Accept-Language header; Spanish where it names none of them.

    RFC 9110, 12.5.4: languages with weights, the heaviest first, those of weight 0 not at all.
    """
    weighted = [_weighted(entry) for entry in (accept_language or "")[:200].split(",")]
    wanted = [name for weight, name in sorted(weighted, key=lambda one: -one[0]) if weight > 0]
    return negotiate_locale(wanted, LANGUAGES, sep="-") or "es"


def _weighted(entry: str) -> tuple[float, str]:
    name, _, weight = entry.replace(" ", "").partition(";q=")
    return (float(weight or 1) if re.fullmatch(r"[01]?(\.\d{0,3})?", weight) else 0.0), name


def filled(message: str, values: Mapping[str, object]) -> str:
    """With these values in their places. One that ends in a dot, as S.L. does, ends its sentence too: no second dot.

    A message that is markup has what it is filled with escaped. Without values % is a percent sign.
    """
    if not values:
        return message
    for name, value in values.items():
        if f"%({name})s." in message and str(value.striptags() if isinstance(value, Markup) else value).endswith("."):
            message = message.replace(f"%({name})s.", f"%({name})s")
    return message % values


def said(title: str, details: Mapping[str, object], into: str) -> str:
    """A refusal's title, with those of its details that it has places for."""
    return filled(translated(title, into), details if "%(" in title else {})


@cache
def messages(catalogue: str) -> Mapping[str, Sequence[str]]:
    """By the English message, what the files of this folder have for it: for one and, where it counts, for many."""
    found: dict[str, Sequence[str]] = {}
    for path in sorted((Path(__file__).parent / catalogue).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                known, translation = _forms(message.id), _forms(message.string)
                if known[0] and all(translation):
                    found[known[0]] = translation
    return found


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text or "",) if text is None or isinstance(text, str) else text
