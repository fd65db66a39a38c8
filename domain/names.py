"""When two names, written differently, are the same."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=50_000)
def same_name(name: str) -> str:
    """What all ways to write a name have in common: its letters and digits, without accents, capitals and blanks.

    So Suministros Ejemplo, S.L. is SUMINISTROS EJEMPLO SL.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())
