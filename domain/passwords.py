"""Which passwords nobody may have: too short, made of what everybody knows about the user, or among the commonest.

Length is counted as people type it, in characters (code points) after Unicode's NFKC, which is also what is hashed: so
the same keys are the same password on every keyboard. Nothing else is asked for, neither digits nor signs, and blanks
count like any other character (NIST SP 800-63B, 3.1.1.2; OWASP ASVS 5, 6.2).
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable

from domain.errors import Invalid
from domain.folding import folded

AT_LEAST, AT_MOST = 12, 256

KNOWN_TO_ALL = ("Recobro",)
"""What this program is called."""

COMMONEST_WORDS = (
    *("admin", "administrador", "barcelona", "bienvenida", "bienvenido", "cambiame", "clave", "contraseña"),
    *("empresa", "españa", "hola", "iloveyou", "invitado", "letmein", "madrid", "oficina", "password"),
    *("qwerty", "qwertyuiop", "realmadrid", "secreto", "temporal", "teamo", "tequiero", "usuario", "welcome"),
)
"""Words that passwords are made of most often where this program is used, which lists of whole passwords do not hold
with every number and sign around them. Left out is what stands in other words, as prueba does in aprueba."""

OWN_LETTERS = 4
"""As many letters a password must have beside those of names and common words that it is made of."""

NAME_AT_LEAST = 3
"""A shorter word of a name, such as de or la, stands in too many passwords to tell anything."""


class PasswordTooShort(Invalid):
    title = "A password has at least 12 characters"


class PasswordTooLong(Invalid):
    title = "A password has at most 256 characters"


class PasswordIsName(Invalid):
    title = (
        "A password can't be the user's name, log-in or e-mail address, nor the firm's name, "
        "whatever digits or signs stand around it"
    )


class PasswordIsCommon(Invalid):
    title = (
        "This is one of the commonest passwords, which are tried first: several words that do not belong together do"
    )


def normalized(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, names: Collection[str], *, is_common: Callable[[str], bool]) -> None:
    """`names` are what everybody knows: of the user and of the firm. Of an e-mail address they are its local part."""
    normal = normalized(password)
    if len(normal) < AT_LEAST:
        raise PasswordTooShort(field="password", at_least=AT_LEAST)
    if len(normal) > AT_MOST:
        raise PasswordTooLong(field="password", at_most=AT_MOST)
    if _is_made_of(normal, (*names, *KNOWN_TO_ALL)):
        raise PasswordIsName(field="password")
    if is_common(normal) or _is_made_of(normal, (*names, *KNOWN_TO_ALL, *COMMONEST_WORDS)):
        raise PasswordIsCommon(field="password")


def _is_made_of(password: str, names: Iterable[str]) -> bool:
    """Whether little else is left of its letters once whole names, and then words of them, are taken out."""
    typed = left = _letters(password)
    whole = [_letters(name) for name in names]
    words = [_letters(word) for name in names for word in re.split(r"[\W\d_]+", name)]
    for known in sorted({*whole, *words}, key=len, reverse=True):
        if len(known) >= NAME_AT_LEAST:
            left = left.replace(known, "")
    return left != typed and len(left) < OWN_LETTERS


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, folded(text)))
