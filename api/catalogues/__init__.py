"""Texts for people, in their language. Messages are written in English in the code; `es.po` has the Spanish."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

LANGUAGES = ("es", "en")


def translated(message: str, into: str) -> str:
    return _catalogue().get(message, message) if into == "es" else message


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


@cache
def _catalogue() -> Mapping[str, str]:
    with (Path(__file__).parent / "es.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id and message.string}
