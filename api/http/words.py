"""What pages say, in the words of who reads them: their language, the country's words, the kind of business.

Messages are written in English in the code and in templates. A catalogue is a folder of `api/http/catalogues`: `es`
has all of them in Spanish; `es_419` only what Latin America says otherwise, `es@lender` and `en@lender` what a
lender does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from api.http.catalogues import messages
from domain.business import Business, Kind

SPEAKS_AS_SPAIN = frozenset({"ES", "GQ"})


@dataclass(frozen=True)
class Words:
    catalogues: Sequence[Mapping[str, Sequence[str]]]

    def gettext(self, message: str) -> str:
        return self._found(message, (message,))[0]

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Both languages have two forms, and use them alike."""
        return self._found(one, (one, many))[0 if number == 1 else -1]

    def _found(self, message: str, otherwise: Sequence[str]) -> Sequence[str]:
        return next((one[message] for one in self.catalogues if message in one), otherwise)


def words(language: str, business: Business) -> Words:
    return _words(language, business.country not in SPEAKS_AS_SPAIN, business.kind)


@cache
def _words(language: str, latin_american: bool, kind: Kind) -> Words:  # noqa: FBT001 - the key of a cache
    """The most particular first."""
    names = [f"es_419@{kind}", "es_419"] if language == "es" and latin_american else []
    return Words([messages(name) for name in (*names, f"{language}@{kind}", language)])
