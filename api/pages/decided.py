"""Several things decided on at once: each by a command of its own, done or refused whatever becomes of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from fastapi import Response

from api.pages.context import PageContext
from application.streams import Command, Outcome
from domain.errors import Refusal

T = TypeVar("T")


@dataclass(frozen=True)
class Decided(Generic[T]):
    about: T
    said: str
    refused: bool


@dataclass(frozen=True)
class Results(Generic[T]):
    """`reached` is the last position of the log that any of them brought about; 0 where all were refused."""

    each: Sequence[Decided[T]]
    reached: int


def decided_on_each(
    context: PageContext,
    chosen: Sequence[tuple[UUID, T]],
    decide: Callable[[T, Command], Outcome],
    said: str,
    meanwhile: Callable[[Refusal, T], str],
) -> Results[T]:
    """`meanwhile` says who was faster, where that is why something was refused."""
    each: list[Decided[T]] = []
    reached = 0
    for id_, about in chosen:
        try:
            outcome = decide(about, context.command(str(id_)))
        except Refusal as refusal:
            why = ". ".join(filter(None, (context.said(refusal), meanwhile(refusal, about))))
            each.append(Decided(about, why, refused=True))
        else:
            reached = max(reached, outcome.position)
            each.append(Decided(about, said, refused=False))
    return Results(each, reached)


def decided_page(context: PageContext, template: str, results: Results[T], **shown: Any) -> Response:
    response = context.page(template, results=results.each, **shown)
    context.shows(response, results.reached)
    response.headers["HX-Push-Url"] = "false"  # it answers a form: there is no page of this address to come back to
    return response
