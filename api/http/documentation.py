"""The API's own documentation: its OpenAPI document, and a page made of it that needs nothing from elsewhere."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any, cast

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from api.http.problems import Problem
from api.http.shapes import CLOCK

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
summary { cursor: pointer; padding: .4rem 0; }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; }
pre { overflow: auto; padding: .75rem; background: color-mix(in srgb, currentColor 6%, transparent); }
td { padding: .15rem 1rem .15rem 0; vertical-align: top; }
"""


def install(app: FastAPI) -> None:
    plain = app.openapi

    def mended() -> dict[str, Any]:
        """Problems leave by the handlers, so no route's type names their shape; no parameter can be null; and a time
        of day is no RFC 3339 time, which has an offset."""
        document = plain()
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
        for methods in document["paths"].values():
            for route in methods.values():
                for parameter in route.get("parameters", ()):
                    parameter["schema"] = _without_null(parameter["schema"])
        _by_the_clock(document["components"]["schemas"])
        return document

    app.openapi = mended  # type: ignore[method-assign]  # how FastAPI says a document is extended

    @app.get("/api/docs", include_in_schema=False)
    def documentation() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()), headers={"Content-Security-Policy": CSP})


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is `anyOf` its type and null to FastAPI."""
    others: list[dict[str, Any]] = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(others) != 1:
        return schema
    return {key: value for key, value in schema.items() if key != "anyOf"} | others[0]


def _by_the_clock(schema: Any) -> None:
    """Times of day as answers have them, wherever in the schema: by the business's clocks."""
    within: Iterable[Any] = ()
    if isinstance(schema, dict):
        known = cast("dict[str, Any]", schema)
        if known.get("format") == "time":
            del known["format"]
            known["pattern"] = f"^{CLOCK}$"
        within = known.values()
    elif isinstance(schema, list):
        within = cast("Iterable[Any]", schema)
    for one in within:
        _by_the_clock(one)


CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page(document: dict[str, Any]) -> str:
    routes: list[str] = []
    for path, methods in document["paths"].items():
        routes.extend(_route(path, method, route, document) for method, route in methods.items())
    title = escape(document["info"]["title"])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} API</title><style>{STYLE}</style>'
        f"<h1>{title} API</h1><p>{escape(document['info'].get('summary', ''))}</p>"
        '<p>The whole document: <a href="/api/openapi.json"><code>/api/openapi.json</code></a>. '
        "Log in with <code>POST /api/token</code> and send <code>Authorization: Bearer …</code>.</p>"
        f"{''.join(routes)}</html>"
    )


def _route(path: str, method: str, route: dict[str, Any], document: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(one['name'])}</code><td>{escape(one['in'])}<td>{_schema(one['schema'])}"
        f"<td>{escape(one.get('description', ''))}"
        for one in route.get("parameters", ())
    )
    content = route.get("requestBody", {}).get("content", {})
    bodies = "".join(
        f"<p>Body, <code>{escape(kind)}</code>:</p><pre>{_schema(_resolved(body['schema'], document))}</pre>"
        for kind, body in content.items()
    )
    answers = "".join(
        f"<tr><td>{escape(status)}<td>{escape(answer['description'])}" for status, answer in route["responses"].items()
    )
    return (
        f"<details><summary><code>{method.upper()} {escape(path)}</code> {escape(route.get('summary', ''))}</summary>"
        f"<p>{escape(route.get('description', ''))}</p><table>{rows}</table>{bodies}<p>Answers:</p>"
        f"<table>{answers}</table></details>"
    )


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"].get(name, schema)
    return found


def _schema(schema: dict[str, Any]) -> str:
    return escape(json.dumps(schema, ensure_ascii=False, indent=1))
