"""Somebody who follows every link and sends every form: each kind of page and each kind of form at least once.

Two addresses are of a kind where they lead to the same route with the same names of parameters; two forms where they
go to the same route with the same fields. What only some things show (a payment that waits, an estimate that expired)
is found by looking at more pages of a kind, for as long as a route of the application has not been asked for.
"""

import re
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from eventually import eventually
from fastapi.testclient import TestClient
from html_page import Button, Field, Form, Page, read
from office import NOW, PDF, picture
from second_factor import Phone, codes_on, secret_on

from api.routers import PAGES
from domain.client.restrictions import ErasureRefused
from infrastructure.stores import Store

ROUTES = [route for router in PAGES for route in router.routes]
"""In the order in which they are asked whether an address is theirs."""

HERE = "https://testserver"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}
HEADERS = {**FROM_HERE, "Content-Type": "application/x-www-form-urlencoded"}
VARIES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+")
"""What is no part of what an address or a value is about: an id, a number, a day."""

ENDS = (
    "/closing",
    "/void",
    "/decline",
    "/deletion",
    "/removal",
    "/merging/",
    "/blocking",
    "/erasure",
    "/account/sessions/",
    "/account/other-sessions/",
    "/users/",
    "/settings/second-factor",
    "/account/",
    "/log-out",
)
"""What is sent last, in this order: there is less to be asked for afterwards, or by this person."""

EACH_ON_ITS_OWN = {
    "/invoices/sending",
    "/invoices/reminders",
    "/estimates/sending",
    "/case-files/notices",
    "/messages/printing",
}
"""What sends many things: one that is refused does not keep back the others, so each is appended by itself."""

VALUES_AT_MOST = 2
"""Of a filter of a list, which are looked at."""

PLACES_AT_MOST = 4
"""At which a form that ends something is looked for: another one may have ended the same thing before."""

SHEET = "name;kind;reference;identification\nClienta del Rastreo;person;RASTREO-{n};\n"

TYPED = {
    "amount": "10,00",
    "identification": "12345678Z",
    "tax_id": "A39000013",
    "account": "ES9121000418450200051332",
    "country": "ES",
    "currency": "EUR",
    "postcode": "46001",
}
"""What a field of this name takes, where it takes not just any text."""


def _ends(action: str) -> int | None:
    """Its place among what ends something."""
    return next((number for number, end in enumerate(ENDS) if end in action), None)


def of_a_thing(route: tuple[str, str] | None) -> bool:
    """Not a list, whose filters may take any number of values, nor a file."""
    return route is not None and route[1].endswith("_id}")


@dataclass(frozen=True)
class Wrong:
    """What should not have been."""

    what: str
    method: str
    address: str
    status: int
    by: str
    on: str
    sent: tuple = ()

    def __str__(self):
        return f"{self.by}: {self.what}: {self.method} {self.address} -> {self.status}, on {self.on} {self.sent or ''}"


