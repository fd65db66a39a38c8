"""The OpenAPI document is true: whatever it allows is understood, whatever it forbids is refused, whoever asks."""

from collections import Counter
from datetime import date
from itertools import cycle

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kinds import one_of_each
from office import NOW, payment

from infrastructure.wiring import credentials

# Far more would be refused than decided if days and currencies were any.
schemathesis.openapi.format("date", st.dates(date(2025, 6, 1), date(2027, 3, 1)).map(date.isoformat))

RULES_BEYOND_A_SCHEMA = {
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422", "429"]}}
}
"""A day in the future, a reason left blank: such are 422 too, but never for their shape, which is checked below."""


EVERYBODY = ("ana", "carl", "dora", "emil")


@pytest.mark.whole("requests of every kind that the API's document allows or forbids")
def test_no_request_breaks_the_document(sqlite_office):
    statuses = drive(sqlite_office, examples=3 * len(EVERYBODY))
    for who in EVERYBODY:
        assert statuses[who, 200] > 0
        assert statuses[who, 201] > 0 or who == "emil"


@pytest.mark.long
def test_no_request_of_very_many_breaks_the_document(office):
    drive(office, examples=100 * len(EVERYBODY))


def drive(office, examples):
    """So many requests of every route, by each in turn, with all of schemathesis's checks; who got which status."""
    case_file = office.case_file("EXP-2", principal="100000.00")
    paid = [office.bea.does(f"/api/case-files/{case_file}/payments", payment("1.00")) for _ in range(2)]
    known = one_of_each(office) | {"case_file_id": case_file, "payment_id": paid[0]}
    schema = schemathesis.openapi.from_asgi(
        "/api/openapi.json",
        without_lifespan(office.http.app),
        config=schemathesis.Config.from_dict(RULES_BEYOND_A_SCHEMA),
    )

    @schema.hook
    def map_path_parameters(_context, path_parameters):
        return None if path_parameters is None else with_known_ids(path_parameters, known)

    @schema.hook
    def map_body(_context, body):
        return with_known_ids(in_euros(body), known)

    logins, statuses = credentials(office.store), Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        tokens = {who: logins.issue(who, now=NOW) for who in EVERYBODY}  # of its own, since one of the routes ends them
        check(operation, tokens, examples, statuses)
    logins.close()
    return statuses


def check(operation, tokens, examples, statuses):
    turns = cycle(tokens.items())

    @given(case=operation.as_strategy())
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def holds(case):
        who, token = next(turns)
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
        statuses[who, answer.status_code] += 1
        if case.meta.generation.mode.is_positive and answer.status_code == 422:
            assert answer.json()["type"] != "/problems/malformed", answer.text

    holds()


def with_known_ids(said, known):
    """Ids of what is there in place of most of those made up, and of another kind in place of some."""
    kinds = sorted(known)

    def chosen(name, value):
        turn = sum(str(value).encode()) % 8
        if turn == 0:
            return value
        kind = name if name in known and turn > 2 else kinds[sum(str(value).encode()) % len(kinds)]
        return known[kind]

    def of(name, value):
        if isinstance(value, dict):
            return with_known_ids(value, known)
        if isinstance(value, list):
            return [of(name.removesuffix("s"), one) for one in value]
        return chosen(name, value) if name.endswith("_id") and isinstance(value, str) else value

    return {name: of(name, value) for name, value in said.items()} if isinstance(said, dict) else said


def in_euros(body):
    if isinstance(body, dict):
        return {
            key: "EUR" if key == "currency" and isinstance(one, str) else in_euros(one) for key, one in body.items()
        }
    return [in_euros(one) for one in body] if isinstance(body, list) else body


def without_lifespan(app):
    """The office has started the application already."""

    async def served(scope, receive, send):
        while scope["type"] == "lifespan":
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
        await app(scope, receive, send)

    return served
