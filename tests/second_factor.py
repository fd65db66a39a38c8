"""A phone with an authenticator app, and the pages on which it is set up."""

import re
from base64 import b32decode
from contextlib import closing
from dataclasses import dataclass

from html_page import read

from infrastructure.access.one_time_codes import STEP_SECONDS, code_at, step_at
from infrastructure.wiring import credentials, second_factors


@dataclass
class Phone:
    """What it shows at a moment. `recovery_codes` are on the paper that lies beside it."""

    secret: str
    recovery_codes: list[str]

    def code(self, at, *, later=0):
        """`later`: so many steps after that moment."""
        return code_at(b32decode(self.secret), step_at(at) + later)


def with_phone(store, name, now):
    """This user's, from two steps ago: so the present code is still to be used."""
    with closing(credentials(store)) as logins:
        factors = second_factors(store, logins.engine)
        offer = factors.offer(name, "her session", now=now)
        phone = Phone(offer.secret, [])
        before = now.fromtimestamp(now.timestamp() - 2 * STEP_SECONDS, now.tzinfo)
        phone.recovery_codes += factors.set_up(name, "her session", offer.sealed, phone.code(before), now=before)
    return phone


def hidden(page, name):
    """What a hidden field of a page says."""
    return next(one.value for form in read(page).forms for one in form.fields if one.name == name)


def secret_on(page):
    found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
    return found and found[1].replace(" ", "")


def codes_on(page):
    return re.findall(r"<li><code>([0-9 ]+)</code></li>", page)
