"""A page as a browser without eyes has it: where its links lead, and its forms with their fields and buttons.

It reads what our own templates write, in which every attribute has its quotes; that is several times as fast as
reading any HTML, and pages are read by the thousand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape

TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([^\s"'=/]+)(?:="([^"]*)"|='([^']*)')?""")
LEADS = {"a": "href", "link": "href", "img": "src", "script": "src"}

Attributes = Mapping[str, str]


@dataclass
class Field:
    """What may be filled in: an input, a select with its options, a textarea with its text."""

    kind: str
    name: str
    value: str
    told: Attributes
    options: list[str] = field(default_factory=list)
    chosen: str | None = None

    @property
    def required(self):
        return "required" in self.told


@dataclass
class Button:
    """`action` and `method` are the form's where they are empty."""

    name: str = ""
    value: str = ""
    action: str = ""
    method: str = ""


@dataclass
class Form:
    """`fields` are those that would be sent."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    passing: bool = False
    """Whether it is shown only once, beside what was just done."""

    @property
    def has_file(self):
        return any(one.kind == "file" for one in self.fields)


@dataclass
class Page:
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    lists: dict[str, list[str]] = field(default_factory=dict)
    """What is offered for a field that takes any text, by the list's id."""
    refused: bool = False
    """Whether it says that what was asked for last was refused."""
    has_errors: bool = False
    """Whether it says of a form what is wrong in it."""


def read(text: str) -> Page:
    reader = _Reader()
    reader.page.has_errors = ' class="error"' in text
    for tag in TAG.finditer(text):
        end, name, attributes = tag.groups()
        if end:
            reader.ends(name)
        elif name in READ or " hx-" in attributes:
            told = {one[0]: unescape(one[1] or one[2]) for one in ATTRIBUTE.findall(attributes)}
            reader.begins(name, told)
            if name == "textarea":
                reader.control.value = unescape(text[tag.end() : text.index("</textarea", tag.end())])
    for control, form_id in reader.elsewhere:
        _add(control, reader.by_id[form_id])
    return reader.page


READ = {*LEADS, "form", "input", "button", "select", "option", "textarea", "datalist", "div"}


class _Reader:
    def __init__(self):
        self.page = Page()
        self.by_id: dict[str, Form] = {}
        self.elsewhere: list[tuple[Field | Button, str]] = []
        self.control: Field | None = None
        self._form: Form | None = None
        self._list: list[str] | None = None
        self._passing = False

    def begins(self, tag: str, told: Attributes):
        if tag in LEADS and told.get(LEADS[tag]):
            self.page.links.append(told[LEADS[tag]])
        if tag == "div" and told.get("class") == "toast refused":
            self.page.refused = True
        self._passing |= told.get("id") == "toasts"  # they come after all else
        match tag:
            case "form":
                self._form = Form(told.get("action", ""), told.get("method", "get").lower(), passing=self._passing)
                self.page.forms.append(self._form)
                self.by_id[told.get("id", "")] = self._form
            case "input" | "button" if told.get("type", "submit" if tag == "button" else "text") == "submit":
                self._put(Button(*(told.get(one, "") for one in ("name", "value", "formaction", "formmethod"))), told)
            case "input" | "select" | "textarea":
                kind = told.get("type", "text") if tag == "input" else tag
                value = told.get("value", "on" if kind in {"checkbox", "radio"} else "")
                self.control, self._list = Field(kind, told.get("name", ""), value, told), None
                self._put(self.control, told)
            case "datalist":
                self._list = self.page.lists.setdefault(told["id"], [])
            case "option":
                self._option(told)
        for method in ("get", "post"):
            if address := told.get(f"hx-{method}"):
                self._asked_by_script(Form(address, method), told)

    def _option(self, told: Attributes):
        if self._list is not None:
            self._list.append(told.get("value", ""))
            return
        self.control.options.append(told.get("value", ""))
        if "selected" in told:
            self.control.chosen = told.get("value", "")

    def _asked_by_script(self, form: Form, told: Attributes):
        """With its own name, or with the fields of the form that it stands in, of which more may follow."""
        if told.get("name"):
            form.fields.append(Field(told.get("type", "text"), told["name"], "", told))
        elif self._form is not None:
            form.fields = self._form.fields
        self.page.forms.append(form)

    def ends(self, tag: str):
        if tag == "form":
            self._form = None
        elif tag == "datalist":
            self._list = None

    def _put(self, control: Field | Button, told: Attributes):
        if "disabled" in told or (isinstance(control, Field) and not control.name):
            return
        if "form" in told:
            self.elsewhere.append((control, told["form"]))
        elif self._form is not None:
            _add(control, self._form)


def _add(control: Field | Button, form: Form):
    (form.buttons if isinstance(control, Button) else form.fields).append(control)