@dataclass
class Crawler:
    """`name` is who crawls. `looks_at_most` is how many more pages are looked at for a route that was not found."""

    http: TestClient
    store: Store
    name: str
    password: str
    today: date
    looks_at_most: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    asked: Counter = field(default_factory=Counter)
    """How often each route was asked for, by method and path."""
    accepted: Counter = field(default_factory=Counter)
    values: Counter = field(default_factory=Counter)
    kinds: set = field(default_factory=set)
    sent: set = field(default_factory=set)
    looked: Counter = field(default_factory=Counter)
    more: list = field(default_factory=list)
    """Addresses of things that were not looked at, and where they were found."""
    seen: set = field(default_factory=set)
    to_do: deque = field(default_factory=deque)
    changes: int = 0
    """How many forms were accepted: a page from before one may show what is no more."""
    ending: bool = False
    last: dict = field(default_factory=lambda: defaultdict(list))
    """Where each kind of form is found that ends something."""
    codes: list = field(default_factory=list)
    """Of the second factor, each of which is taken once."""
    numbers: object = field(default_factory=lambda: count(1))

    # The whole of it

    def crawl(self, *beside: str, until: set | None = None):
        """From the log-in on, and from these addresses, which only other people are given. For as long as a route of
        `until` was not asked for, more pages are looked at."""
        self.context("/log-in", "where it begins")
        self.log_in()
        for address in ("/", *beside):
            self.to_do.append((self.context, address, "what was given"))
        self._do_all()
        looked = 0
        while until and until - set(self.asked) and looked < self.looks_at_most and self._look_further():
            looked += 1
            self._do_all()
        self.ending = True
        for (_, kind), places in sorted(self.last.items(), key=lambda one: one[0][0]):
            for address, at in places[:PLACES_AT_MOST]:
                if kind not in self.sent and (page := self._look(address, at, again=True)[0]) is not None:
                    self._follow(page, address)
                    self._do_all()

    def _do_all(self):
        while self.to_do:
            do, *about = self.to_do.popleft()
            do(*about)

    def _look_further(self):
        """At one more of what was looked at least: another thing shows another state, and other forms."""
        if not self.more:
            return False
        address, on = min(self.more, key=lambda one: min(self.looked[about] for about in self._about(one[0])))
        self.more.remove((address, on))
        self.to_do.append((self.context, address, on))
        return True

    def log_in(self):
        page = read(self.http.get("/log-in").text)
        form = next(one for one in page.forms if any(field.kind == "password" for field in one.fields))
        told = self._filled(replace(form, buttons=form.buttons[:1]), page, everything=True)
        told = [(name, {"username": self.name, "password": self.password}.get(name, value)) for name, value in told]
        answer = self.http.post(form.action, content=urlencode(told), headers=HEADERS)
        if answer.status_code == 200:
            page = read(answer.text)
            [form] = [one for one in page.forms if one.action == "/log-in/code"]
            self.asked["POST", form.action] += 1
            told = self._filled(form, page, everything=True)
            answer = self.http.post(form.action, content=urlencode(told), headers=HEADERS)
        assert answer.status_code == 303, (self.name, answer.status_code)

    # Looking

    def route(self, method: str, path: str) -> tuple[str, str] | None:
        for route in ROUTES:
            if method in route.methods and route.path_regex.match(path):
                return method, route.path
        return None

    def is_new(self, address: str) -> bool:
        """Whether nothing of this kind was looked at: no page of its route, or none with this value of a parameter."""
        new = self._about(address) - self.kinds
        if not of_a_thing(self.route("GET", urlsplit(address).path)):
            new = {one for one in new if self.values[one[:2]] < VALUES_AT_MOST}
        self.values.update(one[:2] for one in new)
        self.kinds |= new
        return bool(new)

    def _about(self, address: str) -> set[tuple]:
        """The route, and with it what each parameter says."""
        at = urlsplit(address)
        route = self.route("GET", at.path)
        told = [(name, "*" if name == "cursor" else VARIES.sub("*", value)) for name, value in parse_qsl(at.query)]
        return {(route, *one) for one in [("", ""), *told]}

    def found(self, address: str, on: str):
        """A link, to be followed where none of its kind was."""
        if address.startswith("#"):
            return
        address = urljoin(HERE + on, address).partition("#")[0]
        if not address.startswith(HERE + "/") or address.startswith(HERE + "/api/"):
            return
        address = address.removeprefix(HERE)
        if address in self.seen:
            return
        self.seen.add(address)
        if self.is_new(address):
            self.to_do.append((self.context, address, on))
        elif of_a_thing(self.route("GET", urlsplit(address).path)):
            self.more.append((address, on))

    def context(self, address: str, on: str) -> Page | None:
        """What is shown there; its links and forms are followed in their turn."""
        page, at = self._look(address, on)
        if page is not None:
            self._follow(page, at)
        return page

    def _look(self, address: str, on: str, *, again: bool = False) -> tuple[Page | None, str]:
        """And where that was, in the end. `again`: what was there may be no more, by what was done since."""
        self.asked[self.route("GET", urlsplit(address).path)] += 1
        self.looked.update(self._about(address))
        answer = self._once_done(address)
        if answer.status_code == 303:
            if answer.headers["location"].startswith("/log-in?"):
                self.log_in()
                return None, address
            return self._look(answer.headers["location"], address)
        is_told = answer.status_code == 422 and "?" in address and read(answer.text).has_errors  # what a filter says
        if answer.status_code >= 400 and not is_told:
            if answer.status_code != 404 or not (again or self._leads_no_more(on, address)):
                self._note("cannot be shown", answer, on)
            return None, address
        if not answer.headers["content-type"].startswith("text/html"):
            return None, address
        return read(answer.text), address

    def _leads_no_more(self, on: str, address: str) -> bool:
        """Whether the page that had led there was changed by what was done since."""
        shown = self.http.get(on) if on.startswith("/") and ", " not in on else None
        return shown is not None and shown.is_success and address not in read(shown.text).links

    def _once_done(self, address: str):
        """What is there when the work has ended that may be shown there meanwhile."""
        return eventually(lambda: None if b"<progress" in (answer := self.http.get(address)).content else answer)

    def _follow(self, page: Page, at: str, *, again: bool = True):
        for link in page.links:
            self.found(link, at)
        for form in page.forms:
            for button in form.buttons or [Button()]:
                method = button.method or form.method
                if method == "get" and (button.action or form.action):
                    sent = replace(form, action=urljoin(HERE + at, button.action or form.action), buttons=[button])
                    for told in (self._empty_fields(sent), self._filled(sent, page, everything=True)):
                        self.found(f"{sent.action.partition('?')[0]}?{urlencode(told)}", at)
        self.to_do.appendleft((self._send_forms, page, at if again else None, at, self.changes))

    def _posted(self, page: Page, at: str):
        """Each form that a button of the page sends, and its kind. What was just done is offered to be undone first,
        and what ends something comes in the order in which it is to be sent."""
        for form in sorted(page.forms, key=lambda one: (not one.passing, _ends(one.action) or 0)):
            for button in form.buttons or [Button()]:
                if (button.method or form.method) != "post":
                    continue
                action = urljoin(HERE + at, button.action or form.action or at).removeprefix(HERE)
                sent = replace(form, action=action, method="post", buttons=[button])
                yield self._kind(sent), sent

    def _kind(self, form: Form):
        [button] = form.buttons
        told = frozenset((one.name, one.value) for one in form.fields if one.name == "form_name")
        names = frozenset(VARIES.sub("*", one.name) for one in form.fields)
        said = button.value if re.fullmatch("[a-z_-]+", button.value) else "*"  # else a reason, an id, a number
        return self.route("POST", urlsplit(form.action).path), told, names, button.name, said

    def _send_forms(self, page: Page, address: str | None, at: str, changes: int):
        """Those of a kind that was not sent, each from the page as it is then."""
        for kind, form in [*self._posted(page, at)]:
            if kind in self.sent:
                continue
            order = _ends(form.action)
            if order is not None and not self.ending:
                if address is not None:
                    self.last[order, kind].append((address, at))
                continue
            if address is not None and changes != self.changes and not form.passing:
                page, changes = self._look(address, at, again=True)[0], self.changes
                if page is None:
                    return
            if (now := dict(self._posted(page, at)).get(kind)) is not None:
                self.sent.add(kind)
                self.send(now, kind, page, address, at)

    # Sending

    def send(self, form: Form, kind: tuple, page: Page, address: str | None, at: str):
        """Once empty; then filled, and if that says too much, only with what must be filled in."""
        if self._send(form, self._empty_fields(form), at) and address is not None:
            page, _ = self._look(address, at, again=True)
            form = page and dict(self._posted(page, at)).get(kind)
        if form is not None and not self._send(form, self._filled(form, page, everything=True), at):
            self._send(form, self._filled(form, page, everything=False), at)

    def _send(self, form: Form, told, on: str) -> bool:
        """Whether it was accepted."""
        at, route = form.action, self.route("POST", urlsplit(form.action).path)
        self.asked[("POST", urlsplit(at).path) if route is None else route] += 1
        before, _ = self.store.events.head()
        answer = self._post(form, at, told)
        if answer.status_code == 303 and answer.headers["location"].startswith("/log-in"):
            self.log_in()
            return True
        shown = None
        if answer.status_code == 303:
            shown, to = self._look(answer.headers["location"], f"{on}, after {at}")
            again = True
        elif answer.headers.get("content-type", "").startswith("text/html"):
            shown, to, again = read(answer.text), at, False
            self._take_down(answer.text)
        by_me = [one for one in self.store.events.since(before, 1000) if one.actor == self.name]
        written = {one.command_id for one in by_me if not isinstance(one.event, ErasureRefused)}  # it is to be recorded
        refused = answer.status_code >= 400 or (shown is not None and shown.refused)
        if answer.status_code >= 500 or answer.status_code in {401, 404, 405}:
            self._note("fails", answer, on, told)
        elif answer.status_code == 403:
            self._note("is offered to whom it is refused", answer, on, told)
        if refused and written:
            self._note("was refused, and changed something", answer, on, told)
        if len(written) > 1 and urlsplit(at).path not in EACH_ON_ITS_OWN:
            self._note(f"was appended {len(written)} times", answer, on, told)
        if refused:
            return False
        self.accepted[route] += 1
        self.changes += 1
        if shown is not None:
            self._follow(shown, to, again=again)
        return True

    def _take_down(self, text: str):
        """What is shown once of a second factor: what the phone makes of its secret, and recovery codes."""
        if secret := secret_on(text):
            self.codes.insert(0, Phone(secret, []).code(NOW))
        self.codes = codes_on(text) or self.codes

    def _post(self, form: Form, at: str, told):
        if not form.has_file:
            return self.http.post(at, content=urlencode(told), headers=HEADERS)
        files = [one for one in told if isinstance(one[1], tuple)]
        fields = defaultdict(list)
        for name, value in told:
            if not isinstance(value, tuple):
                fields[name].append(value)
        return self.http.post(at, data=fields, files=files or {"file": ("", b"")}, headers=FROM_HERE)

    def _empty_fields(self, form: Form):
        [button] = form.buttons or [Button()]
        told = [
            (one.name, one.value if one.kind == "hidden" else "")
            for one in form.fields
            if one.kind not in {"checkbox", "radio", "file"}
        ]
        return told + ([(button.name, button.value)] if button.name else [])

    def _filled(self, form: Form, page: Page, *, everything: bool):
        """As it is shown, with what it lacks; not `everything`: with what it must have."""
        told, ticked = [], set()
        [button] = form.buttons or [Button()]
        checked = {one.name for one in form.fields if one.kind in {"checkbox", "radio"} and "checked" in one.told}
        for one in form.fields:
            if one.kind in {"checkbox", "radio"}:
                wanted = "checked" in one.told if one.name in checked else (everything or one.kind == "radio")
                if wanted and one.name not in ticked:
                    ticked.add(one.name)
                    told.append((one.name, one.value))
            elif one.kind == "file":
                told.append((one.name, self._file(one)))
            else:
                told.append((one.name, self._value(one, page, fill=everything or one.required)))
        return told + ([(button.name, button.value)] if button.name else [])

    def _file(self, one: Field):
        takes = one.told.get("accept", "")
        if "csv" in takes:
            return "clientes.csv", SHEET.format(n=next(self.numbers)).encode()
        if "pdf" in takes:
            return "justificante.pdf", PDF
        return "foto.jpg", picture()

    def _value(self, one: Field, page: Page, *, fill: bool) -> str:
        if one.kind == "select":
            shown = one.chosen if one.chosen is not None else next(iter(one.options), "")
            return shown or (next(filter(None, one.options), "") if fill else "")
        if one.kind == "hidden" or one.value or not fill:
            return one.value
        if one.told.get("list") and page.lists.get(one.told["list"]):
            return page.lists[one.told["list"]][0]
        return self._typed(one)

    def _typed(self, one: Field) -> str:
        if one.told.get("autocomplete") == "one-time-code" and self.codes:
            return self.codes.pop(0)
        kind = one.told.get("inputmode", one.kind)
        known = {
            "date": str(self.today),
            "time": "10:30",
            "month": f"{self.today:%Y-%m}",
            "email": f"rastreo{next(self.numbers)}@example.com",
            "tel": f"600{next(self.numbers):06}",
            "password": self.password,
            "decimal": "10,00",
            "numeric": "1",
            **TYPED,
        }
        words = f"Rastreo {next(self.numbers)}"[: int(one.told.get("maxlength", 200))]
        return (
            known.get(one.name)
            or known.get(one.name.rpartition("_")[2])
            or one.told.get("min")
            or known.get(kind, words)
        )

    def _note(self, what, answer, on, told=()):
        address = str(answer.request.url).removeprefix(HERE)
        kept = tuple((name, value) for name, value in told if name not in {"key", "file"})
        self.wrong.append(Wrong(what, answer.request.method, address, answer.status_code, self.name, on, kept))
