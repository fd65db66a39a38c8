"""Every text for people is in the catalogues, and in Spanish."""

import importlib
import pkgutil
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from markupsafe import Markup

import api
import api.http.catalogues
import application.imports
import infrastructure
from api.http.catalogues import filled, language, messages, translated
from api.http.credentials import NotLoggedIn
from api.http.titles import TITLES
from domain.errors import Refusal

API = Path(api.__path__[0])
CATALOGUES = Path(api.http.catalogues.__file__).parent
OVERLAYS = sorted(
    path.name for path in CATALOGUES.iterdir() if path.is_dir() and path.name not in {"es", "__pycache__"}
)


PACKAGES = ("domain", "application", "projections", "api", "infrastructure")


@cache
def titles():
    """Of every refusal that any module of ours defines; tests have some of their own."""
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, f"{package}."):
            if ".migrations." not in module.name:  # alembic runs these, nobody imports them
                importlib.import_module(module.name)
    known = [*descendants(Refusal), *descendants(NotLoggedIn)]
    refusals = [refusal for refusal in known if refusal.__module__.partition(".")[0] in PACKAGES]
    return {refusal.title for refusal in refusals if "title" in vars(refusal)} | set(TITLES.values())


def descendants(kind):
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


@cache
def messages_of_pages():
    """By the message (for one, where it counts), its plural or None."""
    methods = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
    options = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "extensions": "jinja2.ext.do"}}
    found = [message for _, _, message, _, _ in extract_from_dir(API, methods, options)]
    reasons = {"Why": None, "Unreadable": None}  # what is wrong with a file that is imported
    for package in (application.imports, infrastructure):
        [folder] = package.__path__
        found += [message for _, _, message, _, _ in extract_from_dir(folder, methods[:1], keywords=reasons)]
    return dict((one, None) if isinstance(one, str) else one for one in found)


def entries(catalogue):
    for path in sorted((CATALOGUES / catalogue).glob("*.po")):
        with path.open("rb") as file:
            yield from (message for message in read_po(file) if message.id)


def test_every_text_has_its_spanish():
    assert (titles() | messages_of_pages().keys()) - messages("es").keys() == set()


def test_the_catalogue_keeps_no_message_that_is_used_no_more():
    assert messages("es").keys() - titles() - messages_of_pages().keys() == set()


def test_a_message_is_translated_in_one_place():
    assert [text for text, times in Counter(str(one.id) for one in entries("es")).items() if times > 1] == []


@pytest.mark.parametrize("catalogue", OVERLAYS)
def test_what_some_say_otherwise_is_said_by_all_in_some_way(catalogue):
    assert messages(catalogue).keys() - titles() - messages_of_pages().keys() == set()


@pytest.mark.parametrize("catalogue", ["es", *OVERLAYS])
def test_a_translation_fills_in_what_the_message_does_and_has_a_plural_where_it_has(catalogue):
    plural = messages_of_pages()
    for one in entries(catalogue):
        ids, texts = ((one.id,), (one.string,)) if isinstance(one.id, str) else (one.id, one.string)
        assert len(texts) == (2 if plural.get(ids[0]) else 1), one.id
        wanted = set(re.findall(r"%\((\w+)\)", " ".join(ids)))
        assert all(set(re.findall(r"%\((\w+)\)", text)) <= wanted for text in texts), one.id


def test_what_waits_for_a_decision_has_one_word_in_each_country():
    spain, latin_america = messages("es"), {**messages("es"), **messages("es_419")}
    for told, other, promise in ((spain, "por aprobar", {"Awaiting approval"}), (latin_america, "sin aprobar", set())):
        assert {one for one, texts in told.items() if any(other in text.lower() for text in texts)} == promise


class Texts(HTMLParser):
    """What of a template people would read or hear, once all that Jinja puts in is taken out."""

    READ = frozenset(
        {"title", "alt", "placeholder", "aria-label", "aria-description", "label", "data-label", "content"}
    )
    NO_TEXT = frozenset({"viewport", "htmx-config"})

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, _, attributes):
        named = dict(attributes)
        if named.get("name") not in self.NO_TEXT:
            self.found += [value for name, value in attributes if name in self.READ and value]

    def handle_data(self, data):
        self.found.append(data)


@pytest.mark.parametrize("template", sorted(API.glob("*/templates/*.html")), ids=lambda path: path.stem)
def test_a_template_holds_no_text_outside_the_catalogues(template):
    texts = Texts()
    texts.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template.read_text(), flags=re.DOTALL))
    words = [word for text in texts.found for word in re.findall(r"[^\W\d_]{2,}", text)]
    assert [word for word in words if word not in {"English", "Español", "Ctrl"}] == []


@pytest.mark.parametrize("name", ["Gas Riberalta, S.A.", Markup("<bdi>Gas Riberalta, S.A.</bdi>")])
def test_a_name_that_ends_in_a_dot_ends_its_sentence_too(name):
    assert filled("De %(name)s. Y a %(name)s", {"name": name}) == f"De {name} Y a {name}"
    assert filled("De %(name)s.", {"name": "Ana"}) == "De Ana."


def test_a_message_without_spanish_is_told_in_english():
    assert translated("Not in the catalogue", "es") == "Not in the catalogue"


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        (None, "es"),
        ("", "es"),
        ("en", "en"),
        ("es-CO,es;q=0.9,en;q=0.8", "es"),
        ("fr, en;q=0.5, es;q=0.4", "en"),
        ("en-GB; q=0.3, es-AR; q=0.7", "es"),
        ("es;q=0, en;q=0.1", "en"),
        ("de", "es"),
        ("en;q=nonsense", "es"),
        ("*", "es"),
    ],
)
def test_the_language_is_the_best_of_ours_for_the_header(header, spoken):
    assert language(header) == spoken
