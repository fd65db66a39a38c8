"""The countries there are: shown by their names in the reader's language, typed by a name or the code of ISO 3166."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast
from unicodedata import combining, normalize

from babel import Locale

from api.http.catalogues import LANGUAGES
from domain.errors import Invalid

SPEAK_SPANISH = frozenset(
    "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE".split()  # noqa: SIM905 - read as a list
)

NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())  # noqa: SIM905 - read as a list
"""What Babel has names for and ISO 3166 does not."""


@cache
def countries(language: str) -> Mapping[str, str]:
    """Their names in that language, by code."""
    territories = cast("Mapping[str, str]", Locale(language).territories)
    return {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES  # noqa: PLR2004 - ISO 3166
    }


def in_an_address(code: str, sender: str) -> str:
    """As the country of an address abroad is written: in capitals, in the language of the sender's country, which its
    own post reads (Universal Postal Union, standard S42 and its addressing guide); elsewhere in English."""
    return countries("es" if sender in SPEAK_SPANISH else "en").get(code, code).upper()


class CountryNotKnown(Invalid):
    title = "This is no country: write its name or its two-letter code"


def usual(language: str) -> Sequence[str]:
    """Names to offer where any may be typed: all of them would weigh more than the rest of a form."""
    names = countries(language)
    return sorted((names[code] for code in SPEAK_SPANISH), key=_plain)


def country_of(text: str, field: str) -> str:
    """The code of what was typed, whichever of our languages it is in, with its accents or without."""
    try:
        return _codes()[_plain(" ".join(text.split()))]
    except KeyError:
        raise CountryNotKnown(field=field) from None


@cache
def _codes() -> Mapping[str, str]:
    known = {_plain(name): code for language in LANGUAGES for code, name in countries(language).items()}
    return known | {_plain(code): code for code in known.values()}


def _plain(name: str) -> str:
    """Without accents, so that they count neither in an order nor in what is typed."""
    return "".join(one for one in normalize("NFKD", name) if not combining(one)).casefold()
