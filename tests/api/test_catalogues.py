"""Everything that is refused is refused in Spanish too."""

import importlib
import pkgutil

import pytest

from api.catalogues import _catalogue, language, translated
from api.dependencies import NotLoggedIn
from api.problems import TITLES
from domain.errors import Refusal


def titles():
    """Of every refusal that any module defines."""
    for package in ("domain", "application", "projections", "api", "infrastructure"):
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, f"{package}."):
            if ".migrations." not in module.name:  # alembic runs these, nobody imports them
                importlib.import_module(module.name)
    refusals = [*descendants(Refusal), *descendants(NotLoggedIn)]
    return {refusal.title for refusal in refusals if "title" in vars(refusal)} | set(TITLES.values())


def descendants(kind):
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


def test_every_title_of_a_refusal_has_its_spanish():
    assert titles() - _catalogue().keys() == set()


def test_the_catalogue_keeps_no_message_that_is_used_no_more():
    assert _catalogue().keys() - titles() == set()


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
