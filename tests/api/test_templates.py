"""No template asks for what it is not given, on whichever of its branches; that shows otherwise only to who gets there.

Names are looked up in what a template sets itself, in whatever it is included in or imported by, in what all templates
may use, and in what the code of the pages that show it passes by name.
"""

import ast
from functools import cache
from pathlib import Path

import pytest
from jinja2 import meta, nodes

import api
from api.http.formats import formats
from api.http.words import words
from api.pages import rendering
from domain.business import Business

API = Path(api.__path__[0])
FILES = sorted(API.glob("*/templates/*.html"))
TEMPLATES = {path.name: path.read_text() for path in FILES}
MODULES = {
    ".".join(("api", *path.relative_to(API).with_suffix("").parts)): ast.parse(path.read_text())
    for path in sorted(API.rglob("*.py"))
}
ENVIRONMENT = rendering._environment()
OF_ALL = set(rendering._speaking(words("es", Business()), formats("es", Business())))


def names_of_page():
    """What `ReaderContext.page` gives each template by itself."""
    [render] = [one for one in calls(MODULES["api.pages.context"]) if getattr(one.func, "id", "") == "render"]
    return {one.arg for one in render.keywords if one.arg}


def calls(tree):
    return [one for one in ast.walk(tree) if isinstance(one, ast.Call)]


@cache
def parsed(name):
    return ENVIRONMENT.parse(TEMPLATES[name], name)


@cache
def own(name):
    """What a template sets for itself and for what it includes, wherever in it."""
    found = {one.name for one in parsed(name).find_all(nodes.Macro)}
    found |= {one.name for one in parsed(name).find_all(nodes.Name) if one.ctx in {"store", "param"}}
    for one in parsed(name).find_all(nodes.FromImport):
        found |= {each if isinstance(each, str) else each[1] for each in one.names}
    return found | {one.target for one in parsed(name).find_all(nodes.Import)}


def texts(tree):
    return {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


TEXTS = {name: texts(tree) for name, tree in MODULES.items()}


def used_by(module):
    return {
        name
        for one in ast.walk(MODULES[module])
        if isinstance(one, ast.ImportFrom)
        for name in (one.module, *(f"{one.module}.{each.name}" for each in one.names))
    } & set(MODULES)


def naming(templates):
    """Modules in whose code one of the templates is named, and those whose functions they call."""
    found = {module for module, told in TEXTS.items() if told & templates}
    return found | {used for module in found for used in used_by(module)}


@cache
def refers(name):
    """The templates that this one extends, includes and imports; by a variable, any that its code names."""
    found = {one.value for one in parsed(name).find_all(nodes.Const) if isinstance(one.value, str)}
    if any(not isinstance(one.template, nodes.Const) for one in parsed(name).find_all(nodes.Include)):
        found |= {one for module in naming({name}) for one in TEXTS[module]}
    return found & set(TEMPLATES)


def shown_with(name):
    """All templates through which this one may be shown, itself among them."""
    found, to_do = {name}, [name]
    while to_do:
        one = to_do.pop()
        more = {other for other in TEMPLATES if one in refers(other)} - found
        found |= more
        to_do += more
    return found


@cache
def passed_by(module):
    """The names that a module of the pages passes: by keyword, or in a dict that is spread."""
    tree = MODULES[module]
    found = {one.arg for call in calls(tree) for one in call.keywords if one.arg}
    found |= {
        one.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Dict)
        for one in each.keys
        if isinstance(one, ast.Constant)
    }
    return found


def test_no_two_templates_have_one_name():
    assert len(FILES) == len(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_names_only_what_it_is_given(name):
    others = shown_with(name)
    given = OF_ALL | names_of_page() | {"sent"}
    given |= {one for other in others for one in own(other)}
    given |= {one for module in naming(others) for one in passed_by(module)}
    assert meta.find_undeclared_variables(parsed(name)) - given == set()


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_a_macro_takes_by_default_is_none_of_its_own_names(name):
    for macro in parsed(name).find_all(nodes.Macro):
        taken = {one.name for one in macro.args}
        meant = {
            one.name
            for default in macro.defaults
            for one in [default, *default.find_all(nodes.Name)]
            if isinstance(one, nodes.Name)
        }
        assert (macro.name, meant & taken) == (macro.name, set())


@pytest.mark.parametrize("module", MODULES)
def test_no_page_passes_what_every_page_is_given(module):
    for call in calls(MODULES[module]):
        if getattr(call.func, "attr", "") == "page":
            assert {one.arg for one in call.keywords} & (OF_ALL | names_of_page() - {"viewer"}) == set()
