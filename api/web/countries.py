"""The countries there are, by their names in the reader's language: to choose from, and to be shown."""

from collections.abc import Mapping
from functools import cache
from typing import cast
from unicodedata import normalize

from babel import Locale

SPEAK_SPANISH = frozenset(
    "AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE".split()  # noqa: SIM905 - read as a list
)

NO_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB XK ZZ".split())  # noqa: SIM905 - read as a list
"""What Babel has names for and ISO 3166 does not."""


@cache
def countries(language: str) -> Mapping[str, str]:
    """By their names in the reader's language, those that speak Spanish first."""
    territories = cast("Mapping[str, str]", Locale(language).territories)
    names = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES  # noqa: PLR2004 - ISO 3166
    }
    return {
        code: names[code] for code in sorted(names, key=lambda code: (code not in SPEAK_SPANISH, _plain(names[code])))
    }


def _plain(name: str) -> str:
    """Without accents, so that they do not count in an order."""
    return normalize("NFKD", name).casefold()
